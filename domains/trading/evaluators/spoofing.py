"""Spoofing: large orders on one side that are withdrawn at once, while a small one on the other side is filled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.orders import Order, orders, read
from domains.trading.records import Record, names, records
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_IDS = names("ids")
_CANCELS = frozenset(names("spoofing_cancels"))
_EVENTS = names("events")
_MARGIN_S = 5.0  # after the fill within which the others are withdrawn
_LAYERS = 3


@dataclass(frozen=True, kw_only=True)
class Spoofing(Evaluator):
    """Looks for cancelled orders around a fill on the other side of the same security.

    Together the withdrawn ones are at least `times` as large as the fill and lived `lifetime_s` seconds at most; three
    and more of them are layering. Cancellations may be fields of the order, or events with its id or with its side,
    price and size. Abstains where no security has both.
    """

    name: ClassVar[str] = "spoofing"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "spoofing"
    cites: ClassVar[tuple[str, ...]] = ("dodd_frank_747", "finra_5210")

    times: float = 4.0
    lifetime_s: float = 5.0

    def evaluate(self, subject: Subject) -> Result:
        withdrawn_at = _cancellations(records(subject))
        by_symbol: dict[str, list[Order]] = defaultdict(list)
        for order in orders(subject):
            by_symbol[order.symbol].append(order)
        looked = False
        for symbol, every in by_symbol.items():
            filled = [order for order in every if order.executed and order.side and order.quantity]
            withdrawn = [
                order for order in every if order.side and order.quantity and _life(order, withdrawn_at) is not None
            ]
            looked = looked or bool(filled and withdrawn)
            for fill in filled:
                bait = [order for order in withdrawn if self._is_bait(order, fill, withdrawn_at)]
                size = sum(abs(order.quantity or 0) for order in bait)
                if bait and size >= self.times * abs(fill.quantity or 0):
                    return _spoofed(symbol, bait, fill, size)
        return HELD if looked else Abstain("no security has both a fill and a cancelled order")

    def _is_bait(self, order: Order, fill: Order, withdrawn_at: dict[str, float | None]) -> bool:
        life = _life(order, withdrawn_at)
        if order.side == fill.side or order.record is fill.record or life is None or life > self.lifetime_s:
            return False
        done = fill.executed_at or fill.time
        return order.time is None or done is None or order.time - _MARGIN_S <= done <= order.time + life + _MARGIN_S


def _spoofed(symbol: str, bait: Sequence[Order], fill: Order, size: float) -> Result:
    label = "layering" if len(bait) >= _LAYERS else "spoofing"
    return finding(
        "high",
        label,
        f"{len(bait)} {bait[0].side} orders for {size:,.10g} {symbol.upper()} were withdrawn at once around a "
        f"{fill.side} of {abs(fill.quantity or 0):,.10g}.",
    )


def _cancellations(every: Sequence[Record]) -> dict[str, float | None]:
    """When each order was withdrawn, from events."""
    return {
        known: record.time("timestamp", "time", "ts", "t", "at", "cancelled_at", "canceled_at")
        for record in every
        if any(record.text(name) in _CANCELS for name in _EVENTS) and (known := _known_by(record))
    }


def _known_by(record: Record) -> str:
    """The id of an order, or what else tells it from others; empty where nothing does."""
    if (given := record.get(*_IDS)) is not None:
        return str(given)
    order = read(record)
    return f"{order.symbol} {order.side} {order.quantity} {order.price}" if order.side and order.price else ""


def _life(order: Order, withdrawn_at: dict[str, float | None]) -> float | None:
    """Seconds from entry to withdrawal; None where it was not withdrawn, or nobody knows when."""
    if order.lifetime is not None and order.cancelled:
        return order.lifetime
    end = withdrawn_at.get(_known_by(order.record))
    if (
        end is None
        or order.time is None
        or order.executed
        or any(order.record.text(name) in _CANCELS for name in _EVENTS)
    ):
        return None
    return end - order.time if end >= order.time else None
