"""Characters that stand for others: full-width, styled and foreign digits, look-alikes, and those that nobody sees."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Set
from functools import cache, lru_cache

# Letters of other scripts that are drawn like a Latin one: https://www.unicode.org/Public/security/latest/confusables.txt
_LOOK_ALIKES: Mapping[str, str] = {
    **dict(zip("аеорсухіјѕԁһԛԝ", "aeopcyxijsdhqw", strict=True)),  # Cyrillic
    **dict(zip("АВЕКМНОРСТХІЈЅ", "ABEKMHOPCTXIJS", strict=True)),
    **dict(zip("αιουνρ", "aiouvp", strict=True)),  # Greek
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    "ı": "i",
}
DOTS = "·•‧∙⋅・。｡․।"
_DASHES = "−⁃ー‗"  # and everything in category Pd
_SLASHES = "⁄∕⧸"

_MARKS = range(0x300, 0x370)
_LAST_FOLDED = 0x1FBFF  # beyond are ideographs, private use, tags and variation selectors


@lru_cache(4_096)
def folded(unit: str) -> str:
    """What a character, or a letter and the marks upon it, is read as.

    Digits of every script and style become ASCII ones; then NFKC; dashes, dots, slashes and look-alikes become ASCII;
    marks that make no letter with what they stand on fall away.
    """
    return "".join(map(_folded, unicodedata.normalize("NFKC", "".join(map(_digit, unit)))))


def _digit(char: str) -> str:
    value = unicodedata.digit(char, None)
    return char if value is None else str(value)


def _folded(char: str) -> str:
    if char < "\x80":
        return char
    if unicodedata.category(char) == "Pd" or char in _DASHES:
        return "-"
    if char in DOTS:
        return "."
    if char in _SLASHES:
        return "/"
    if ord(char) in _MARKS:
        return ""
    code = ord(char)
    if 0x1F150 <= code <= 0x1F169 or 0x1F170 <= code <= 0x1F189:  # white letters on black: no NFKC
        return chr(65 + (code - 0x1F150) % 32)
    return _LOOK_ALIKES.get(char, char)


def look_alikes() -> str:
    """Letters of other scripts that are drawn like Latin ones, as a class for `re`."""
    return _ranges(_LOOK_ALIKES)


@cache
def separators() -> str:
    """What is read as a dash, dot, slash or space and is none in ASCII, as a class for `re`."""
    return _ranges(chr(code) for code in range(0x80, 0x3100) if folded(chr(code)) in ("-", ".", "/", " "))


@cache
def disguised() -> str:
    """What is read as an ASCII letter, digit or @, look-alikes apart, as a class for `re`.

    Not those that honest text is full of: ª º ² ³ ¹.
    """
    usual = {*"ªº²³¹", *_LOOK_ALIKES}
    return _ranges(char for code in range(0x80, _LAST_FOLDED + 1) if _is_disguised(char := chr(code), usual))


def _is_disguised(char: str, usual: Set[str]) -> bool:
    read = folded(char)
    return (
        read != char and len(read) == 1 and (read == "@" or (read.isascii() and read.isalnum())) and char not in usual
    )


def _ranges(chars: Iterable[str]) -> str:
    """The characters as a class for `re`, neighbours joined."""
    codes = sorted(map(ord, chars))
    known = frozenset(codes)
    begins = (code for code in codes if code - 1 not in known)
    ends = (code for code in codes if code + 1 not in known)
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in zip(begins, ends, strict=True))
