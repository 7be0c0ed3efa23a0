"""Keyed pseudonyms are the same everywhere, and apart by organisation, type, secret and epoch."""

from __future__ import annotations

import subprocess
import sys

import pytest

from metronis.errors import Misconfigured
from processors.sanitize.pseudonyms.keyed import KeyedPseudonyms

SECRET = b"0123456789abcdef"
PSEUDONYMS = KeyedPseudonyms(SECRET)
ANN = ("EMAIL_ADDRESS", "ann@example.org")


def token(pseudonyms: KeyedPseudonyms, org_id: str, entity_type: str, value: str) -> str:
    return pseudonyms.tokens(org_id, [(entity_type, value)])[0]


def test_another_process_makes_the_same() -> None:
    program = (
        "from processors.sanitize.pseudonyms.keyed import KeyedPseudonyms;"
        f"print(KeyedPseudonyms({SECRET!r}).tokens('acme', [{ANN!r}])[0])"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == token(PSEUDONYMS, "acme", *ANN)


def test_a_token_never_changes_from_one_version_to_the_next() -> None:
    """Stored traces have it."""
    assert token(PSEUDONYMS, "acme", *ANN) == "<EMAIL_ADDRESS_nknsjstckrmqtbp>"


def test_organisations_secrets_types_and_epochs_are_apart() -> None:
    tokens = {
        token(PSEUDONYMS, "acme", *ANN),
        token(PSEUDONYMS, "other", *ANN),
        token(PSEUDONYMS, "acme", "URL", "ann@example.org"),
        token(KeyedPseudonyms(SECRET * 2), "acme", *ANN),
        token(KeyedPseudonyms(SECRET, epoch=1), "acme", *ANN),
        token(KeyedPseudonyms(SECRET, epoch=2), "acme", *ANN),
    }
    assert len({each.rpartition("_")[2] for each in tokens}) == 6


def test_tokens_come_in_order_and_once_for_every_value() -> None:
    wanted = [("PERSON", "Ann"), ("PERSON", "Bob"), ("PERSON", "ANN")]
    ann, bob, again = PSEUDONYMS.tokens("acme", wanted)
    assert ann == again != bob
    assert PSEUDONYMS.tokens("acme", wanted) == [ann, bob, again]
    assert list(PSEUDONYMS.tokens("acme", [])) == []


def test_ids_of_users_differ_by_case() -> None:
    assert token(PSEUDONYMS, "acme", "USER_ID", "ann") != token(PSEUDONYMS, "acme", "USER_ID", "Ann")


def test_half_a_surrogate_pair_has_a_token() -> None:
    assert token(PSEUDONYMS, "acme", "PERSON", "\ud800")


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(Misconfigured, match="16 bytes"):
        KeyedPseudonyms(b"short")


def test_every_subject_has_days_of_its_own_and_never_none() -> None:
    days = [PSEUDONYMS.offset_days("acme", str(subject)) for subject in range(10_000)]
    assert 0 not in days
    assert (min(days), max(days)) == (-365, 365)
    assert len(set(days)) == 730
    assert days[7] == KeyedPseudonyms(SECRET).offset_days("acme", "7")
    assert days[:50] != [PSEUDONYMS.offset_days("other", str(subject)) for subject in range(50)]
