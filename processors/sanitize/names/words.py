"""Tokens and what is known of each by itself: its shape, its letters, the lists that it is in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum, IntFlag
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

TOKEN = re.compile(r"\w+ *|[^\w\s] *|\s+")
"""Every character of a text is in exactly one token. A token takes the blanks behind it along: with `map(len, tokens)`
offsets come at no price, and a blank more or less is something the tagger may know."""

_NO_NAME = re.compile(r"[\d_]")
NGRAM_BUCKETS = 8192
LONGEST = 24
"""Letters of a word that are looked at. Names are shorter; what is longer is no word."""


class Known(IntFlag):
    """The lists that a word may be in, its case folded."""

    FIRST_NAME = 1
    LAST_NAME = 2
    PLACE = 4
    COUNTRY = 8
    NATIONALITY = 16
    EPONYM = 32
    COMMON = 64  # written in small letters more often than not
    INSIDE = 128  # small words within names: `de`, `of`, `street`
    CONTEXT = 256  # has a vector of its own


class Likelihood(IntEnum):
    """In which texts a word may be a name. A small one that nobody knows is none in a text that has capitals."""

    NEVER = 0
    WITHOUT_CAPITALS = 1
    ALWAYS = 2


_INSIDE = int(Known.INSIDE)
_SMALL = int(Known.COMMON | Known.INSIDE)
_NAMES = int(Known.FIRST_NAME | Known.LAST_NAME | Known.PLACE | Known.COUNTRY | Known.NATIONALITY)

# Rows of the table of vectors: shapes, lists and their combinations, then a row a context word, then n-grams.
_SPACING, _CASES, _LENGTHS, _DIGITS, _SCRIPTS, _LISTS = 0, 4, 16, 32, 48, 56
_COMBINATIONS = 64
FIXED_ROWS = 192
_LATER_CASES = (
    "lower",
    "title",
    "upper",
    "initial",
    "mixed",
    "caseless",
    "digits",
    "digits and letters",
    "punctuation",
)
_CASE = {name: _CASES + row for row, name in enumerate((*_LATER_CASES, "space", "newline"))}


class Lexicon:
    """Which lists a word is in: by the CRC-32 of its UTF-8, so that the lists are small and not to be read back."""

    def __init__(self, hashes: NDArray[np.uint32], lists: NDArray[np.uint16]) -> None:
        """hashes: `word_hash` of each word, ascending; lists: flags of `Known` for each."""
        self.hashes, self.flags = hashes, lists
        self._lists: Mapping[int, int] = dict(zip(hashes.tolist(), lists.tolist(), strict=True))
        context = hashes[(lists & Known.CONTEXT) > 0].tolist()
        self._row = {word: FIXED_ROWS + row for row, word in enumerate(context)}
        self.ngrams_from = FIXED_ROWS + len(context)
        self.rows = self.ngrams_from + NGRAM_BUCKETS

    def lists(self, word: str) -> int:
        """Flags of `Known`. The word comes with its case folded."""
        return self._lists.get(word_hash(word), 0)

    def is_name(self, word: str) -> bool:
        """Whether it is in a list of people, places or peoples and no common word. It comes with its case folded."""
        lists = self.lists(word)
        return bool(lists & _NAMES) and not lists & Known.COMMON

    def features(self, token: str, *, unlisted: bool = False) -> tuple[list[int], list[int]]:
        """Rows of the table for the token as a whole, and rows for its n-grams of letters.

        unlisted: as if no list had a name like it, which training needs: most names that are met are in none.
        """
        word = token.strip()[:LONGEST]
        folded = word.casefold()
        lists = self.lists(folded)
        whole = [*_shape(token, word), *_list_rows(lists & _INSIDE if unlisted else lists)]
        own = None if unlisted and not lists & _INSIDE else self._row.get(word_hash(folded))
        if own is not None:
            whole.append(own)
        return whole, self.ngrams(folded) if word.isalpha() else []

    def ngrams(self, folded: str) -> list[int]:
        """Three letters at a time, and the first and the last four, the ends of the word being letters too."""
        spelled = f"^{folded}$".encode()
        parts = [spelled[at : at + 3] for at in range(len(spelled) - 2)]
        if len(spelled) > 4:
            parts += [spelled[:4], spelled[-4:], spelled[-5:]]
        return [self.ngrams_from + crc32(part) % NGRAM_BUCKETS for part in parts]

    def likelihood(self, token: str) -> Likelihood:
        """Whether a name may begin or end here: at any word but those that are known to be written small."""
        word = token.rstrip(" ")[:LONGEST]
        if not word[:1].isalpha() or _NO_NAME.search(word) or (len(word) == 1 and not word.isupper()):
            return Likelihood.NEVER
        if not word.islower():
            return Likelihood.ALWAYS
        lists = self.lists(word)
        if lists & _SMALL:
            return Likelihood.NEVER
        return Likelihood.ALWAYS if lists & _NAMES else Likelihood.WITHOUT_CAPITALS

    def joins(self, token: str) -> bool:
        """Whether this may belong to a name beside it: numbers, line ends, marks and small words of names."""
        word = token.strip()[:LONGEST]
        return not word or word[0].isdigit() or bool(self.lists(word.casefold()) & _INSIDE)


def likely_enough(text: str) -> Likelihood:
    """How likely a word must be a name to be looked at in this text."""
    return Likelihood.WITHOUT_CAPITALS if text.islower() else Likelihood.ALWAYS


def word_hash(word: str) -> int:
    """The word's place in a lexicon."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def alias(token: str) -> str:
    """A token with the same features: numbers differ in length alone and in whether they may be years, long words in
    their ends not at all."""
    word = token.rstrip(" ")
    if not word.isdecimal():
        return token[:LONGEST]
    blanks = " " * min(len(token) - len(word), 2)
    if len(word) == 4 and word[:2] in ("19", "20"):
        return f"1999{blanks}"
    return "0" * min(len(word), 12) + blanks


def _shape(token: str, word: str) -> Sequence[int]:
    blanks = len(token) - len(token.rstrip(" "))
    case = _case(word)
    rows = [_SPACING + min(blanks, 2), _CASE[case], _LENGTHS + min(len(word), 15)]
    if case == "digits":
        rows.append(_DIGITS + (15 if word[:2] in ("19", "20") and len(word) == 4 else min(len(word), 14)))
    elif word and not word.isascii():
        rows.append(_SCRIPTS + _script(word))
    return rows


def _case(word: str) -> str:
    if not word:
        return "newline"
    if word.isdecimal():
        return "digits"
    if not word[0].isalnum():
        return "punctuation"
    if not word.isalpha():
        return "digits and letters"
    if word.islower():
        return "lower"
    if word.isupper():
        return "upper" if len(word) > 1 else "initial"
    if word.istitle():
        return "title"
    return "mixed" if word.lower() != word else "caseless"


def _script(word: str) -> int:
    """Latin with accents, Greek, Cyrillic, right-to-left, other."""
    last = max(map(ord, word))
    return 0 if last < 0x370 else 1 if last < 0x400 else 2 if last < 0x530 else 3 if last < 0x780 else 4


def _list_rows(lists: int) -> Sequence[int]:
    rows = [_COMBINATIONS + (lists & 127)]
    return rows + [_LISTS + bit for bit in range(7) if lists >> bit & 1]
