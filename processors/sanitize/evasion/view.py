"""A view: a text as it reads once part of it is decoded, which knows where each of its characters comes from."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MARGIN = 192  # characters kept around what was decoded: what labels an identifier stands this near
CUT = "\n\n\n\n"  # in place of what is further from anything decoded; no entity reaches across it
WORD_CHARS = 64  # how far a cut moves to fall between two words


class Edit(NamedTuple):
    """Characters [start, end) of a text read as `text`."""

    start: int
    end: int
    text: str


class View:
    """A text, and where its characters come from.

    A position is looked up among the edits that made the view, so the map costs memory by the edit and not by the
    character. A view of a view asks its parent on.
    """

    __slots__ = ("_base_ends", "_base_starts", "_ends", "_parent", "_starts", "text")

    def __init__(self, text: str, edits: Iterable[Edit] = (), parent: View | None = None) -> None:
        """`edits` are of `text`, in order and apart from each other; without any it is seen as it is."""
        self._parent = parent
        self._starts, self._ends = array("q"), array("q")  # of edits, in the view
        self._base_starts, self._base_ends = array("q"), array("q")  # of edits, in what it is a view of
        self.text = self._read(text, edits)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters [start, end), at least one, come from in the original text: whole encoded units."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        if first >= 0:
            within = start < self._ends[first]
            start = self._base_starts[first] if within else self._base_ends[first] + start - self._ends[first]
        if last >= 0:
            end = self._base_ends[last] + max(0, end - self._ends[last])
        return self._parent.span(start, end) if self._parent else (start, end)

    def _read(self, text: str, edits: Iterable[Edit]) -> str:
        pieces: list[str] = []
        at = length = 0
        for start, end, replacement in edits:
            pieces += text[at:start], replacement
            length += start - at
            self._starts.append(length)
            length += len(replacement)
            self._ends.append(length)
            self._base_starts.append(start)
            self._base_ends.append(end)
            at = end
        return "".join(pieces) + text[at:] if pieces else text


def trimmed(text: str, edits: Iterable[Edit]) -> Iterator[Edit]:
    """The edits, and cuts of all that is far from any: a view is then as long as what is new in it."""
    at = 0
    for edit in edits:
        yield from _cut(text, at, edit.start)
        yield edit
        at = edit.end
    yield from _cut(text, at, len(text))


def _cut(text: str, start: int, end: int) -> Iterator[Edit]:
    """At most one cut of what lies between two edits, which end at `start` and begin at `end`."""
    if end - start <= 4 * MARGIN:
        return
    left, right = start + MARGIN, end - MARGIN
    left = 0 if start == 0 else max(left, text.find(" ", left, left + WORD_CHARS))
    right = len(text) if end == len(text) else right if (gap := text.rfind(" ", right - WORD_CHARS, right)) < 0 else gap
    yield Edit(left, right, CUT)
