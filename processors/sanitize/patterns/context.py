"""Context: the words before a match that make a weak one believable, as presidio-analyzer weighs them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import regex
from spacy.lang.en.stop_words import STOP_WORDS

from processors.sanitize.patterns.shadow import shadow
from processors.scan.gate import Expression

BOOST = 0.35
MIN_BOOSTED = 0.4
WORDS = 6  # presidio looks at five words before a match and at the one it begins with
MAX_CHARS = 160  # in which those are looked for

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


class Context:
    """The words that support one recogniser.

    As `LemmaContextAwareEnhancer` of presidio-analyzer 2.2.366, but for words as they are written instead of lemmas.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = [word.lower() for word in words]

    @property
    def expression(self) -> Expression:
        """What every text has in which anything is boosted."""
        source = b"|".join(re.escape(shadow(word)) for word in self._words)
        return Expression(source, regex.IGNORECASE, first_only=True)

    def boosted(self, score: float, text: str, start: int) -> float:
        """The score of a match that begins at `start`."""
        if not self._supports(text, start):
            return score
        return min(max(score + BOOST, MIN_BOOSTED), 1.0)

    def _supports(self, text: str, start: int) -> bool:
        first = _WORD.match(text, start)
        nearby = text[max(0, start - MAX_CHARS) : first.end() if first else start].lower()
        if not any(word in nearby for word in self._words):
            return False
        near = [word for word in _WORD.findall(nearby) if word not in STOP_WORDS][-WORDS:]
        return any(word in other for word in self._words for other in near)
