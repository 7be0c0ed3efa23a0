"""Wrong settlement date: US securities settle on the first business day after the trade since 28 May 2024."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.hours import is_known, next_business_day
from domains.trading.records import Record, local_time, names, records
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject
from schemas.evaluation import Evidence

T1_SINCE = date(2024, 5, 28)
_TRADED = ("trade_date", "trade_dt", "executed_on", "trade_day", "traded_on")
_SETTLES = names("settles")
_OTHER_MARKETS = names("other_markets")
_SAYS_T2 = re.compile(
    r"\b(?:settle\w*|settlement)\b[^.\n]{0,60}\b(?:t ?\+ ?(?P<n>[235])|(?P<w>two|three|2|3) (?:business "
    r"|trading )?days)\b"
    r"|\bt ?\+ ?(?P<m>[235])\b[^.\n]{0,40}\bsettle"
)
_PAST = re.compile(
    r"\b(?:was|were|used to|before|until|prior|previously|formerly|from t ?\+ ?2|instead of|rather than|no longer"
    r"|not|europe|eu|uk|london|fx|forex|spot|asia|japan|"
    r"canad|hong kong|bank|ach|wire|transfer|mutual fund|in 20(?:1\d|2[0-3])|replaced|shortened|moved|changed|old"
    r"|late|fail)"
)
_US = re.compile(r"\b(?:u\.?s\.?|us|nyse|nasdaq|american|stocks?|shares?|equit(?:y|ies)|etfs?)\b")


@dataclass(frozen=True, kw_only=True)
class WrongSettlementDate(Evaluator):
    """Compares settlement dates of trades in US equities with T+1, and what the output says of their settlement cycle.

    Abstains on other markets, on trades before 28 May 2024, and where nothing is said of settlement.
    """

    name: ClassVar[str] = "wrong_settlement_date"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "wrong_settlement_date"
    cites: ClassVar[tuple[str, ...]] = ("sec_15c6_1",)

    def evaluate(self, subject: Subject) -> Result:
        dated = list(_dated(records(subject)))
        for traded, settles in dated:
            due = next_business_day(traded)
            if settles != due and not (_is_bank_holiday(due) and settles == next_business_day(due)):
                what = f"A trade of {traded} settles on {due}, not on {settles}."
                return finding("high", "date", what)
        told = list(_told(subject))
        for start, end, past in told:
            if not past:
                said = subject.output_text[start:end]
                return finding(
                    "high",
                    "cycle",
                    f"US equities settle on T+1; the output says “{said[:120]}”.",
                    Evidence("output", start, end),
                )
        return HELD if dated or told or "t+1" in subject.output_folded else Abstain("nothing is said of settlement")


def _dated(every: tuple[Record, ...]) -> Iterator[tuple[date, date]]:
    for record in every:
        if any(
            word in " ".join(v for v in record.fields.values() if isinstance(v, str)).lower() for word in _OTHER_MARKETS
        ):
            continue
        traded, settles = (
            next((day for name in names if (day := _day(record.get(name)))), None) for names in (_TRADED, _SETTLES)
        )
        if traded and settles and traded >= T1_SINCE and is_known(traded) and is_known(settles):
            yield traded, settles


def _day(value: object) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    moment = local_time(value)
    return moment[0].date() if moment else None


def _is_bank_holiday(day: date) -> bool:
    """Columbus Day and Veterans Day: the exchanges trade, but banks do not settle."""
    columbus = day.month == 10 and day.weekday() == 0 and 8 <= day.day <= 14
    return columbus or (day.month, day.day) == (11, 11)


def _told(subject: Subject) -> Iterator[tuple[int, int, bool]]:
    """The sentences that give US equities a longer cycle, and whether they speak of the past or of another market."""
    if "settle" not in subject.output_folded:
        return
    about_us = _US.search(subject.output_folded) or _US.search(subject.request_folded)
    for start, end in subject.output_sentences:
        said = subject.output_folded[start:end]
        if about_us and _SAYS_T2.search(said):
            yield start, end, bool(_PAST.search(said) or _PAST.search(subject.request_folded))
