"""What expressions are checked against and evaluated in: types, the environment, and what can go wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal, Protocol

from processors.units import DIMENSIONLESS, unit

Kind = Literal["number", "text", "boolean", "time"]

_MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value: a float in the base unit of `dimension`, a text in lower case, a boolean, or a time in
    seconds since 1970; where `series`, a numpy array of them, of texts with dtype object.

    unit: what the numbers are given in where they come from. It takes no part in whether two types are the same.
    """

    kind: Kind
    dimension: str = DIMENSIONLESS
    series: bool = False
    unit: str = field(default="", compare=False)

    @classmethod
    def of_unit(cls, name: str, *, series: bool = False) -> Type:
        """Numbers given in a unit. Raises UnknownUnit."""
        return cls("number", unit(name).dimension, series, name)

    @property
    def scaled(self) -> bool:
        """Whether numbers have a unit but no dimension, as percent and mg/kg, so that a bare 5 beside them misleads."""
        return bool(self.unit) and self.dimension == DIMENSIONLESS and unit(self.unit).factor != 1

    def __str__(self) -> str:
        of = f" of {self.dimension}" if self.dimension != DIMENSIONLESS else ""
        return f"series of {self.kind}s{of}" if self.series else f"{self.kind}{of}"


class Absent(Exception):
    """A value is not there, or is no number; the message is a sentence that says why."""


class ExpressionError(ValueError):
    """An expression is wrong. `column`: where in its source, in characters from 0."""

    def __init__(self, problem: str, column: int = 0) -> None:
        super().__init__(problem)
        self.column = column


def nearest(name: str, known: Iterable[str]) -> str:
    """What the writer of an unknown name may have meant, or what there is."""
    there = sorted(known)
    near = get_close_matches(name, there, 1)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"there are {', '.join(there[:_MOST_LISTED])}" if there else "there are none"


class Environment(Protocol):
    """What an expression is evaluated in. Values are as `Type` says; `now` is in seconds since 1970."""

    now: float

    def fact(self, name: str) -> Any:
        """Raises Absent."""

    def lookup(self, table: str, column: str, key: str) -> Any:
        """Raises Absent."""
