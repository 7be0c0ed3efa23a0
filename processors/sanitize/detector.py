"""Detectors: where in a text there is personal data, and of which type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, runtime_checkable


class Entity(NamedTuple):
    """Characters [start, end) of a text, what they are, and how surely (0..1)."""

    type: str
    start: int
    end: int
    score: float


class Detector(Protocol):
    """Finds personal data. One detector serves one thread."""

    def find(self, text: str) -> Sequence[Entity]:
        """All entities, in no order; they may overlap. May take seconds on megabytes; does no input or output.

        May raise anything. The caller may not assume that what it raises is free of the text.
        """


FindAll = Callable[[Sequence[str]], Sequence[Sequence[Entity]]]


@runtime_checkable
class BatchDetector(Detector, Protocol):
    """A detector to which many short texts cost little more than one."""

    def find_all(self, texts: Sequence[str]) -> Sequence[Sequence[Entity]]:
        """What `find` finds in each text."""


def finds_all(detector: Detector) -> FindAll:
    """The quickest way to look through many texts with a detector."""
    if isinstance(detector, BatchDetector):
        return detector.find_all
    return lambda texts: [detector.find(text) for text in texts]
