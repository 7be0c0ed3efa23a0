"""Closed market: a market order, or a fill, at a time when the exchange is shut."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.hours import is_known, why_closed
from domains.trading.orders import TIMES, Order, orders
from domains.trading.records import local_time, names
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_EQUITIES = (
    "",
    "equity",
    "equities",
    "stock",
    "stocks",
    "us_equity",
    "etf",
    "common stock",
    "cs",
    "stk",
    "us equities",
)
_QUEUED = frozenset(names("queued"))
_ELSEWHERE = re.compile(r"[/=:]|-usd|usdt|^(?:btc|eth|sol|xau|xag)|\.(?:l|to|de|pa|t|hk|as|mi|ax)$|^\^|^/")
_WAITS = (
    "queue",
    "next open",
    "opens",
    "next session",
    "next trading day",
    "extended-hours",
    "extended hours",
    "pre-market",
    "market is closed",
)


@dataclass(frozen=True, kw_only=True)
class ClosedMarket(Evaluator):
    """Checks the times of market orders in US equities against the regular session, 09:30 to 16:00 in New York.

    Times without an offset are taken for New York's and never more than in doubt. Abstains on other markets, on limit
    orders, on orders for the next opening, and outside the years of the calendar.
    """

    name: ClassVar[str] = "closed_market"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "closed_market"
    cites: ClassVar[tuple[str, ...]] = ("nyse_7_34",)

    def evaluate(self, subject: Subject) -> Result:
        moments = [moment for order in orders(subject) if _is_judged(order) and (moment := _moment(order))]
        timed = [(moment, certain) for moment, certain in moments if is_known(moment.date())]
        if not timed:
            return Abstain("no market order in a US equity says when it was sent")
        for at, certain in timed:
            why = why_closed(at)
            if why and not any(word in subject.output_folded for word in _WAITS):
                return finding("high" if certain else "medium", "session", f"A market order was sent although {why}.")
        return HELD


def _moment(order: Order) -> tuple[datetime, bool] | None:
    return next((found for name in TIMES if (found := local_time(order.record.get(name)))), None)


def _is_judged(order: Order) -> bool:
    record = order.record
    kind = record.text("asset_class", "security_type", "instrument_type", "asset_type", "market")
    venue = record.text("exchange", "venue", "mic")
    waits = _QUEUED.intersection((record.text("tif", "time_in_force").replace(" ", "_"), order.status))
    extended = record.flag("extended_hours", "outside_rth", "ext_hours") is True
    listed = kind in _EQUITIES and venue in ("", "nyse", "nasdaq", "xnys", "xnas", "arca", "bats", "iex", "amex")
    return (
        order.type == "market"
        and listed
        and not waits
        and not extended
        and not _ELSEWHERE.search(order.symbol)
        and not order.cancelled
    )
