"""Wrong time limit: a rule or a statute of limitations is given another length than it has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from domains.knowledge import table
from domains.legal.cues import cue
from domains.legal.docket import docketed
from domains.legal.finding import Finding, around, is_questioned, result_of
from domains.legal.periods import Stated, stated_in
from domains.legal.states import places
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_LIMITS = table("legal", "time_limits")
_FEDERAL = [row for row in _LIMITS.rows.values() if "rule" in row]
_OF_STATES = {
    state: [row for row in _LIMITS.rows.values() if row.get("state") == state]
    for state in {row["state"] for row in _LIMITS.rows.values() if "state" in row}
}
_RULES = re.compile(
    r"(?:federal rules? of (?:civil|appellate) procedure|fed\. ?r\. ?(?:civ|app)\. ?p\.|frcp|frap)(?: rule)?"
)
_NEAR, _NEARER = 160, 110  # characters
_LIMITATION = cue("limitation")


@dataclass(frozen=True, kw_only=True)
class WrongTimeLimit(Evaluator):
    """Compares the periods that the output states with the table `time_limits`: those of the Federal Rules, and
    statutes of limitations by federal Act, or by state and claim.

    The state, or its only one, is read from around the period or from the request. Abstains where no period is about a
    limit of the table.
    """

    name: ClassVar[str] = "wrong_time_limit"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "wrong_deadline"
    cites: ClassVar[tuple[str, ...]] = ("frcp_12", "frap_4", "usc_28_1446", "state_limitations")

    def evaluate(self, subject: Subject) -> Result:
        stated = [*stated_in(subject), *_docketed(subject)]
        if not stated:
            return Abstain("the output states no period")
        text = _RULES.sub("rule", f"{subject.output_folded}\n{subject.request_folded}")
        procedural = [row for row in _FEDERAL if _has(text, row["rule"]) and not _has(text, row.get("nowhere", ()))]
        limits = _LIMITATION.search(text) is not None
        judged = [(each, row) for each in stated for row in _rows(subject, each, procedural, limits=limits)]
        if not judged:
            return Abstain("no period is about a time limit that the snapshot knows")
        return result_of(list(_findings(subject, judged, stated)))


def _findings(
    subject: Subject, judged: Sequence[tuple[Stated, Mapping[str, Any]]], stated: list[Stated]
) -> Iterator[Finding]:
    text = subject.output_text
    for each, row in judged:
        near = [other for other in stated if abs(other.start - each.start) < _NEAR]
        if any(_length(other) in row["allowed"] for other in near) or is_questioned(text, each.start, each.end):
            continue
        allowed = " or ".join(row["allowed"])
        explanation = f"The time limit is {allowed}, not {each.described} ({row['citation']})."
        yield Finding("high", "length", explanation, each.start, each.end)


def _length(stated: Stated) -> str:
    if stated.period == "month" and stated.count % 12 == 0:
        return f"{stated.count // 12} year"
    return f"{stated.count * 7} day" if stated.period == "week" else f"{stated.count} {stated.period}"


def _rows(
    subject: Subject, stated: Stated, procedural: Sequence[Mapping[str, Any]], *, limits: bool
) -> Iterator[Mapping[str, Any]]:
    """The limits that the text around a period, with the request, is about."""
    if not (procedural or limits):
        return
    nearer = around(subject.output_folded, stated.start, stated.end, _NEARER)
    if stated.start == 0:  # an entry of a docket: its text is the whole, and the request says what it is
        nearer = f"{nearer}\n{subject.request_folded}"
    wide = _RULES.sub("rule", around(subject.output_folded, stated.start, stated.end, _NEAR))
    rules = f"{wide}\n{_RULES.sub('rule', subject.request_folded)}"
    for row in procedural:
        if _has(rules, row["rule"]) and _is_about(row, nearer, nearer):
            yield row
    if limits and _LIMITATION.search(nearer):
        about = f"{wide}\n{subject.request_folded}"
        yield from (row for row in _of_state(subject, stated) if _is_about(row, about, nearer))


def _of_state(subject: Subject, stated: Stated) -> Sequence[Mapping[str, Any]]:
    states = places(around(subject.output_text, stated.start, stated.end, _NEAR)) or places(subject.request)
    return _OF_STATES.get(next(iter(states)), ()) if len(states) == 1 else ()


def _is_about(row: Mapping[str, Any], text: str, nearer: str) -> bool:
    return _has(text, row["act"]) and not _has(nearer, row.get("not", ()))


def _has(text: str, phrases: Sequence[str]) -> bool:
    return any(phrase in text for phrase in phrases)


def _docketed(subject: Subject) -> Iterator[Stated]:
    for entry in docketed(subject):
        yield Stated(entry.length, entry.period, 0, len(subject.output_text))
