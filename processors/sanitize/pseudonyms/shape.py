"""Stand-ins of the same length and punctuation, for readers that need the form and may not have the value."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import shake_256
from string import ascii_lowercase, ascii_uppercase, digits

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

CARD_PREFIX_DIGITS = 6  # the issuer's, which PCI DSS lets stand


def shaped(token: str, entity_type: str, value: str) -> str | None:
    """A value of the same form that nobody has: the same for the same token. None for types that have no such form.

    Cards fail Luhn, IBANs have the check digits 00, SSNs the area 000, telephone numbers an exchange of zeros, and
    e-mail addresses a domain of z's. Two values may come out alike: an SSN has a million forms left.
    """
    spoil = _SPOILERS.get(entity_type)
    if spoil is None:
        return None
    noise = shake_256(token.encode()).digest(len(value))
    return spoil(value, "".join(map(_drawn, value, noise)))


def _drawn(char: str, byte: int) -> str:
    """A character of the same kind."""
    if char.isdecimal():
        return digits[byte % 10]
    if char.isalpha():
        return (ascii_uppercase if char.isupper() else ascii_lowercase)[byte % 26]
    return char


def _card(value: str, drawn: str) -> str:
    card = _beginning_with(drawn, "".join(filter(str.isdecimal, value))[:CARD_PREFIX_DIGITS])
    if not _is_luhn(card):
        return card
    last = _places(card)[-1]
    return f"{card[:last]}{(int(card[last]) + 1) % 10}{card[last + 1 :]}"


def _ssn(_value: str, drawn: str) -> str:
    return _beginning_with(drawn, "000")


def _phone(value: str, drawn: str) -> str:
    """After the country code: there no number begins with three zeros."""
    return _beginning_with(drawn, _country_code(value) + "000")


def _country_code(value: str) -> str:
    number = value[1:] if value.startswith("+") else ""
    codes = (number[:length] for length in (1, 2, 3))
    return next((code for code in codes if code.isdecimal() and int(code) in COUNTRY_CODE_TO_REGION_CODE), "")


def _iban(value: str, drawn: str) -> str:
    return value[:2] + _beginning_with(drawn[2:], "00")


def _email(_value: str, drawn: str) -> str:
    """`z`, `zz` and so on are no top-level domains, and ISO 3166 gives ZZ to nobody."""
    rest, dot, top = drawn.rpartition(".")
    return f"{rest}{dot}{'z' * len(top)}"


_SPOILERS: dict[str, Callable[[str, str], str]] = {
    "CREDIT_CARD": _card,
    "US_SSN": _ssn,
    "PHONE_NUMBER": _phone,
    "FAX_NUMBER": _phone,
    "IBAN_CODE": _iban,
    "EMAIL_ADDRESS": _email,
}


SHAPEABLE = frozenset(_SPOILERS)
"""Types that have a form to keep."""


def _places(text: str) -> list[int]:
    return [place for place, char in enumerate(text) if char.isdecimal()]


def _beginning_with(text: str, wanted: str) -> str:
    """The text with its first digits replaced by those wanted."""
    chars = list(text)
    for place, digit in zip(_places(text), wanted, strict=False):
        chars[place] = digit
    return "".join(chars)


def _is_luhn(text: str) -> bool:
    numbers = [int(char) for char in reversed(text) if char.isdecimal()]
    doubled = [number * 2 - 9 * (number > 4) for number in numbers[1::2]]
    return (sum(numbers[::2]) + sum(doubled)) % 10 == 0
