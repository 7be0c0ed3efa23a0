"""One spelling for all spellings of a value, so that they become one pseudonym."""

from __future__ import annotations

import unicodedata

from processors.sanitize.types import ENTITY_TYPES

# North America writes its numbers with and without the country code.
_WITH_COUNTRY_CODE = frozenset({"PHONE_NUMBER", "FAX_NUMBER"})
_SPELLINGS = {name: each.spelling for name, each in ENTITY_TYPES.items()}


def normalised(entity_type: str, value: str) -> str:
    """What identifies the value by its type's `spelling`; types that the catalogue lacks are text.

    Where nothing is left of it (a number spelt out), the folded text.
    """
    spelling = _SPELLINGS.get(entity_type, "text")
    if spelling == "exact":
        return value
    folded = value.lower() if value.isascii() else unicodedata.normalize("NFKC", value).casefold()
    if spelling == "digits":
        return _digits(entity_type, folded) or folded
    if spelling == "code":
        return "".join(filter(str.isalnum, folded)) or folded
    return " ".join(folded.split())


def _digits(entity_type: str, folded: str) -> str:
    digits = "".join(filter(str.isdecimal, folded))
    if not digits.isascii():
        digits = "".join(str(unicodedata.decimal(char)) for char in digits)
    if len(digits) == 11 and entity_type in _WITH_COUNTRY_CODE:
        return digits.removeprefix("1")
    return digits
