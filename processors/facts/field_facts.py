"""Facts that stand in a field of the trace: numbers with units, texts, booleans and times as producers write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from processors.expressions import Absent
from processors.extraction.dates import dates
from processors.extraction.quantities import quantities
from processors.facts.fact import Fact, Reading, Shown
from processors.facts.path import Path
from processors.subject import Subject
from schemas.evaluation import Evidence

_MILLISECONDS_FROM = 1e11  # as seconds, the year 5138
_LONGEST = 200  # characters of a text that is read as a number or a time
_TRUE, _FALSE = frozenset({"true", "yes", "1", "y"}), frozenset({"false", "no", "0", "n"})
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_STEPS = ("episode", "steps", None)


@dataclass(frozen=True, kw_only=True, eq=False)
class PathFact(Fact):
    """The value, or with `[]` the series of values, at the first of several paths that leads somewhere."""

    paths: tuple[Path, ...]

    @property
    def wakes_on_keys(self) -> frozenset[str]:
        return frozenset(path.key for path in self.paths)

    def read(self, subject: Subject) -> Reading:
        convert = _CONVERSIONS[self.type.kind]
        for path in self.paths:
            found = path.found(subject)
            if not found:
                continue
            values = [convert(value, self) for value, _ in found]
            if not self.type.series:
                return Reading(values[0], _steps(path, (found[0][1],)))
            positions = tuple(position for _, position in found)
            return Reading(np.array(values, dtype=_DTYPES[self.type.kind]), _steps(path, positions), positions)
        raise Absent(f"the trace has no {self.name} (looked for {' or '.join(path.source for path in self.paths)})")


def _steps(path: Path, positions: tuple[int, ...]) -> Shown:
    if path.parts[:3] != _STEPS:
        return ()
    return tuple(Evidence("episode.steps", position, position + 1) for position in positions)


def _number(value: Any, fact: Fact) -> float:
    if isinstance(value, dict) and "value" in value:
        value = f"{value['value']} {value.get('unit') or ''}"
    if isinstance(value, str):
        return _written_number(value[:_LONGEST].strip(), fact)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Absent(f"{fact.name} is no number: {str(value)[:40]!r}")
    try:
        return fact.unit.to_base(float(value)) if fact.unit else float(value)
    except OverflowError:
        raise Absent(f"{fact.name} is too large a number") from None


def _written_number(text: str, fact: Fact) -> float:
    try:
        return _number(float(text.replace(",", "") if _GROUPED.fullmatch(text) else text), fact)
    except ValueError:
        read = [quantity for quantity in quantities(text) if quantity.unit.dimension == fact.type.dimension]
    if len(read) != 1 or read[0].high is not None:
        raise Absent(f"{fact.name} cannot be read as a number: {text[:40]!r}")
    return read[0].unit.to_base(read[0].value)


def _text(value: Any, fact: Fact) -> str:
    if isinstance(value, dict | list):
        raise Absent(f"{fact.name} is no text")
    return str(value).strip().lower()


def _boolean(value: Any, fact: Fact) -> bool:
    if isinstance(value, bool | int | float):
        return bool(value)
    word = str(value)[:_LONGEST].strip().lower()
    if word not in _TRUE | _FALSE:
        raise Absent(f"{fact.name} is neither true nor false: {word[:40]!r}")
    return word in _TRUE


def _time(value: Any, fact: Fact) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = _number(value, fact)
        return seconds / 1_000 if abs(seconds) > _MILLISECONDS_FROM else seconds
    text = str(value)[:_LONGEST].strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        written = dates(text)
        if len(written) != 1:
            raise Absent(f"{fact.name} is no time: {text[:40]!r}; write it like 2024-05-28T14:30:00Z") from None
        return midnight(written[0].date)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def midnight(day: date) -> float:
    """The beginning of a day, in seconds since 1970."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


_CONVERSIONS: Mapping[str, Callable[[Any, Fact], Any]] = {
    "number": _number,
    "text": _text,
    "boolean": _boolean,
    "time": _time,
}
_DTYPES: Mapping[str, Any] = {"number": float, "text": object, "boolean": bool, "time": float}
