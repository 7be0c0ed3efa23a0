"""Stale price: a decision or an order rests on a quote that is too old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
