"""Reading: finds a mine's figures and texts in the attributes, the features and the JSON output of a trace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from typing import Any

import msgspec

from domains.knowledge import table
from domains.mining.names import COMMODITIES, FIELDS, Meaning, meaning, words_of, year_in
from domains.mining.record import Figure, Record
from domains.mining.totals import totals
from processors.extraction.quantities import quantities
from processors.subject import Subject, once

MAX_FIELDS = 5_000
_MAX_DEPTH = 8
_MAX_CHARS = 200
_MAX_JSON_CHARS = 100_000
_FENCED = re.compile(r"```(?:json)?\s*\n(?P<json>[\[{].*?)\n\s*```", re.DOTALL)
_MISSING = frozenset({"", "nan", "none", "null", "n/a", "na", "nil", "missing", "<na>", "nat"})
_NOT_REPORTED = frozenset({"-", "--", "unknown", "not reported", "not available", "withheld", "w", "tbd", "?", "."})
_SOURCES = frozenset({"sources", "source", "reports", "reported", "providers", "observations", "by"})
_SOURCE_NAMES = ("source", "name", "provider", "reporter", "agency", "by", "reported_by")
_REPORTERS = frozenset(
    {"operator", "company", "owner", "regulator", "msha", "eia", "usgs", "government", "agency", "satellite", "filing"}
    | {"sec", "auditor", "state", "ministry"}
)
_HISTORY = frozenset({"history", "historical", "series", "previous", "prior", "years", "annual", "trend", "by"})
_BASIS = re.compile(r"\b(?:in|ex)clusive of (?:(?:ore|mineral) )?reserves\b", re.IGNORECASE)
_PLANS = frozenset({"blasts", "shots", "schedule", "scheduled", "planned", "shifts", "operations", "tasks", "drilling"})
_PLANNED_AT = frozenset({"date", "start", "day", "on", "at"})
_PARTS = frozenset(
    {"permit", "permits", "license", "licence", "licenses", "licences", "bond", "contact", "equipment", "fleet"}
    | {"samples", "sample"}
)
"""Below these keys `status` or `id` is that of another thing."""

_READINGS = frozenset({"methane", "dust", "silica", "noise", "oxygen", "carbon_monoxide", "hydrogen_sulfide"})
_ROW_SOURCES = ("source", "reporter", "reported_by", "provider", "agency")
_SAME_THING = frozenset(
    {"id", "mine", "name", "site", "asset", "pit", "commodity", "product", "metal", "year", "period", "quarter"}
)
_POSITIONS = frozenset({"coordinates", "coords", "coordinate", "position", "latlon", "latlng", "lonlat", "lnglat"})
_STATUSES = table("mining", "statuses")

_REPORTED_ABSENT = frozenset({"hours", "employees", "production", "year", "grade", "reserves"})
_NUMBER = re.compile(r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?")


@once
def record(subject: Subject) -> Record:
    """What the attributes, the features and an output in JSON say, in this order."""
    trace = subject.trace
    read = _Reader(Record(trace.timestamp))
    for given in (trace.attributes, trace.features, _said_in_json(subject.output_text)):
        if isinstance(given, dict | list):
            read.value(given, (), 0)
    return read.record


def _said_in_json(text: str) -> Any:
    """The output, or the fenced block in it, read as JSON; None where it is none."""
    fenced = _FENCED.search(text[:_MAX_JSON_CHARS])
    source = fenced["json"] if fenced else text.strip()
    if source[:1] not in ("{", "[") or len(source) > _MAX_JSON_CHARS:
        return None
    try:
        return msgspec.json.decode(source)
    except (msgspec.DecodeError, RecursionError):
        return None


class _Reader:
    def __init__(self, into: Record) -> None:
        self.record = into

    def value(self, value: Any, path: tuple[str, ...], depth: int) -> None:
        """Enter whatever a value holds; `path` are the keys above it."""
        if depth > _MAX_DEPTH or len(self.record.keys) > MAX_FIELDS:
            return
        if isinstance(value, dict):
            self.record.totals.extend(totals(value))
            for key, inner in _with_units(value).items():
                self._entry(str(key), inner, path, depth)
        elif isinstance(value, list) and _of_sources(value):
            self._sources(value)
        elif isinstance(value, list):
            for inner in value:
                if isinstance(inner, dict):
                    self.record.listed_ids.extend(_ids(inner))
                    self.value(inner, path, depth + 1)

    def _entry(self, key: str, value: Any, path: tuple[str, ...], depth: int) -> None:
        self.record.keys.append(key)
        words = frozenset(words_of(key))
        known = _meaning(key, path)
        if known and FIELDS.rows[known.field]["kind"] == "number":
            self._number(known, key, value)
        elif known and not isinstance(value, dict | list):
            self._text(known.field, key, value)
        elif "missing" in words and isinstance(value, list):
            self._declared(value)
        elif words & _POSITIONS and (position := _position(value)) is not None:
            self.record.positions.append(position)
        elif words & _PLANNED_AT and path and not _PLANS.isdisjoint(words_of(path[-1])):
            self.record.planned.append(str(value)[:_MAX_CHARS])
        elif words & _SOURCES and isinstance(value, dict | list):
            self._sources(value)
        elif words & _HISTORY and isinstance(value, list | dict):
            self._history(key, value)
        elif isinstance(value, dict | list):
            self.value(value, (*path, key), depth + 1)
        elif isinstance(value, str) and _BASIS.search(value[:_MAX_CHARS]):
            self.record.texts["resource_basis"].append(value[:_MAX_CHARS])
        elif (reporter := _reporter(key)) is not None:
            self._of_source(reporter, key, value)

    def _declared(self, keys: list[Any]) -> None:
        """Fields that a record itself says are missing."""
        self.record.not_reported.update(said.field for key in keys if (said := meaning(str(key))))

    def _number(self, known: Meaning, key: str, value: Any) -> None:
        if isinstance(value, dict) and "value" not in value:
            self._nested(known, key, value)
        elif isinstance(value, list):
            numbers = [each for each in map(_plain_number, value) if each is not None]
            self.record.histories[known.field].update(enumerate(numbers))
        elif (found := _figure(known, key, value)) is not None:
            year = year_in(key)
            if year is not None and known.field != "year":
                self.record.histories[known.field].setdefault(year, found.value)
            if year is None or known.field == "year" or not self.record.figures[known.field]:
                self.record.figures[known.field].append(found)
        elif isinstance(value, str) and known.field in (
            "hours",
            "employees",
            "production",
            "year",
            "grade",
            "reserves",
        ):
            self._absent(known.field, key, value)
        elif value is None or (isinstance(value, float) and not isfinite(value)):
            self.record.missing[known.field] = key

    def _nested(self, known: Meaning, key: str, value: dict[Any, Any]) -> None:
        """Values by year or by source below one field; else a group of fields that is called like it."""
        for inner_key, inner in value.items():
            year = year_in(str(inner_key))
            number = _plain_number(inner)
            if year is not None and number is not None:
                self.record.histories[known.field][year] = number
            elif number is not None and frozenset(words_of(str(inner_key))) & _REPORTERS:
                self.record.sources[str(inner_key)][known.field] = Figure(number, known.unit, key, known.commodity)
            elif meaning(str(inner_key)) is not None or isinstance(inner, dict | list):
                self._entry(str(inner_key), inner, (key,), 1)
            elif number is not None and _unit_named(str(inner_key)):
                self._entry(f"{key}_{inner_key}", inner, (), 1)

    def _text(self, name: str, key: str, value: Any) -> None:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = str(value).strip()[:_MAX_CHARS] if value is not None else ""
        if text.lower() in _MISSING:
            self._absent(name, key, text)
        elif text.lower() in _NOT_REPORTED:
            self.record.not_reported.add(name)
        else:
            is_status = name == "state" and _STATUSES.key(text.lower()) is not None
            self.record.texts["status" if is_status else name].append(text)

    def _absent(self, name: str, key: str, text: str) -> None:
        if text.strip().lower() in _NOT_REPORTED:
            self.record.not_reported.add(name)
        elif text.strip().lower() in _MISSING:
            self.record.missing[name] = key

    def _sources(self, value: dict[Any, Any] | list[Any]) -> None:
        named = (
            value.items()
            if isinstance(value, dict)
            else ((_source_name(each, at), each) for at, each in enumerate(value))
        )
        for name, said in named:
            if not isinstance(said, dict):
                continue
            for key, figure in (*_figures(said), *_unnamed(said)):
                self.record.sources[str(name)].setdefault(key, figure)

    def _of_source(self, reporter: str, key: str, value: Any) -> None:
        rest = "_".join(word for word in words_of(key) if word != reporter)
        known = meaning(rest)
        found = _figure(known, key, value) if known else None
        if known and found:
            self.record.sources[reporter].setdefault(known.field, found)

    def _history(self, key: str, value: dict[Any, Any] | list[Any]) -> None:
        """The values of one field by year, where the key names it; else maps of fields by year, or with one."""
        known = meaning("_".join(word for word in words_of(key) if word not in _HISTORY))
        if known and not (isinstance(value, list) and any(isinstance(each, dict) for each in value)):
            self._number(known, key, value)
            return
        if isinstance(value, dict):
            rows = [
                {**inner, "year": year}
                for each, inner in value.items()
                if (year := year_in(str(each))) and isinstance(inner, dict)
            ]
            unnamed = _HISTORY.issuperset(words_of(key))
            for each, inner in () if rows else value.items():
                year, number = year_in(str(each)), _plain_number(inner)
                if year is not None and number is not None and unnamed:
                    self.record.histories["value"].setdefault(year, number)
                else:
                    self._entry(str(each), inner, (), 1)
        else:
            rows = [each for each in value if isinstance(each, dict)]
        for at, row in enumerate(rows):
            figures = dict(_figures(row))
            if known and known.field not in figures and (found := _bare(known, row)) is not None:
                figures[known.field] = found
            year = int(figures["year"].value) if "year" in figures else at
            for name, figure in figures.items():
                if name != "year":
                    self.record.histories[name].setdefault(year, figure.value)


def _bare(known: Meaning, row: dict[Any, Any]) -> Figure | None:
    """The figure of a row that names but a unit, or nothing: `tonnes`, `value`."""
    named = ((str(key), value) for key, value in row.items())
    bare = (_figure(known, key, value) for key, value in named if _unit_named(key) or key in ("value", "amount"))
    return next((found for found in bare if found is not None), None)


def _of_sources(rows: list[Any]) -> bool:
    """Whether every row is what another source says of one mine in one year."""
    named = [_row_source(row) for row in rows]
    if len(rows) < 2 or None in named or len(set(named)) < len(named):
        return False
    about = {
        (key, str(value))
        for row in rows
        for key, value in row.items()
        if not _SAME_THING.isdisjoint(words_of(str(key)))
    }
    return len(about) == len({key for key, _ in about})


def _row_source(row: Any) -> str | None:
    if not isinstance(row, dict):
        return None
    return next((row[name] for name in _ROW_SOURCES if isinstance(row.get(name), str)), None)


def _position(value: Any) -> tuple[float, float] | None:
    """Two numbers, in whichever order: `[-23.4, -69.1]`, `"-23.4, -69.1"`."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or len(parts) not in (2, 3):
        return None
    one, other = _plain_number(parts[0]), _plain_number(parts[1])
    return None if one is None or other is None else (one, other)


