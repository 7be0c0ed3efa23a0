"""Lets a slow detector look only where a fast one leaves doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from processors.sanitize.detector import Detector, Entity
from processors.sanitize.names.words import Known, Lexicon
from processors.text.words import FUNCTION_WORDS

AROUND_CHARS = 240
"""How much on either side of a doubtful word the slow detector reads."""

_WORD = re.compile(r"[^\W\d_](?:['’-]?[^\W\d_])+")
_POSSESSIVE = re.compile(r"['’]s$")
_FREE_TEXT = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")  # two small words side by side: no code, no list of labels

_ORDINARY = Known.COMMON | Known.EPONYM | Known.NATIONALITY | Known.COUNTRY

Span = tuple[int, int]


def ordinary_words(lexicon: Lexicon) -> Callable[[str], bool]:
    """Whether a word, in small letters, says nothing of who or where: it is common, or a country's, or a disease's."""
    return lambda word: word in FUNCTION_WORDS or bool(lexicon.lists(word) & _ORDINARY)


class Doubtful:
    """A fast detector, and a slow one that is asked about the words in doubt.

    In doubt is a word of free text that is written like a name (a capital, then small letters), that the fast detector
    left uncovered, and that is no ordinary word: `is_ordinary` is asked about it in small letters. Of what the slow
    detector finds, only what holds such a word counts, so that it cannot take ordinary words for names.
    """

    def __init__(self, fast: Detector, slow: Detector, is_ordinary: Callable[[str], bool]) -> None:
        self._fast = fast
        self._slow = slow
        self._is_ordinary = is_ordinary

    def find(self, text: str) -> Sequence[Entity]:
        """What the fast one finds, then of what the slow one finds that which holds a word in doubt."""
        found = self._fast.find(text)
        doubts = self.doubts(text, found)
        if not doubts:
            return found
        in_doubt = _marked(len(text), doubts)
        second = (entity for stretch in _stretches(doubts, len(text)) for entity in self._look(text, *stretch))
        return (*found, *(entity for entity in second if any(in_doubt[entity.start : entity.end])))

    def doubts(self, text: str, found: Iterable[Entity]) -> list[Span]:
        """Where the words in doubt are, in order."""
        if not _FREE_TEXT.search(text):
            return []
        covered = _marked(len(text), ((entity.start, entity.end) for entity in found))
        words = (match for match in _WORD.finditer(text) if _is_like_a_name(match[0]) and not covered[match.start()])
        return [match.span() for match in words if not self._is_ordinary(_POSSESSIVE.sub("", match[0]).lower())]

    def _look(self, text: str, start: int, end: int) -> Iterator[Entity]:
        for entity in self._slow.find(text[start:end]):
            yield Entity(entity.type, start + entity.start, start + entity.end, entity.score)


def _is_like_a_name(word: str) -> bool:
    return word[0].isupper() and not word.isupper()


def _marked(chars: int, spans: Iterable[Span]) -> bytearray:
    marks = bytearray(chars)
    for start, end in spans:
        marks[start:end] = b"\1" * (end - start)
    return marks


def _stretches(doubts: Sequence[Span], chars: int) -> Iterator[Span]:
    """What to read: the surroundings of all doubts, those that meet joined."""
    start, end = doubts[0]
    for next_start, next_end in doubts[1:]:
        if next_start - end > 2 * AROUND_CHARS:
            yield max(start - AROUND_CHARS, 0), end + AROUND_CHARS
            start = next_start
        end = next_end
    yield max(start - AROUND_CHARS, 0), min(end + AROUND_CHARS, chars)
