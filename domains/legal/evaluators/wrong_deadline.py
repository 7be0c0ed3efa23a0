"""Wrong deadline: the day that the output calls the last of a period is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, NamedTuple

from domains.legal.cues import cue, said_before
from domains.legal.docket import Entry, docketed
from domains.legal.finding import Finding, result_of
from domains.legal.periods import Day, Stated, days, last_days, stated_in
from processors.evaluator import Abstain, Evaluator, Result
from processors.extraction.business_days import is_business_day, next_business_day
from processors.extraction.dates import dates
from processors.subject import Subject
from schemas.trace import NO_TIME

_FROM = re.compile(
    r"\A[^.\n;]{0,15}?\b(?:from|after|following|of|since|starting|counting|beginning)\b[^.\n;]{0,60}\Z", re.IGNORECASE
)
_BEFORE = re.compile(r"\A[^.\n;]{0,15}?\b(?:before|prior to|in advance of|ahead of)\b[^.\n;]{0,40}\Z", re.IGNORECASE)
_IS = cue("result_follows")
_SIGNS = ("=", ":", "→")
_DUE, _EVENT = cue("due"), cue("dated_event")
_MAILED = re.compile(r"\bmail", re.IGNORECASE)
_FEDERAL = cue("federal_time")
_ROLLED = cue("rolled")
_REACH, _APART = 140, 80  # characters


class Claim(NamedTuple):
    """What the output says: `stated` from `event`, or before it, ends on `end`."""

    stated: Stated
    event: Day
    end: Day
    before: bool = False


@dataclass(frozen=True, kw_only=True)
class WrongDeadline(Evaluator):
    """Counts again: `30 days from March 3 is April 2`, and the output's one period from the one event that the input,
    the context or the output dates to the one day that the output calls due; and the entries of a JSON docket.

    The day of the event does not count (Fed. R. Civ. P. 6(a)(1)). A last day on a weekend or federal holiday may be
    moved to the next business day, and must be where the output goes by the Federal Rules. Days without a year are
    of a year that stands elsewhere in the trace, else of its own. Abstains where no day follows from a period.
    """

    name: ClassVar[str] = "wrong_deadline"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "wrong_deadline"
    cites: ClassVar[tuple[str, ...]] = ("frcp_6", "frap_26", "usc_5_6103")

    def evaluate(self, subject: Subject) -> Result:
        entries = [entry for entry in docketed(subject) if entry.event and entry.due]
        stated = stated_in(subject)
        if not (stated or entries):
            return Abstain("the output states no period")
        claims = [_docketed(subject, entry) for entry in entries] or list(_claims(subject, stated))
        if not claims:
            return Abstain("the output gives no day that follows from a period")
        federal = bool(_FEDERAL.search(subject.output_text) or _FEDERAL.search(subject.request))
        mailed = bool(_MAILED.search(subject.output_text) or _MAILED.search(subject.request))
        return result_of(
            [each for claim in claims for each in _findings(claim, subject, federal=federal, mailed=mailed)]
        )


def _docketed(subject: Subject, entry: Entry) -> Claim:
    size = len(subject.output_text)
    event, due = (Day(day, 0, size) for day in (entry.event or date.min, entry.due or date.min))
    return Claim(Stated(entry.length, entry.period, 0, size), event, due)


def _findings(claim: Claim, subject: Subject, *, federal: bool, mailed: bool) -> Iterator[Finding]:
    try:
        possible = last_days(claim.stated, claim.event.date, before=claim.before, mailed=mailed)
        due = claim.stated.due(claim.event.date, before=claim.before)
    except OverflowError:
        return
    said, place = claim.end.date, (claim.end.start, claim.end.end)
    if claim.end.guessed and not (claim.event.date <= said or claim.before):
        possible |= {_years_earlier(day) for day in possible}
    if said not in possible:
        yield Finding(
            "high", "day", f"{claim.stated.described}s from {claim.event.date} end on {due}, not on {said}.", *place
        )
    elif _must_roll(claim, federal=federal) and not _ROLLED.search(subject.output_text):
        explanation = (
            f"{said} is no business day: the period runs until {next_business_day(said)} (Fed. R. Civ. P. 6(a)(1)(C))."
        )
        yield Finding("high", "weekend", explanation, *place)


def _must_roll(claim: Claim, *, federal: bool) -> bool:
    known = not (claim.end.guessed or claim.before) and claim.stated.period in ("day", "week")
    return federal and known and not is_business_day(claim.end.date)


def _years_earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def _claims(subject: Subject, stated: list[Stated]) -> Iterator[Claim]:
    text = subject.output_text
    named = days(text, _year(subject))
    spoken = [claim for each in stated if (claim := _spoken(text, each, named))]
    yield from spoken
    if spoken or len({(each.count, each.period) for each in stated}) != 1:
        return
    due = [day for day in named if _DUE.search(said_before(text, day.start, 60))]
    events = _events(subject, named, due)
    if len({day.date for day in due}) == 1 and len({day.date for day in events}) == 1:
        yield Claim(stated[0], events[0], due[0])


def _spoken(text: str, stated: Stated, named: list[Day]) -> Claim | None:
    """`30 days from B is R`, `R, 30 days after B`, `R is 10 days before B`."""
    after = [day for day in named if stated.end <= day.start < stated.end + _REACH]
    if not after:
        return None
    event, between = after[0], text[stated.end : after[0].start]
    before = bool(_BEFORE.match(between))
    if not (before or _FROM.match(between)):
        return None
    if len(after) > 1 and _is_result(text[event.end : after[1].start]):
        return Claim(stated, event, after[1], before)
    earlier = [day for day in named if day.end <= stated.start < day.end + 40]
    if earlier and re.fullmatch(
        r"\W{0,3}(?:which )?(?:is |falls )?(?:exactly )?\W{0,2}", text[earlier[-1].end : stated.start]
    ):
        return Claim(stated, event, earlier[-1], before)
    return None


def _is_result(between: str) -> bool:
    follows = _IS.search(between) or between.strip() in _SIGNS
    return len(between) < _APART and "\n" not in between and bool(follows)


def _events(subject: Subject, named: list[Day], due: list[Day]) -> list[Day]:
    """The days of events: those of the input and context, else those of the output that are not called due."""
    year = _year(subject)
    for text in (subject.request, subject.context_text):
        found = [day for day in days(text, year) if _EVENT.search(said_before(text, day.start, 80))]
        if found:
            return found
    text = subject.output_text
    return [day for day in named if day not in due and _EVENT.search(said_before(text, day.start, 80))]


def _year(subject: Subject) -> int | None:
    for text in (subject.output_text, subject.request, subject.context_text):
        if found := [each.date.year for each in dates(text) if each.precision == "day"]:
            return found[0]
    timestamp = subject.trace.timestamp
    return timestamp.year if timestamp > NO_TIME else None
