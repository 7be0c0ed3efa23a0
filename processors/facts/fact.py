"""The kinds of facts: values at a path, terms, phrases, quantities and dates in a text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import numpy as np

from processors.evaluator import Sought
from processors.expressions import Absent, Type
from processors.extraction.dates import dates
from processors.extraction.quantities import Quantity, quantities
from processors.facts.path import Path
from processors.scan.phrase import Phrase
from processors.subject import Field, Subject
from processors.text.sentences import Span, sentences
from processors.units import Unit
from schemas.evaluation import Evidence

Shown = tuple[Evidence, ...]
_MILLISECONDS_FROM = 1e11  # as seconds, the year 5138
_TRUE, _FALSE = frozenset({"true", "yes", "1", "y"}), frozenset({"false", "no", "0", "n"})


class Reading(NamedTuple):
    """What a fact is in one trace: a value in base units, and where it stands, one place an element of a series."""

    value: Any
    evidence: Shown = ()


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

    @abstractmethod
    def read(self, subject: Subject) -> Reading:
        """Raises Absent where the trace does not have it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PathFact(Fact):
    """The value, or with `[]` the series of values, at the first of several paths that leads somewhere."""

    paths: tuple[Path, ...]

    def read(self, subject: Subject) -> Reading:
        convert = _CONVERSIONS[self.type.kind]
        for path in self.paths:
            found = path.found(subject)
            if not found:
                continue
            values = [convert(value, self) for value, _ in found]
            if not self.type.series:
                return Reading(values[0], _steps(path, found[:1]))
            return Reading(np.array(values, dtype=_DTYPES[self.type.kind]), _steps(path, found))
        raise Absent(f"the trace has no {self.name} (looked for {' or '.join(path.source for path in self.paths)})")


def _steps(path: Path, found: list[tuple[Any, int]]) -> Shown:
    if path.parts[:3] != ("episode", "steps", None):
        return ()
    return tuple(Evidence("episode.steps", index, index + 1) for _, index in found)


def _number(value: Any, fact: Fact) -> float:
    if isinstance(value, dict) and "value" in value:
        value = f"{value['value']} {value.get('unit', '')}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return fact.unit.to_base(float(value)) if fact.unit else float(value)
    if isinstance(value, str):
        return _written_number(value.strip(), fact)
    raise Absent(f"{fact.name} is no number: {str(value)[:40]!r}")


def _written_number(text: str, fact: Fact) -> float:
    try:
        return _number(float(text.replace(",", "")), fact)
    except ValueError:
        read = [quantity for quantity in quantities(text[:200]) if quantity.unit.dimension == fact.type.dimension]
    if len(read) != 1:
        raise Absent(f"{fact.name} cannot be read as a number: {text[:40]!r}")
    return read[0].unit.to_base(read[0].value)


def _text(value: Any, fact: Fact) -> str:
    if isinstance(value, dict | list):
        raise Absent(f"{fact.name} is no text")
    return str(value).strip().lower()


def _boolean(value: Any, fact: Fact) -> bool:
    if isinstance(value, bool | int | float):
        return bool(value)
    word = str(value).strip().lower()
    if word not in _TRUE | _FALSE:
        raise Absent(f"{fact.name} is neither true nor false: {word[:40]!r}")
    return word in _TRUE


def _time(value: Any, fact: Fact) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value / 1_000 if abs(value) > _MILLISECONDS_FROM else float(value)
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise Absent(f"{fact.name} is no time: {str(value)[:40]!r}; write it like 2024-05-28T14:30:00Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


_CONVERSIONS: Mapping[str, Callable[[Any, Fact], Any]] = {
    "number": _number,
    "text": _text,
    "boolean": _boolean,
    "time": _time,
}
_DTYPES: Mapping[str, Any] = {"number": float, "text": object, "boolean": bool, "time": float}


@dataclass(frozen=True, kw_only=True, eq=False)
class TermFact(Fact):
    """The canonical name of the first term of a vocabulary that stands in a text."""

    terms: Mapping[Phrase, str]
    fields: tuple[Field, ...]

    @property
    def phrases(self) -> Sought:
        return tuple((field, phrase) for field in self.fields for phrase in self.terms)

    def read(self, subject: Subject) -> Reading:
        for field in self.fields:
            found = [(span, name) for phrase, name in self.terms.items() for span in subject.find(phrase, field)]
            if found:
                span, name = min(found, key=lambda each: (each[0][0], -each[0][1]))
                return Reading(name.lower(), (place(subject, field, span),))
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
    """Numbers of one dimension that a text writes, in sentences that have one of the words `near`."""

    near: tuple[Phrase, ...]
    fields: tuple[Field, ...]

    @property
    def phrases(self) -> Sought:
        return tuple((field, phrase) for field in self.fields for phrase in self.near)

    def read(self, subject: Subject) -> Reading:
        found = [(field, quantity) for field in self.fields for quantity in self._found(subject, field)]
        if not found:
            raise Absent(f"the {' and '.join(self.fields)} states no {self.name}")
        values = np.array([quantity.unit.to_base(quantity.value) for _, quantity in found])
        return Reading(values, tuple(place(subject, field, (each.start, each.end)) for field, each in found))

    def _found(self, subject: Subject, field: Field) -> Iterable[Quantity]:
        fitting = [each for each in _quantities(subject, field) if each.unit.dimension == self.type.dimension]
        return _near(subject, field, self.near, fitting, lambda each: each.start)


@dataclass(frozen=True, kw_only=True, eq=False)
class DateFact(Fact):
    """The first date that a text writes in a sentence that has one of the words `near`."""

    near: tuple[Phrase, ...]
    fields: tuple[Field, ...]

    @property
    def phrases(self) -> Sought:
        return tuple((field, phrase) for field in self.fields for phrase in self.near)

    def read(self, subject: Subject) -> Reading:
        for field in self.fields:
            written = dates(subject.text_of(field))
            for found in _near(subject, field, self.near, written, lambda each: each.start):
                return Reading(_midnight(found.date), (place(subject, field, (found.start, found.end)),))
        raise Absent(f"the {' and '.join(self.fields)} gives no date of {self.name}")


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _near(
    subject: Subject, field: Field, near: tuple[Phrase, ...], found: list[Any], start: Callable[[Any], int]
) -> Iterable[Any]:
    """Those of `found` that stand in a sentence with one of the phrases; all where there are no phrases."""
    if not found or not near:
        return found
    marks = [span[0] for phrase in near for span in subject.find(phrase, field)]
    if not marks:
        return []
    spans = [span for span in sentences(subject.text_of(field)) if any(span[0] <= mark < span[1] for mark in marks)]
    return [each for each in found if any(span[0] <= start(each) < span[1] for span in spans)]


def _quantities(subject: Subject, field: Field) -> list[Quantity]:
    read: list[Quantity] | None = subject.memory.get((quantities, field))
    if read is None:
        read = subject.memory[quantities, field] = quantities(subject.text_of(field))
    return read


def place(subject: Subject, field: Field, span: Span) -> Evidence:
    """Evidence for a range of one of the subject's texts."""
    start, end = span
    if field == "request":
        return Evidence("input", subject.request_offset + start, subject.request_offset + end)
    if field != "context":
        return Evidence(field, start, end)
    for index, piece in enumerate(subject.context_texts):
        if start <= len(piece):
            return Evidence(f"context[{index}]", start, min(end, len(piece)))
        start, end = start - len(piece) - 1, end - len(piece) - 1
    return Evidence("context", *span)
