"""Pseudonyms: the same value of the same organisation always becomes the same token, and nobody else can tell which."""

from __future__ import annotations

import hmac
import re
import unicodedata

from metronis.errors import Misconfigured

MIN_SECRET_BYTES = 16
LETTERS = "bcdfghjklmnpqrst"  # no digits and no vowels: a token is neither a number nor a word
TOKEN_LETTERS = 15  # 60 bits: an organisation needs a billion values of one type before two are likely to meet

_HEX_TO_LETTERS = str.maketrans("0123456789abcdef", LETTERS)
_TOKEN = re.compile(rf"<([A-Z][A-Z0-9_]*)_[{LETTERS}]{{{TOKEN_LETTERS}}}>")

_NUMBERS = frozenset({"CREDIT_CARD", "PHONE_NUMBER", "UK_NHS", "US_ITIN", "US_SSN"})
_CODES = frozenset({"IBAN_CODE", "MAC_ADDRESS", "UUID"})
_EXACT = frozenset({"CRYPTO", "USER_ID"})


class Pseudonyms:
    """Tokens `<TYPE_letters>` from HMAC-SHA-256, keyed for each organisation. Stateless: every process makes the same.

    Raises Misconfigured where the master secret is shorter than 16 bytes.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < MIN_SECRET_BYTES:
            raise Misconfigured(
                f"the secret for pseudonyms is shorter than {MIN_SECRET_BYTES} bytes; give a longer one"
            )
        self._secret = secret

    def token(self, org_id: str, entity_type: str, value: str) -> str:
        """The token of a value, whichever of its usual spellings it comes in."""
        key = _mac(self._secret, org_id)
        digest = _mac(key, f"{entity_type}\0{normalised(entity_type, value)}")
        return f"<{entity_type}_{digest.hex()[:TOKEN_LETTERS].translate(_HEX_TO_LETTERS)}>"


def is_token(text: str, entity_type: str) -> bool:
    """Whether the text is a token of this type and nothing else."""
    match = _TOKEN.fullmatch(text)
    return match is not None and match[1] == entity_type


def normalised(entity_type: str, value: str) -> str:
    """One spelling for all spellings of a value: digits for numbers, letters and digits for codes, else folded text."""
    if entity_type in _EXACT:
        return value
    folded = unicodedata.normalize("NFKC", value).casefold()
    if entity_type in _NUMBERS:
        return _digits(folded, entity_type) or folded
    if entity_type in _CODES:
        return "".join(filter(str.isalnum, folded))
    return " ".join(folded.split())


def _digits(folded: str, entity_type: str) -> str:
    digits = "".join(str(unicodedata.decimal(char)) for char in folded if char.isdecimal())
    if entity_type == "PHONE_NUMBER" and len(digits) == 11:
        return digits.removeprefix("1")  # North America writes its numbers with and without the country code
    return digits


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")
