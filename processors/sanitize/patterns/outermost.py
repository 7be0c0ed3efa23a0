"""Which of several entities to keep where one contains another."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from processors.sanitize.detector import Entity


def outermost(entities: Collection[Entity]) -> Sequence[Entity]:
    """The entities that no other of their type contains with an equal or higher score; of equal ones, one.

    Keeps what `EntityRecognizer.remove_duplicates` of presidio-analyzer 2.2.366 keeps.
    """
    if len(entities) < 2:
        return tuple(entities)
    kept: list[Entity] = []
    open_: list[Entity] = []  # those kept that may contain the next
    for entity in sorted(entities, key=_outer_first):
        open_ = [other for other in open_ if other.end > entity.start and other.type == entity.type]
        if not any(other.end >= entity.end and other.score >= entity.score for other in open_):
            kept.append(entity)
            open_.append(entity)
    return tuple(kept)


def _outer_first(entity: Entity) -> tuple[str, int, int, float]:
    return entity.type, entity.start, -entity.end, -entity.score
