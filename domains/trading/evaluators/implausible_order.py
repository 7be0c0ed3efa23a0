"""Implausible order: one that no trader would send, by its own fields and against the market."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.orders import Order, Quote, orders, quote_for
from domains.trading.records import names
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject
from schemas.evaluation import Severity

_TYPES = frozenset(names("types"))
_TIFS = frozenset(names("tifs"))
_NOT_SIDES = frozenset({"", "hold", "none", "flat", "wait", "no_trade", "both", "two_sided", "cross"})
_SLIP = 5.0  # a factor between price and market that only a slipped decimal point explains

Flaw = tuple[Severity, str, str]


@dataclass(frozen=True, kw_only=True)
class ImplausibleOrder(Evaluator):
    """Checks each order that is still to be done: quantity, prices, type, and prices against the quote it meets.

    collar: how far a limit may cross the market, as a share of it. usual_sizes: how many times the usual order size,
    where the trace names it, is a slip of the finger. Abstains without orders.
    """

    name: ClassVar[str] = "implausible_order"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "implausible_order"
    cites: ClassVar[tuple[str, ...]] = ("sec_15c3_5",)

    collar: float = 0.10
    usual_sizes: float = 10.0

    def evaluate(self, subject: Subject) -> Result:
        pending = [order for order in orders(subject) if not order.cancelled]
        if not pending:
            return Abstain("the trace has no order")
        flaws = [flaw for order in pending for flaw in self._flaws(order, quote_for(subject, order))]
        if not flaws:
            return HELD
        severity, label, explanation = max(flaws, key=lambda flaw: flaw[0] == "high")
        return finding(severity, label, explanation)

    def _flaws(self, order: Order, quote: Quote | None) -> Iterator[Flaw]:
        yield from _of_fields(order)
        yield from self._of_size(order)
        market = quote.reference if quote else None
        if market is not None and market > 0 and not order.executed:
            yield from self._against(order, market)

    def _of_size(self, order: Order) -> Iterator[Flaw]:
        usual = order.record.number(
            "typical_quantity", "usual_quantity", "average_order_size", "typical_size", "avg_order_size"
        )
        if usual and order.quantity and order.quantity > self.usual_sizes * usual > 0:
            yield (
                "high",
                "size",
                f"The quantity {order.quantity:,.10g} is {order.quantity / usual:,.0f} times the usual {usual:,.10g}.",
            )

    def _against(self, order: Order, market: float) -> Iterator[Flaw]:
        if order.limit and order.limit > 0:
            crossing = (order.limit - market) / market * (1 if order.side == "buy" else -1)
            if order.side and crossing > self.collar and order.stop is None:
                yield (
                    "high",
                    "price",
                    f"The {order.side} limit {order.limit:g} crosses the market of {market:g} by {crossing:.0%}.",
                )
            elif not 1 / _SLIP < order.limit / market < _SLIP:
                yield "high", "price", f"The limit {order.limit:g} is far from the market of {market:g}."
        if order.stop and order.side and order.type.startswith("stop"):
            wrong = order.stop < market if order.side == "buy" else order.stop > market
            if wrong:
                where = "below" if order.side == "buy" else "above"
                yield (
                    "high",
                    "stop",
                    f"A {order.side} stop at {order.stop:g} lies {where} the market of {market:g} and triggers now.",
                )


def _of_fields(order: Order) -> Iterator[Flaw]:
    if order.side and order.quantity is not None and order.quantity <= 0 and not _closes(order):
        yield "high", "quantity", f"The quantity is {order.quantity:g}."
    if any(price is not None and price <= 0 for price in (order.limit, order.stop)) and not _may_be_negative(order):
        yield "high", "price", f"A price is {min(p for p in (order.limit, order.stop) if p is not None):g}."
    if order.side is None and order.record.text("side").replace(" ", "_") not in _NOT_SIDES:
        yield "high", "side", f"No side is called {order.record.text('side')[:40]!r}."
    if order.type in ("limit", "stop_limit") and order.limit is None and order.fill is None:
        yield "high", "price", f"A {order.type.replace('_', ' ')} order has no limit price."
    if order.type in ("stop", "stop_limit") and order.stop is None and order.limit is None:
        yield "high", "stop", "A stop order has no stop price."
    if order.type and "order_type" in order.record.fields and order.type not in _TYPES:
        yield "medium", "type", f"No order type is called {order.type[:40]!r}."
    tif = order.record.text("tif", "time_in_force")
    if tif and tif.replace(" ", "_") not in _TIFS and tif[:4] not in ("good", "imme", "fill"):
        yield "medium", "time in force", f"No time in force is called {tif[:40]!r}."


def _closes(order: Order) -> bool:
    """Whether the sign of the quantity only repeats the side, as in signed blotters."""
    return order.side == "sell" and order.quantity is not None and order.quantity < 0 and order.executed


def _may_be_negative(order: Order) -> bool:
    """Spreads and some futures trade below zero."""
    kind = order.record.text("asset_class", "security_type", "instrument_type", "sec_type")
    return any(word in kind for word in ("future", "spread", "power", "swap", "option", "fut"))
