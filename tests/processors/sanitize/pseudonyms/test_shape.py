"""Stand-ins have the form of the value and are nobody's."""

from __future__ import annotations

import phonenumbers
import pytest

from processors.sanitize.pseudonyms.shape import shaped
from processors.sanitize.pseudonyms.vaulted import random_token

VALUES = [
    ("CREDIT_CARD", "4111 1111 1111 1111"),
    ("CREDIT_CARD", "3782-822463-10005"),
    ("US_SSN", "123-45-6789"),
    ("PHONE_NUMBER", "(212) 555-0123 ext. 7"),
    ("PHONE_NUMBER", "+44 20 7946 0958"),
    ("PHONE_NUMBER", "+1-212-555-0123"),
    ("FAX_NUMBER", "212.555.0123"),
    ("IBAN_CODE", "DE89 3704 0044 0532 0130 00"),
    ("EMAIL_ADDRESS", "Ann.Smith_7@mail.example.org"),
]


@pytest.mark.parametrize(("entity_type", "value"), VALUES)
def test_the_form_stays_and_the_value_does_not(entity_type: str, value: str) -> None:
    token = random_token(entity_type)
    stand_in = shaped(token, entity_type, value)
    assert stand_in is not None
    assert [_kind(char) for char in stand_in] == [_kind(char) for char in value]
    assert stand_in != value
    assert stand_in == shaped(token, entity_type, value)
    assert stand_in != shaped(random_token(entity_type), entity_type, value)


@pytest.mark.parametrize("_", range(50))
def test_no_stand_in_is_valid(_: int) -> None:
    made = {value: shaped(random_token(kind), kind, value) or "" for kind, value in VALUES}
    card, ssn = made["4111 1111 1111 1111"], made["123-45-6789"]
    assert card.startswith("4111 11")
    assert not _is_luhn(card)
    assert ssn.startswith("000-")
    for value in ("(212) 555-0123 ext. 7", "+44 20 7946 0958", "+1-212-555-0123", "212.555.0123"):
        assert not phonenumbers.is_valid_number(phonenumbers.parse(made[value], "US"))
    assert made["DE89 3704 0044 0532 0130 00"].startswith("DE00 ")
    assert made["Ann.Smith_7@mail.example.org"].endswith(".zzz")


def test_names_have_no_form() -> None:
    assert shaped(random_token("PERSON"), "PERSON", "Ann Smith") is None


def _kind(char: str) -> str:
    if char.isdecimal():
        return "digit"
    return "upper" if char.isupper() else "lower" if char.islower() else char


def _is_luhn(card: str) -> bool:
    total = 0
    for place, digit in enumerate(int(char) for char in reversed(card) if char.isdecimal()):
        total += digit if place % 2 == 0 else sum(divmod(2 * digit, 10))
    return total % 10 == 0
