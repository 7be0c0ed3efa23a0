"""Tokens: what they look like, and where a text has them."""

from __future__ import annotations

import re

LETTERS = "bcdfghjklmnpqrst"  # no digits and no vowels: a token is neither a number nor a word
TOKEN_LETTERS = 15  # 60 bits: an organisation needs a billion values before two of one type are likely to meet

TOKEN = re.compile(rf"<([A-Z][A-Z0-9_]*)_([{LETTERS}]{{{TOKEN_LETTERS}}})>")
"""Groups: the type, the letters."""

_HEX_TO_LETTERS = str.maketrans("0123456789abcdef", LETTERS)


def token(entity_type: str, digits: str) -> str:
    """The token with these letters: the first 15 of a hexadecimal number in lower case."""
    return f"<{entity_type}_{digits[:TOKEN_LETTERS].translate(_HEX_TO_LETTERS)}>"


def is_token(text: str, entity_type: str) -> bool:
    """Whether the text is a token of this type and nothing else."""
    match = TOKEN.fullmatch(text)
    return match is not None and match[1] == entity_type
