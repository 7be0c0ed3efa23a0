"""Lexicon: finds the terms of a table in a text, the longest at each place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from processors.text.words import WORD, words

_MOST_PLACES = 50  # of one term in one text; a text that repeats a name for ever costs no more


class Mention(NamedTuple):
    """A term in a text: the key that it stands for, and characters [start, end)."""

    key: str
    start: int
    end: int


class Lexicon:
    """Terms in lower case with the key that each stands for."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        self._terms = terms
        self._by_word: dict[str, list[str]] = {}
        for term in terms:
            self._by_word.setdefault(WORD.findall(term)[0], []).append(term)
        self._words = frozenset(self._by_word)

    def find(self, text: str, vocabulary: frozenset[str] | None = None) -> tuple[Mention, ...]:
        """The terms in a folded text as whole words, in order and none within another. vocabulary: the text's words."""
        present = self._words & (frozenset(words(text)) if vocabulary is None else vocabulary)
        if not present:
            return ()
        found = [mention for word in present for term in self._by_word[word] for mention in self._places(text, term)]
        return tuple(_longest(found))

    def _places(self, text: str, term: str) -> Iterator[Mention]:
        at, places = text.find(term), 0
        while at >= 0 and places < _MOST_PLACES:
            end = at + len(term)
            if not (at and text[at - 1].isalnum()) and not text[end : end + 1].isalnum():
                yield Mention(self._terms[term], at, end)
            at, places = text.find(term, end), places + 1


def _longest(found: list[Mention]) -> Iterator[Mention]:
    """Those that begin first, and of those that begin together the longest."""
    end = 0
    for mention in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        if mention.start >= end:
            yield mention
            end = mention.end
