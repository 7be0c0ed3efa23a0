"""Words: lower-casing that keeps offsets, tokens, and the function words of a few languages."""

from __future__ import annotations

import re
from collections.abc import Iterable

from processors.text.lexicons import word_set

WORD = re.compile(r"\w+(?:'\w+)?")

# They carry no claim, so they say nothing about whether a text is supported or on topic.
FUNCTION_WORDS = word_set("function_words")

STEM_LENGTH = 5
"""Words count as the same where their first five letters agree: `poisoned` and `poisoning`. Crude, and free."""

_STEMS_KEPT = 50_000  # about 6 MB
_LONGEST_KEPT = 40  # characters

# Bytes of ASCII with a space for all that is in no word; splitting that is three times as fast as WORD.
_WORDS_ALONE = bytes(ord(c) if c.isalnum() or c == "_" else ord(" ") for c in map(chr, range(128))) + bytes(128)


def folded(text: str) -> str:
    """The text in lower case with straight apostrophes, of the same length, so that offsets hold in both."""
    lower = text.lower()
    if text.isascii():
        return lower
    if len(lower) != len(text):  # a few capitals, such as İ, grow when lower-cased
        lower = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return lower.replace("’", "'")


def words(text: str) -> list[str]:
    """The words of a folded text, in order."""
    if text.isascii() and "'" not in text:
        return text.encode().translate(_WORDS_ALONE).decode().split()
    return WORD.findall(text)


class _Stems(dict[str, str]):
    """The stem of each word met so far, empty where it has none; texts use the same few thousand words."""

    def __missing__(self, word: str) -> str:
        bare = len(word) <= 2 or word[0].isdigit() or word in FUNCTION_WORDS
        stem = "" if bare else word[:STEM_LENGTH]
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= _STEMS_KEPT:
                self.clear()
            self[word] = stem
        return stem


_stem = _Stems().__getitem__


def stems(of: Iterable[str]) -> set[str]:
    """The stems of the content words among those given. Numbers are left out: they are compared by value."""
    found = set(map(_stem, of))
    found.discard("")
    return found
