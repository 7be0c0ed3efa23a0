"""Docket entries: deadlines that a JSON output computes, as an event, a number of days and the day they end on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from processors.extraction.deadlines import Period
from processors.facts.path import output_json, tree
from processors.subject import Subject, once

MOST = 50
"""Entries read from one output, the first ones."""

_DAYS = frozenset(["days", "perioddays", "daysallowed", "timelimitdays", "deadlinedays", "responsedays", "period"])
_DUE = frozenset(["due", "duedate", "dueon", "deadline", "deadlinedate", "lastday", "respondby", "responsedue"])
_EVENTS = (
    *("served", "servedon", "servicedate", "dateserved", "dateofservice", "entered", "enteredon", "entrydate"),
    *("dateentered", "judgmentdate", "filed", "filedon", "filingdate", "received", "receivedon", "triggerdate"),
    *("eventdate", "startdate", "fromdate", "from", "trigger", "start"),
)


class Entry(NamedTuple):
    """`length` of `period` from `event` are said to end on `due`; absent dates are None."""

    length: int
    period: Period
    event: datetime.date | None
    due: datetime.date | None


@once
def docketed(subject: Subject) -> tuple[Entry, ...]:
    """The entries of the output; an event that an entry leaves out is read from `attributes`."""
    given = tree(subject).get("attributes", {})
    records = list(_records(output_json(subject), 0))[:MOST]
    return tuple(entry for record in records if (entry := _entry(record, given)))


def _records(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list) and depth < 4:
        for each in value[:MOST]:
            yield from _records(each, depth + 1)


def _entry(record: Mapping[str, Any], given: Mapping[str, Any]) -> Entry | None:
    count = next((record[key] for key in record if key in _DAYS), None)
    if not isinstance(count, int) or isinstance(count, bool) or not 0 < count < 10_000:
        return None
    business = any(record.get(key) in ("business", "court", "business_days") for key in ("daytype", "unit", "count"))
    return Entry(
        count,
        "business_day" if business else "day",
        _first_date(record, _EVENTS) or _first_date(given, _EVENTS),
        _first_date(record, tuple(_DUE)),
    )


def _first_date(record: Mapping[str, Any], keys: tuple[str, ...]) -> datetime.date | None:
    return next((day for key in keys if (day := _date(record.get(key)))), None)


def _date(value: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
