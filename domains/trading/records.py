"""Records: the maps that a trace carries, read under the names that trading systems usually give their fields."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from itertools import islice
from math import isfinite
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from processors.subject import Subject, once

T = TypeVar("T")

NEW_YORK = ZoneInfo("America/New_York")
MAX_RECORDS = 5_000
_MAX_DEPTH = 12
_MAX_JSON_CHARS = 200_000
_NUMBER = re.compile(r"\s*([-+−(]?)\s*[$€£]?\s*([-−]?)(\d[\d,]{0,20}(?:\.\d{1,12})?)\s*(%|x|:1|[a-zA-Z]{0,12})\)?\s*\Z")
_SCALES = {"k": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "b": 1e9, "billion": 1e9, "%": 0.01}
_WORD_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
_FENCE = "```"
_SECONDS_FROM, _MILLIS_FROM, _MICROS_FROM, _NANOS_FROM = 1e8, 1e11, 1e14, 1e17  # epochs by their size


@dataclass(frozen=True, slots=True)
class Record:
    """One map. `path`: the keys that lead to it; `fields`: its values; all names in lower case with underscores.

    source: the map as the trace has it, by which one record is known among the values of another.
    """

    path: tuple[str, ...]
    fields: Mapping[str, Any]
    source: Mapping[str, Any]

    def get(self, *names: str) -> Any:
        """The first of these that is there and not null."""
        return _first(self.fields, names, _as_it_is)

    def number(self, *names: str) -> float | None:
        """The first of these that is a number; `"5%"` is 0.05, `"4x"` and `"4:1"` are 4, `"$1.2m"` 1,200,000."""
        return _first(self.fields, names, number)

    def text(self, *names: str) -> str:
        """The first of these that is a text, in lower case; empty where none is."""
        return _first(self.fields, names, _text) or ""

    def flag(self, *names: str) -> bool | None:
        """The first of these that says yes or no."""
        return _first(self.fields, names, flag)

    def time(self, *names: str) -> float | None:
        """The first of these that is a time, in seconds: of the epoch, or of the day where no date is given."""
        return _first(self.fields, names, time)


def _first(fields: Mapping[str, Any], names: Iterable[str], read: Callable[[Any], T | None]) -> T | None:
    """What the first of the names gives that is there and can be read."""
    for name in names:
        if name in fields and (value := read(fields[name])) is not None:
            return value
    return None


def _as_it_is(value: Any) -> Any:
    return value


def _text(value: Any) -> str | None:
    return value.strip().lower() or None if isinstance(value, str) else None


def names(what: str) -> tuple[str, ...]:
    """The names in `names.toml` under which records give something."""
    return tuple(_names()[what].split())


@cache
def _names() -> dict[str, str]:
    return tomllib.loads((files(__package__) / "names.toml").read_text(encoding="utf-8"))


def normal(key: object) -> str:
    """`maxPosition`, `Max Position` and `max-position` are `max_position`."""
    return "_".join(part.lower() for part in _WORD_BORDER.split(str(key)[:80]) if part)


def number(value: object) -> float | None:
    """The value of a number or of a text that is one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e300 and isfinite(value) else None
    if not isinstance(value, str) or len(value) > 40 or (match := _NUMBER.match(value)) is None:
        return None
    sign, inner, digits, unit = match.groups()
    scale = _SCALES.get(unit.lower(), 1.0)
    size = float(digits.replace(",", "")) * scale
    return -size if sign in ("-", "−", "(") or inner else size


def flag(value: object) -> bool | None:
    """Whether a value says yes or no."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}.get(
            value.strip().lower()
        )
    return None


def time(value: object) -> float | None:
    """Seconds of a time: ISO 8601 text, `HH:MM:SS` of a day, or an epoch in seconds to nanoseconds."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _seconds(float(value))
    if not isinstance(value, str) or not value[:1].isdigit():
        return None
    text = value.strip().removesuffix("ET").removesuffix("EST").removesuffix("EDT").strip()
    if text[2:3] == ":":
        text = f"1970-01-01T{text}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def local_time(value: object) -> tuple[datetime, bool] | None:
    """A moment with its date in New York, and whether its offset was said; without one it is taken for local."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = _seconds(float(value))
        return (datetime.fromtimestamp(seconds, NEW_YORK), True) if _SECONDS_FROM < seconds < _MILLIS_FROM else None
    if not isinstance(value, str) or not value[:4].isdigit() or ":" not in value:
        return None
    bare = value.strip().removesuffix("America/New_York")
    text = bare.removesuffix("ET").removesuffix("EST").removesuffix("EDT").strip()
    try:
        moment = datetime.fromisoformat(text)
        local = moment.astimezone(NEW_YORK) if moment.tzinfo else moment.replace(tzinfo=NEW_YORK)
    except (ValueError, OverflowError):  # the first day of the calendar has no time west of Greenwich
        return None
    return local, moment.tzinfo is not None or len(text) < len(value.strip())


def _seconds(value: float) -> float:
    for least, scale in ((_NANOS_FROM, 1e9), (_MICROS_FROM, 1e6), (_MILLIS_FROM, 1e3)):
        if value >= least:
            return value / scale
    return value


@once
def records(subject: Subject) -> tuple[Record, ...]:
    """The maps in the attributes, the features, and in what the output says in JSON, outer ones first."""
    trace = subject.trace
    attributes = {key: value for key, value in trace.attributes.items() if key != "output_schema"}  # says what may be
    given = [((), attributes), (("features",), trace.features), *((("output",), v) for v in _said(subject))]
    found = (record for path, value in given for record in _walk(value, path, 0))
    return tuple(islice(found, MAX_RECORDS))


def walk(value: Any, *path: str) -> tuple[Record, ...]:
    """The maps in a value."""
    return tuple(islice(_walk(value, path, 0), MAX_RECORDS))


def _walk(value: Any, path: tuple[str, ...], depth: int) -> Iterator[Record]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, Mapping):
        fields = {normal(key): inner for key, inner in value.items()}
        if fields:
            yield Record(path, fields, value)
        for key, inner in fields.items():
            if isinstance(inner, Mapping | list):
                yield from _walk(inner, (*path, key), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, Mapping | list):
                yield from _walk(inner, path, depth + 1)


def _said(subject: Subject) -> Iterator[Any]:
    """What the output says in JSON: as a whole, in code fences, or in single messages of an agent's run."""
    output = subject.trace.output
    texts = [output] if isinstance(output, str) else [message.content for message in output]
    for text in texts:
        for candidate in _candidates(text):
            try:
                yield json.loads(candidate)
            except (ValueError, RecursionError):
                continue


def _candidates(text: str) -> Iterator[str]:
    if "{" not in text or len(text) > _MAX_JSON_CHARS:
        return
    bare = text.strip()
    if bare[:1] in "{[":
        yield bare
        return
    for block in text.split(_FENCE)[1::2]:
        yield block[block.find("\n") + 1 :] if not block.lstrip().startswith(("{", "[")) else block
    if _FENCE not in text:
        yield text[text.find("{") : text.rfind("}") + 1]
