"""Stale price: a decision or an order rests on a quote that is too old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.orders import orders, quote_for
from domains.trading.records import Record, records
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_AGES = {1.0: ("quote_age_s", "quote_age_seconds", "quote_age_sec", "price_age_s", "price_age_seconds", "price_age_sec", "data_age_seconds",
               "data_age_s", "staleness_s", "staleness_seconds", "market_data_age_s", "quote_age", "price_age"),
         1e-3: ("quote_age_ms", "price_age_ms", "data_age_ms", "staleness_ms", "market_data_age_ms"),
         60.0: ("quote_age_min", "quote_age_minutes", "price_age_minutes", "price_age_min", "data_age_minutes")}  # fmt: skip
_ALLOWED = {1.0: ("max_quote_age_s", "max_quote_age_seconds", "max_price_age_s", "max_price_age_seconds", "max_staleness_s",
                  "staleness_threshold_s", "max_data_age_s", "max_quote_age", "staleness_limit_s", "max_age_s"),
            1e-3: ("max_quote_age_ms", "max_price_age_ms", "max_staleness_ms", "staleness_threshold_ms", "staleness_limit_ms",
                   "max_data_age_ms", "max_age_ms")}  # fmt: skip
_QUOTED = ("quote_time", "quote_timestamp", "price_timestamp", "price_time", "market_data_timestamp", "quoted_at", "price_as_of",
           "nbbo_timestamp", "last_quote_time")  # fmt: skip
_DECIDED = ("decision_time", "decision_timestamp", "order_time", "order_timestamp", "decided_at", "submitted_at", "placed_at",
            "executed_at", "execution_time", "sent_at", "now", "timestamp", "time")  # fmt: skip
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
    """Compares the age of the quote with what the trace allows, or else with `limit_s`; from there to `doubt_s` seconds it is
    only in doubt.

    Ages are given, or follow from the times of quote and order. Abstains where neither is known, and passes where the
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
        allowed = min(_scaled(records(subject), _ALLOWED), default=None)
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
        if quote and quote.time is not None and order.time is not None and order.time >= quote.time:
            yield order.time - quote.time


def _scaled(every: tuple[Record, ...], names: dict[float, tuple[str, ...]]) -> Iterator[float]:
    for record in every:
        for scale, spellings in names.items():
            if (value := record.number(*spellings)) is not None:
                yield value * scale