def _ids(values: dict[Any, Any]) -> list[str]:
    known = ((meaning(str(key)), value) for key, value in values.items())
    return [str(value) for said, value in known if said and said.field == "mine_id" and isinstance(value, str | int)]


def _meaning(key: str, path: tuple[str, ...]) -> Meaning | None:
    """The field of a key, of `status` below `permit` the permit's status."""
    above = path[-1] if path else ""
    own = meaning(key)
    if _PARTS.isdisjoint(words_of(above)) or (own and own.field in _READINGS):
        return own
    return meaning(f"{above.removesuffix('s')} {key}")


def _figures(values: dict[Any, Any]) -> Iterator[tuple[str, Figure]]:
    """The figures of one map by field."""
    for key, value in values.items():
        known = meaning(str(key))
        if known and FIELDS.rows[known.field]["kind"] == "number":
            found = _figure(known, str(key), value)
            if found:
                yield known.field, found


def _unnamed(values: dict[Any, Any]) -> Iterator[tuple[str, Figure]]:
    """What a source says without a field: of a metal (`copper_kt`), or as `value` with a `unit`."""
    for key, value in values.items():
        words = words_of(str(key))
        metal = COMMODITIES.key(words[0]) if len(words) > 1 else None
        known = meaning(f"production_{'_'.join(words[1:])}") if metal else None
        if known and known.unit and (found := _figure(known, str(key), value)):
            yield f"{metal} produced", found
        elif words in (("value",), ("amount",), ("figure",)) and _plain_number(value) is not None:
            known = meaning(f"production_{values.get('unit') or values.get('units')}")
            found = _figure(Meaning("value", known.unit if known else None, None), str(key), value)
            if found:
                yield "value", found


