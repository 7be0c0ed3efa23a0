"""Which of several patterns occur in a text: one pass of an automaton, without a word on where."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import hyperscan

_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL
_NOTHING: frozenset[str] = frozenset()


class Scan:
    """Says which of its patterns, given by name, occur. One scan serves one thread.

    Patterns are hyperscan's: of bytes, or of characters where `unicode` is set, which is slower.
    """

    def __init__(self, patterns: Mapping[str, str], *, unicode: bool = False) -> None:
        self._names = list(patterns)
        self._found: set[str] = set()
        self._database = _compiled(tuple(patterns.values()), unicode)
        self._scratch = hyperscan.Scratch(self._database)

    def names(self, text: str) -> frozenset[str]:
        """Those that occur. A lone surrogate counts as a question mark."""
        self._found.clear()
        self._database.scan(text.encode("utf-8", "replace"), self._add, scratch=self._scratch)
        return frozenset(self._found) if self._found else _NOTHING

    def _add(self, pattern: int, start: int, end: int, flags: int, context: object) -> None:  # noqa: ARG002 - what hyperscan calls it with
        self._found.add(self._names[pattern])


@cache  # it takes a tenth of a second, and scans with scratch space of their own may share it
def _compiled(patterns: tuple[str, ...], unicode: bool) -> hyperscan.Database:
    flags = _FLAGS | hyperscan.HS_FLAG_UTF8 if unicode else _FLAGS
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[pattern.encode() for pattern in patterns],
        ids=list(range(len(patterns))),
        elements=len(patterns),
        flags=[flags] * len(patterns),
    )
    return database


def char_class(chars: str) -> str:
    """A class of characters as hyperscan reads it; `-` stands for a range, as in the classes of `re`."""
    return "[" + "".join(char if char == "-" else rf"\x{{{ord(char):x}}}" for char in chars) + "]"
