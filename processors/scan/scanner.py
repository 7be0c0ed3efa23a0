"""The scanner: one pass over a text says which of thousands of phrases may stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import regex

from processors.scan.cache import DatabaseCache
from processors.scan.gate import Expression, Gate
from processors.scan.phrase import Dialect, Phrase, words_pattern
from processors.scan.typed import Typed

# Where RE2 and hyperscan may read a regex differently: beyond ASCII, Unicode categories, and bounds of a
# repeat within a class, which the gate would drop.
_READ_DIFFERENTLY = re.compile(r"[^\x00-\x7f]|\\[pPx]|\[[^\]]*\{\d")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def _roughly(text: str) -> str:
    """The text, with at least as many bytes as they take in either case in place of letters beyond ASCII."""
    pieces = _BEYOND_ASCII.split(text)
    foreign = [rf"[\x80-\xff]{{{2 * len(run)},}}" for run in _BEYOND_ASCII.findall(text)]
    return "".join(re.escape(piece) + other for piece, other in zip(pieces, [*foreign, ""], strict=True))


_ROUGH = Dialect(
    begin=r"\W",  # there is a space around the text: that compiles four times as fast as `\b`
    end=r"\W",
    between=r"\W+",
    gap=r"\W.*",
    rest=r"[\w\x80-\xff]*",
    literal=_roughly,
)


class Scanner:
    """Says which phrases may be in a text: now and then too many, never too few.

    cache_folder: for what is compiled, by default in the user's cache folder. A thousand phrases take 0.3 s the first
    time, then a millisecond. Threads may share it.
    """

    def __init__(self, phrases: Iterable[Phrase], cache_folder: Path | None = None) -> None:
        self.phrases = frozenset(phrases)
        ordered = sorted(self.phrases, key=lambda phrase: phrase.source)  # so that the cache knows them again
        cache = DatabaseCache(cache_folder)
        self._words = _Part([phrase for phrase in ordered if phrase.regex is None], cache)
        self._regexes = _Part([phrase for phrase in ordered if phrase.regex is not None], cache)

    def hits(self, text: Typed) -> frozenset[Phrase]:
        """Those of its phrases that may be in the text."""
        return self._words.hits(b" %b " % text.data) | self._regexes.hits(text.data)


class _Part:
    """Phrases that are looked for in the same bytes."""

    def __init__(self, phrases: Sequence[Phrase], cache: DatabaseCache) -> None:
        self._phrases = phrases
        self._gate = Gate([_expression(phrase) for phrase in phrases], cache) if phrases else None
        self._unknown = frozenset(phrases[index] for index in self._gate.unknown) if self._gate else frozenset()

    def hits(self, data: bytes) -> frozenset[Phrase]:
        seen = self._gate.scan(data) if self._gate else ()
        return self._unknown.union([self._phrases[index] for index in seen]) if seen else self._unknown


def _expression(phrase: Phrase) -> Expression | None:
    """What every text with the phrase matches; None where that is not known."""
    if phrase.regex is None:
        return Expression(words_pattern(phrase.source, _ROUGH).encode(), regex.IGNORECASE, first_only=True)
    if _READ_DIFFERENTLY.search(phrase.regex):
        return None
    return Expression(phrase.regex.encode(), regex.IGNORECASE, first_only=True, utf8=True)