def _with_units(values: dict[Any, Any]) -> dict[Any, Any]:
    """The map with the unit that it gives beside a figure, `unit: short tons`, said with that figure."""
    said = values.get("unit") or values.get("units")
    known = meaning(f"production_{said}") if isinstance(said, str) else None
    if known is None or known.unit is None:
        return values
    bare = [key for key, value in values.items() if _is_bare_mass(str(key)) and _plain_number(value) is not None]
    return {key: {"value": value, "unit": said} if key in bare else value for key, value in values.items()}


def _is_bare_mass(key: str) -> bool:
    known = meaning(key)
    return known is not None and known.unit is None and FIELDS.rows[known.field].get("unit") == "metric_ton"


def _figure(known: Meaning, key: str, value: Any) -> Figure | None:
    if isinstance(value, dict):
        value = f"{value['value']} {value.get('unit') or value.get('units') or ''}"
    number = _plain_number(value)
    if number is not None:
        return Figure(number, known.unit, key, known.commodity)
    if not isinstance(value, str):
        return None
    read = quantities(value[:_MAX_CHARS])
    if len(read) != 1:
        return None
    said = read[0].unit if read[0].unit.name != "1" else known.unit
    return Figure(read[0].value, said, key, known.commodity)


def _plain_number(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < 1e300 and isfinite(value) else None
    if isinstance(value, str) and len(value) <= _MAX_CHARS and _NUMBER.fullmatch(value.strip()):
        number = float(value.strip().replace(",", "").replace("−", "-"))
        return number if isfinite(number) else None
    return None


def _unit_named(key: str) -> bool:
    known = meaning(f"production_{key}")
    return known is not None and known.unit is not None


def _reporter(key: str) -> str | None:
    return next((word for word in words_of(key) if word in _REPORTERS), None)


def _source_name(said: Any, at: int) -> str:
    if isinstance(said, dict):
        return next((str(said[name]) for name in _SOURCE_NAMES if isinstance(said.get(name), str)), f"source {at + 1}")
    return f"source {at + 1}"
