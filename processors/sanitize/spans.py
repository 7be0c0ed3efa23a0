"""Spans of a text that are to be replaced: joined where they overlap, and carried over from one text to the next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from processors.sanitize.detector import Entity


def disjoint(entities: Sequence[Entity]) -> Iterator[Entity]:
    """Entities in order of place, those that overlap joined into one.

    All that anyone flagged stays covered; the type is that of the longest, and of the surest where lengths are equal.
    """
    if len(entities) == 1:
        yield entities[0]
        return
    group: list[Entity] = []
    end = 0
    for entity in sorted(entities, key=lambda entity: (entity.start, entity.end, entity.type)):
        if group and entity.start >= end:
            yield _joined(group, end)
            group = []
        group.append(entity)
        end = max(end, entity.end)
    if group:
        yield _joined(group, end)


def outside(kept: Sequence[Entity], entities: Sequence[Entity]) -> list[Entity]:
    """Those entities that do not lie within what is kept: the host of an address that is kept is kept too."""
    areas = list(disjoint(kept))
    starts = [area.start for area in areas]
    return [
        each
        for each in entities
        if each.end > areas[max(bisect_right(starts, each.start) - 1, 0)].end or each.start < areas[0].start
    ]


def _joined(group: Sequence[Entity], end: int) -> Entity:
    if len(group) == 1:
        return group[0]
    chief = max(group, key=lambda entity: (entity.end - entity.start, entity.score))
    return Entity(chief.type, group[0].start, end, chief.score)


class Replaced:
    """A text in which disjoint spans, in order, were replaced. Leads from places of the new text back to the old."""

    def __init__(self, text: str, spans: Sequence[Entity], replacements: Sequence[str]) -> None:
        self._spans = spans
        self._starts: list[int] = []  # of the replacements, in the new text
        self._ends: list[int] = []
        pieces: list[str] = []
        at = length = 0
        for span, replacement in zip(spans, replacements, strict=True):
            length += span.start - at
            self._starts.append(length)
            length += len(replacement)
            self._ends.append(length)
            pieces += text[at : span.start], replacement
            at = span.end
        self.text = "".join(pieces) + text[at:]

    def origin(self, entity: Entity) -> Entity:
        """The same entity in the old text; whatever it touches of a replacement counts as the whole replaced span."""
        return Entity(entity.type, self._start(entity.start), self._end(entity.end), entity.score)

    def _start(self, at: int) -> int:
        before = bisect_right(self._starts, at) - 1
        if before < 0:
            return at
        if at < self._ends[before]:
            return self._spans[before].start
        return self._spans[before].end + at - self._ends[before]

    def _end(self, at: int) -> int:
        before = bisect_right(self._starts, at - 1) - 1
        if before < 0:
            return at
        if at <= self._ends[before]:
            return self._spans[before].end
        return self._spans[before].end + at - self._ends[before]
