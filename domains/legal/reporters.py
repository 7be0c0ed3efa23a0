"""Reporters: which years their volumes hold, and which courts they report."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from domains.knowledge import table
from domains.legal.decisions import Decision

_REPORTERS = table("legal", "reporters")
_DISTRICTS = {row["abbreviation"]: row["districts"] for row in table("legal", "states").rows.values()}
YEARS_OFF = 2
"""Volumes are bound by time only roughly, and the years between two known ones are guessed."""

LAST_PAGE = 4_000
"""No volume has more pages."""

_CIRCUIT = re.compile(r"(?P<number>\d{1,2})(?:st|nd|rd|th|d)\s?Cir\.?")
_DISTRICT = re.compile(r"(?P<part>[NSEWMC])\.\s?D\.\s?(?P<state>[A-Z][\w.\s]{1,9})$")
_APPEALS = re.compile(r"\bCir\.?$")
_DISTRICT_COURT = re.compile(r"^(?:[NSEWMC]\.\s?)?D\.\s?[A-Z](?!\.?\s?Cir)|^Bankr\.")
_FORMED = {11: 1981}
_LAST_CIRCUIT = 11


def misfit(decision: Decision) -> str:
    """Why no such decision can have been reported, as a clause; empty where nothing speaks against it."""
    return _volume_misfit(decision) or _court_misfit(decision)


def _volume_misfit(decision: Decision) -> str:
    row = _REPORTERS.rows.get(decision.reporter)
    if row is None:
        return ""
    known = _volumes(decision.reporter)
    first, last = known[0], known[-1]
    if decision.volume > last[0]:
        return f"{decision.reporter} has no volume {decision.volume}"
    if not 0 < decision.page <= LAST_PAGE:
        return f"no volume of {decision.reporter} has a page {decision.page}"
    if decision.year is None:
        return ""
    lower, upper = _years(known, decision.volume)
    if lower - YEARS_OFF <= decision.year <= upper + YEARS_OFF:
        return ""
    if decision.year < first[1] - 1 or (not row.get("running") and decision.year > last[1] + 1):
        return f"{decision.reporter} does not report decisions of {decision.year}"
    return f"volume {decision.volume} of {decision.reporter} holds decisions of about {lower}, not of {decision.year}"


def _years(known: tuple[tuple[int, int], ...], volume: int) -> tuple[int, int]:
    """The years that a volume may hold: between two known volumes, along the line from one to the other."""
    if volume <= known[0][0]:
        return known[0][1], known[0][1]
    for (low, from_year), (high, to_year) in pairwise(known):
        if low <= volume <= high:
            year = from_year + (to_year - from_year) * (volume - low) / (high - low)
            slack = (to_year - from_year) // 10
            return int(year) - slack, int(year + 0.999) + slack
    return known[-1][1], known[-1][1]


def _court_misfit(decision: Decision) -> str:
    court, row = decision.court, _REPORTERS.rows.get(decision.reporter, {})
    if circuit := _CIRCUIT.fullmatch(court):
        number = int(circuit["number"])
        if not 0 < number <= _LAST_CIRCUIT:
            return f"there is no {court.replace('Cir.', 'Circuit')}"
        if decision.year is not None and decision.year < _FORMED.get(number, 0):
            return f"the circuit was formed in {_FORMED[number]}"
    if district := _DISTRICT.fullmatch(court):
        parts = _DISTRICTS.get(district["state"])
        if parts is not None and district["part"] not in parts:
            return f"there is no federal district {court}"
    reports = row.get("courts")
    if reports == "supreme" and (_APPEALS.search(court) or _DISTRICT_COURT.search(court)):
        return f"{decision.reporter} reports the Supreme Court, not {court}"
    if reports == "appeals" and _DISTRICT_COURT.search(court):
        return f"{decision.reporter} reports courts of appeals, not {court}"
    if reports == "district" and _APPEALS.search(court):
        return f"{decision.reporter} reports district courts, not {court}"
    return ""


@cache
def _volumes(reporter: str) -> tuple[tuple[int, int], ...]:
    pairs = (entry.split(":") for entry in _REPORTERS.rows[reporter]["volumes"])
    return tuple((int(volume), int(year)) for volume, year in pairs)
