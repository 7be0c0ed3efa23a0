"""Stale price: a decision or an order rests on a quote that is too old."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.orders import orders, quote_for
from domains.trading.records import Record, names, records
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_AGES = {1.0: names("ages_s"), 1e-3: names("ages_ms"), 60.0: names("ages_min")}
_ALLOWED = {1.0: names("max_ages_s"), 1e-3: names("max_ages_ms")}
_QUOTED = names("quoted")
_DECIDED = names("decided")
_DAY_S = 86_400.0  # farther from the quote, the trace was not made when the order was
_MAX_CHARS = 20_000
_UNITS_S = {"ms": 1e-3, "millisecond": 1e-3, "second": 1.0, "sec": 1.0, "minute": 60.0, "min": 60.0, "hour": 3_600.0}
_DURATION = r"(?P<count>\d{1,6}(?:\.\d{1,3})?)[\s-]?(?P<unit>ms|millisecond|second|sec|minute|min|hour)s?"
_AGED = re.compile(
    r"\b(?:quote|price|tick|snapshot|print|data|bid|offer)\b[^.\n\d]{0,50}" + _DURATION + r" (?:old|ago|stale)\b"
)
_OLDEST = re.compile(
    r"\b(?:older than|max(?:imum)? (?:quote )?age(?: of| is|:)?|no older than|stale after|fresher than"
    r"|within the last)\s+" + _DURATION
)
_UNUSED = re.compile(
    r"\b(?:not (?:be )?(?:used?|act|trade|send|sent|size|place)|won't|refus|reject|blocked|held|no order|wait)"
)
_NOTICED = (
    "stale",
    "refresh",
    "outdated",
    "out of date",
    "too old",
    "delayed quote",
    "no longer current",
    "re-quote",
    "updated quote",
)


@dataclass(frozen=True, kw_only=True)
class StalePrice(Evaluator):
    """Compares the age of the quote with what the trace allows, or else with `limit_s`; from there to `doubt_s` seconds
    it is only in doubt.

    Ages are given, in records or in words, or follow from the times of quote and order, or of the trace where the
    order has none. Abstains where neither is known, and passes where the
    output says that the quote is stale and nothing was executed.
    """

    name: ClassVar[str] = "stale_price"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "stale_price"
    cites: ClassVar[tuple[str, ...]] = ("sec_15c3_5",)

    limit_s: float = 60.0
    doubt_s: float = 300.0

    def evaluate(self, subject: Subject) -> Result:
        ages = list(_ages(subject))
        if not ages:
            return Abstain("the age of no quote is known")
        age = max(ages)
        allowed = min((*_scaled(records(subject), _ALLOWED), *_stated(_OLDEST, subject.request_folded)), default=None)
        noticed = any(word in subject.output_folded for word in _NOTICED) and not any(
            o.executed for o in orders(subject)
        )
        if age <= (self.limit_s if allowed is None else allowed) or noticed:
            return HELD
        certain = allowed is not None or age > self.doubt_s
        return finding("high" if certain else "medium", "age", f"The quote was {age:,.10g} s old when it was used.")


def _ages(subject: Subject) -> Iterator[float]:
    yield from _scaled(records(subject), _AGES)
    for record in records(subject):
        quoted, decided = record.time(*_QUOTED), record.time(*_DECIDED)
        if quoted is not None and decided is not None and decided >= quoted:
            yield decided - quoted
    for order in orders(subject):
        quote = quote_for(subject, order)
        sent = order.time if order.time is not None else subject.trace.timestamp.timestamp()
        if quote and quote.time is not None and 0 <= sent - quote.time < (_DAY_S if order.time is None else inf):
            yield sent - quote.time
    if not _UNUSED.search(subject.output_folded):
        yield from _stated(_AGED, subject.output_folded)


def _stated(pattern: re.Pattern[str], text: str) -> Iterator[float]:
    """Seconds, as a text says them."""
    for match in pattern.finditer(text[:_MAX_CHARS]):
        yield float(match["count"]) * _UNITS_S[match["unit"]]


def _scaled(every: tuple[Record, ...], names: dict[float, tuple[str, ...]]) -> Iterator[float]:
    for record in every:
        for scale, spellings in names.items():
            if (value := record.number(*spellings)) is not None:
                yield value * scale
