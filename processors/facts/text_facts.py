"""Facts that stand in a text of the trace: terms, phrases, quantities and dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from processors.evaluator import Sought
from processors.expressions import Absent
from processors.extraction.dates import dates
from processors.extraction.quantities import Quantity, quantities
from processors.facts.fact import Fact, Reading
from processors.facts.field_facts import midnight
from processors.facts.places import place, sentences_with
from processors.scan.phrase import Phrase
from processors.subject import Field, Subject
from processors.text.sentences import sentence_at
from processors.units import DIMENSIONLESS, Unit
from schemas.evaluation import Evidence


@dataclass(frozen=True, kw_only=True, eq=False)
class TermFact(Fact):
    """The canonical name of the first term of a vocabulary that stands in a text; of several there, the longest."""

    terms: Mapping[Phrase, str]
    fields: tuple[Field, ...]

    @property
    def phrases(self) -> Sought:
        return tuple((field, phrase) for field in self.fields for phrase in self.terms)

    @cached_property
    def _wanted(self) -> frozenset[Phrase]:
        return frozenset(self.terms)

    def read(self, subject: Subject) -> Reading:
        for field in self.fields:
            found = subject.find_all(self._wanted, field)
            if found:
                span, phrase = min(found, key=lambda each: (each[0][0], -each[0][1]))
                return Reading(self.terms[phrase].lower(), (place(subject, field, span),))
        raise Absent(f"no term of {self.name} is in the {' or '.join(self.fields)}")


@dataclass(frozen=True, kw_only=True, eq=False)
class PhraseFact(Fact):
    """Whether one of several phrases stands in a text."""

    wanted: tuple[Phrase, ...]
    fields: tuple[Field, ...]

    @property
    def phrases(self) -> Sought:
        return tuple((field, phrase) for field in self.fields for phrase in self.wanted)

    def read(self, subject: Subject) -> Reading:
        if not any(subject.text_of(field).strip() for field in self.fields):
            raise Absent(f"{self.name}: the {' and '.join(self.fields)} has no text")
        for field, phrase in self.phrases:
            spans = subject.find(phrase, field)
            if spans:
                return Reading(True, (place(subject, field, spans[0]),))
        return Reading(False)


@dataclass(frozen=True, kw_only=True, eq=False)
class QuantityFact(Fact):
    """Numbers of one dimension that a text writes, in sentences with one of the words `near`; of a range both ends."""

    unit: Unit
    near: tuple[Phrase, ...]
    fields: tuple[Field, ...]

    @property
    def phrases(self) -> Sought:
        return tuple((field, phrase) for field in self.fields for phrase in self.near)

    @property
    def wakes_on(self) -> Sought | None:
        return self.phrases if self.near else None

    def read(self, subject: Subject) -> Reading:
        values: list[float] = []
        evidence: list[Evidence] = []
        for field in self.fields:
            fitting = [each for each in _quantities(subject, field) if self._fits(each.unit)]
            for each in _near(subject, field, frozenset(self.near), fitting, lambda each: each.start):
                ends = [each.value] if each.high is None else [each.value, each.high]
                values += map(each.unit.to_base, ends)
                evidence += [place(subject, field, (each.start, each.end))] * len(ends)
        if not values:
            raise Absent(f"the {' and '.join(self.fields)} states no {self.name}")
        return Reading(np.array(values), tuple(evidence), tuple(range(len(values))))

    def _fits(self, unit: Unit) -> bool:
        """Whether it is of the same dimension; a bare number is no percentage, though neither has one."""
        scaled = (unit.factor == 1) is not (self.unit.factor == 1)
        return unit.dimension == self.unit.dimension and not (unit.dimension == DIMENSIONLESS and scaled)


@dataclass(frozen=True, kw_only=True, eq=False)
class DateFact(Fact):
    """The first date that a text writes in a sentence that has one of the words `near`."""

    near: tuple[Phrase, ...]
    fields: tuple[Field, ...]

    @property
    def phrases(self) -> Sought:
        return tuple((field, phrase) for field in self.fields for phrase in self.near)

    @property
    def wakes_on(self) -> Sought | None:
        return self.phrases if self.near else None

    def read(self, subject: Subject) -> Reading:
        for field in self.fields:
            written = dates(subject.text_of(field))
            for found in _near(subject, field, frozenset(self.near), written, lambda each: each.start):
                return Reading(midnight(found.date), (place(subject, field, (found.start, found.end)),))
        raise Absent(f"the {' and '.join(self.fields)} gives no date of {self.name}")


def _near(
    subject: Subject, field: Field, near: frozenset[Phrase], found: list[Any], start: Callable[[Any], int]
) -> Iterable[Any]:
    """Those of `found` that stand in a sentence with one of the phrases; all where there are no phrases."""
    if not found or not near:
        return found
    spans, wanted = sentences_with(subject, near, field)
    return [each for each in found if sentence_at(spans, start(each)) in wanted]


def _quantities(subject: Subject, field: Field) -> list[Quantity]:
    read: list[Quantity] | None = subject.memory.get((quantities, field))
    if read is None:
        read = subject.memory[quantities, field] = quantities(subject.text_of(field))
    return read
