"""Pseudonyms are consistent, separate, and say nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metronis.errors import Misconfigured
from processors.sanitize.detector import PresidioDetector
from processors.sanitize.pseudonyms import LETTERS, Pseudonyms, is_token, normalised

SECRET = b"0123456789abcdef"
PSEUDONYMS = Pseudonyms(SECRET)
DETECTOR = PresidioDetector()


def test_another_process_makes_the_same() -> None:
    program = (
        "from processors.sanitize.pseudonyms import Pseudonyms;"
        f"print(Pseudonyms({SECRET!r}).token('acme', 'EMAIL_ADDRESS', 'ann@example.org'))"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == PSEUDONYMS.token("acme", "EMAIL_ADDRESS", "ann@example.org")


def test_organisations_secrets_and_types_are_apart() -> None:
    tokens = {
        PSEUDONYMS.token("acme", "EMAIL_ADDRESS", "ann@example.org"),
        PSEUDONYMS.token("other", "EMAIL_ADDRESS", "ann@example.org"),
        PSEUDONYMS.token("acme", "URL", "ann@example.org"),
        Pseudonyms(SECRET * 2).token("acme", "EMAIL_ADDRESS", "ann@example.org"),
    }
    assert len({token.rpartition("_")[2] for token in tokens}) == 4


@pytest.mark.parametrize(
    ("entity_type", "one", "other"),
    [
        ("EMAIL_ADDRESS", "Ann@Example.org", "ann@example.ORG"),
        ("PHONE_NUMBER", "+1 (212) 555-0123", "212.555.0123"),
        ("PHONE_NUMBER", "２１２-555-0123", "2125550123"),
        ("CREDIT_CARD", "4111 1111 1111 1111", "4111-1111-1111-1111"),
        ("US_SSN", "123-45-6789", "123456789"),
        ("IBAN_CODE", "DE89 3704 0044 0532 0130 00", "de89370400440532013000"),
        ("URL", "https://Example.org/a", "https://example.org/a"),
    ],
)
def test_spellings_of_one_value_are_one(entity_type: str, one: str, other: str) -> None:
    assert normalised(entity_type, one) == normalised(entity_type, other)


def test_ids_of_users_differ_by_case() -> None:
    assert PSEUDONYMS.token("acme", "USER_ID", "ann") != PSEUDONYMS.token("acme", "USER_ID", "Ann")


@given(st.sampled_from(["PHONE_NUMBER", "UK_NHS", "USER_ID", "IBAN_CODE"]), st.text())
def test_a_token_is_made_of_letters_and_is_no_personal_data(entity_type: str, value: str) -> None:
    token = PSEUDONYMS.token("acme", entity_type, value)
    assert is_token(token, entity_type)
    assert set(token.rpartition("_")[2].rstrip(">")) <= set(LETTERS)
    assert DETECTOR.search(f"{token}{token} {token}") == ()


@pytest.mark.parametrize(
    "text", ["", "ann", "<USER_ID_ann>", "<USER_ID_bcdfghjklmnpqr1>", "x<USER_ID_bcdfghjklmnpqrs>"]
)
def test_nothing_else_is_a_token(text: str) -> None:
    assert not is_token(text, "USER_ID")


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(Misconfigured, match="16 bytes"):
        Pseudonyms(b"short")
