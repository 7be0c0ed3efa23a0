"""Records: a mine as a trace describes it, under whatever names: figures, texts, sources, earlier years."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from domains.mining.names import COMMODITIES, FIELDS, words_of
from processors.units import Unit, unit

_DATE = re.compile(r"\d{4}(?:-\d{1,2}(?:-\d{1,2})?)?")


class Figure(NamedTuple):
    """A number under a key. `unit`: the one that the key or the value says, else None."""

    value: float
    unit: Unit | None
    key: str
    commodity: str | None = None

    def in_unit(self, name: str) -> float:
        """The value in this unit; as it is where the figure says no unit, or one of another dimension."""
        wanted = unit(name)
        if self.unit is None or self.unit.dimension != wanted.dimension:
            return self.value
        return wanted.from_base(self.unit.to_base(self.value))

    def __str__(self) -> str:
        return f"{self.key} {self.value:,.10g}"


@dataclass(frozen=True)
class Record:
    """A mine as a trace describes it.

    figures, texts: by field; all that are given, outer ones first. missing: keys that are there without a value.
    not_reported: fields that are said to be unknown. sources: figures by source and field. histories: values by field
    and year. totals: with the sums that their rows may have. planned: dates of work to come. listed_ids: of what stands
    in lists. positions: pairs of coordinates in whichever order. now: when the trace was made.
    """

    now: datetime
    figures: Mapping[str, list[Figure]] = field(default_factory=lambda: defaultdict(list))
    texts: Mapping[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    missing: dict[str, str] = field(default_factory=dict)
    not_reported: set[str] = field(default_factory=set)
    sources: Mapping[str, dict[str, Figure]] = field(default_factory=lambda: defaultdict(dict))
    histories: Mapping[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    totals: list[tuple[Figure, tuple[float, ...]]] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    listed_ids: list[str] = field(default_factory=list)
    positions: list[tuple[float, float]] = field(default_factory=list)

    def figure(self, *names: str) -> Figure | None:
        """The first figure of the first of these fields that has one."""
        return next((self.figures[name][0] for name in names if self.figures.get(name)), None)

    def number(self, name: str) -> float | None:
        """The first figure of a field, in the unit of the field."""
        found = self.figure(name)
        measure = FIELDS.rows[name].get("unit")
        return None if found is None else found.in_unit(measure) if measure else found.value

    def text(self, name: str) -> str:
        """The first text of a field, in lower case; empty where none is."""
        return self.texts[name][0].lower() if self.texts.get(name) else ""

    def has(self, name: str) -> bool:
        """Whether the field has a value."""
        return bool(self.figures.get(name) or self.texts.get(name))

    @property
    def year(self) -> int | None:
        """The year that the figures are of."""
        found = self.number("year")
        return int(found) if found is not None and found == int(found) else None

    @property
    def today(self) -> date:
        """The day that the record is to be judged on: the one that it names, else that of the trace."""
        named = self.text("today") or (self.text("as_of") if self.has("updated") else "")
        return moment(named) or self.now.date()

    @property
    def commodity(self) -> str | None:
        """What is mined, as the table of commodities calls it."""
        named = COMMODITIES.key(self.text("commodity"))
        return named or next(
            (each.commodity for all_ in self.figures.values() for each in all_ if each.commodity), None
        )

    @property
    def is_return(self) -> bool:
        """Whether it is an annual return to MSHA or EIA, which has fields that no other record has."""
        marks = sum(self.has(name) or name in self.not_reported for name in ("operation_type", "company_type"))
        marks += any("msha" in words_of(key) for key in self.keys)
        own = ("name", "state", "status", "mine_type", "production", "employees", "hours", "year", "county")
        return marks > 0 and sum(self.has(name) for name in own) >= 3


def moment(text: str) -> date | None:
    """The date, or the first day of the month or year, that a text writes in ISO 8601; None where it is none."""
    match = _DATE.match(text.strip())
    if match is None:
        return None
    parts = [int(part) for part in match.group().split("-")]
    try:
        return date(*[*parts, 1, 1][:3])
    except ValueError:
        return None
