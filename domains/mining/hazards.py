"""Hazards: what a text says of gases, dust, noise and oxygen: readings, and limits that it states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import re2  # type: ignore[import-untyped]  # ships no types

from domains.knowledge import table
from domains.mining.amounts import MAX_CHARS, amounts
from domains.mining.patterns import pattern
from processors.extraction.negation import negated
from processors.extraction.quantities import Quantity
from processors.subject import Field, Subject
from processors.text.sentences import sentences
from processors.text.words import folded
from processors.units import unit

LIMITS = table("mining", "limits")

_NAMED = re2.compile(r"\b(?:" + "|".join(sorted(LIMITS.terms, key=len, reverse=True)) + r")\b")
_NOT = re.compile(r"\b(?:not|never|no)\b")
_NEAR = 60  # characters between a substance and its value
_SHOWN = {"percent": "%", "decibel": "dBA", "ug/m^3": "µg/m³", "mg/m^3": "mg/m³"}


class Stated(NamedTuple):
    """A value of a hazard in a text: `value` in the unit of its row in `limits`, characters [start, end)."""

    hazard: str
    value: float
    is_limit: bool
    start: int
    end: int

    @property
    def row(self) -> Mapping[str, Any]:
        """Of the table of limits."""
        return LIMITS.rows[self.hazard]

    def breaks(self, limit: float) -> bool:
        """Whether the value is on the wrong side of a limit."""
        return self.value < limit if self.row.get("least") else self.value > limit

    def __str__(self) -> str:
        name = {"percent": "%", "decibel": "dBA", "ug/m^3": "µg/m³", "mg/m^3": "mg/m³"}.get(
            self.row["unit"], self.row["unit"]
        )
        return f"{self.hazard} {self.value:g} {name}"


def stated(subject: Subject, field: Field) -> Iterator[Stated]:
    """Readings and limits that a text of a trace gives, each in a sentence that names the hazard near it.

    Left out are explosive ranges, former limits, and what is only supposed.
    """
    text = subject.text_of(field)[:MAX_CHARS]
    low = folded(text)
    if not _NAMED.search(low):
        return
    read = amounts(subject, field)
    for start, end in sentences(text):
        names = [(start + match.start(), LIMITS.terms[match.group()]) for match in _NAMED.finditer(low[start:end])]
        until = _goes_on_until(low[start:end])
        if not names or (pattern("other_meaning").search(low[start:end]) and not until):
            continue
        limiting = until or pattern("limiting").search(low[start:end]) is not None
        for quantity in read:
            if start <= quantity.start < end:
                yield from _of(quantity, names, limiting)


def _goes_on_until(sentence: str) -> bool:
    """Whether a sentence says up to what reading work goes on, which is a limit."""
    goes_on = pattern("goes_on").search(sentence)
    denied = goes_on is None or _NOT.search(goes_on.group()) or negated(sentence, goes_on.start())
    return not denied and pattern("reaches").search(sentence) is not None


def _of(quantity: Quantity, names: list[tuple[int, str]], limiting: bool) -> Iterator[Stated]:
    at, hazard = min(names, key=lambda name: abs(name[0] - quantity.start))
    measure = unit(LIMITS.rows[hazard]["unit"])
    if abs(at - quantity.start) <= _NEAR and quantity.unit.dimension == measure.dimension and quantity.unit.name != "1":
        value = measure.from_base(quantity.unit.to_base(quantity.high or quantity.value))
        yield Stated(hazard, value, limiting, quantity.start, quantity.end)
