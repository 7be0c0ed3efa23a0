"""Fact: a named value that is read from a trace."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, NamedTuple

from processors.evaluator import Sought
from processors.expressions import Type
from processors.subject import Subject
from processors.units import Unit
from schemas.evaluation import Evidence

Shown = tuple[Evidence, ...]


class Reading(NamedTuple):
    """What a fact is in one trace.

    value: in base units. evidence: where it stands, of a series one place for each element; empty where it has no place
    in a text or an episode. positions: of a series, the index of each element in the list of the trace that it is from,
    since elements that lack the value are left out.
    """

    value: Any
    evidence: Shown = ()
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Fact(ABC):
    """A named value of a domain. `unit` is the one that numbers are given and shown in."""

    name: str
    type: Type
    unit: Unit | None = None

    @property
    def phrases(self) -> Sought:
        """What it looks for in texts."""
        return ()

    @property
    def wakes_on(self) -> Sought | None:
        """As of an Evaluator: phrases without which, and without `wakes_on_keys`, it is the same in all traces."""
        return self.phrases

    @property
    def wakes_on_keys(self) -> frozenset[str]:
        """As of an Evaluator."""
        return frozenset()

    @abstractmethod
    def read(self, subject: Subject) -> Reading:
        """Raises Absent where the trace does not have it."""
