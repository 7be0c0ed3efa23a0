"""One text: what is found in it is replaced, until nothing more is found, and told by its place in the original."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from processors.sanitize.detector import Entity
from processors.sanitize.spans import Replaced, disjoint

MAX_ROUNDS = 8

Find = Callable[[str], Sequence[Entity]]
Replace = Callable[[Sequence[tuple[str, str]]], Sequence[str]]
"""(type, value) of each entity → what is to stand in its place."""


class Clean(NamedTuple):
    """The clean text, the entities of the original (disjoint, in order) and what stands now for each."""

    text: str
    entities: Sequence[Entity] = ()
    replacements: Sequence[str] = ()


def clean_text(text: str, found: Sequence[Entity], find_again: Find, replace: Replace) -> Clean:
    """The text with what was found in it replaced.

    Looks again at what it made, because a replaced entity may have hidden its neighbour. What it finds in replacements
    alone (a date that was moved is a date) stays. Raises RuntimeError where that does not end.
    """
    clean, replaced = Clean(text), Replaced(text, (), ())
    for _ in range(MAX_ROUNDS):
        entities = list(disjoint([*clean.entities, *map(replaced.origin, found)]))
        if _places(entities) == _places(clean.entities):
            return clean
        replacements = replace([(entity.type, text[entity.start : entity.end]) for entity in entities])
        replaced = Replaced(text, entities, replacements)
        clean = Clean(replaced.text, entities, replacements)
        found = find_again(clean.text)
    raise RuntimeError(f"personal data still there after {MAX_ROUNDS} rounds")


def _places(entities: Sequence[Entity]) -> list[tuple[int, int]]:
    return [(entity.start, entity.end) for entity in entities]
