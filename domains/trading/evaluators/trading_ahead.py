"""Trading ahead: the firm trades for itself before a customer's order on the same side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.orders import Order, orders
from domains.trading.records import names
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_ROLES = names("roles")
_FIRM = names("firm")
_CUSTOMER = ("customer", "client", "agency", "retail")
_EXEMPT = ("riskless", "error", "odd_lot", "facilitation", "hedge")


@dataclass(frozen=True, kw_only=True)
class TradingAhead(Evaluator):
    """Looks for an own trade, while a customer's order in that security and on that side was open, at a price that
    would have satisfied it; and for one up to `window_s` seconds before an order of which no time of receipt is known.

    Abstains where there are not both own and customers' orders.
    """

    name: ClassVar[str] = "trading_ahead"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "trading_ahead"
    cites: ClassVar[tuple[str, ...]] = ("finra_5320", "finra_5270")

    window_s: float = 120.0

    def evaluate(self, subject: Subject) -> Result:
        own = [order for order in orders(subject) if _is_of(order, _FIRM) and not _is_of(order, _EXEMPT)]
        customers = [order for order in orders(subject) if _is_of(order, _CUSTOMER) and not _is_of(order, _FIRM)]
        pairs = [(ours, theirs) for ours in own[:200] for theirs in customers[:200] if _alike(ours, theirs)]
        if not pairs:
            return Abstain("there is no own order beside a customer's in the same security and on the same side")
        for ours, theirs in pairs:
            if not ours.cancelled and self._is_ahead(ours, theirs) and _satisfies(ours, theirs):
                return finding(
                    "high",
                    "ahead of a customer",
                    f"The firm's {ours.side} of {ours.symbol.upper()} came before the customer's order on that side.",
                )
        return HELD

    def _is_ahead(self, ours: Order, theirs: Order) -> bool:
        ours_at = ours.executed_at or ours.time
        if ours_at is None:
            return False
        received, done = theirs.received_at, theirs.executed_at
        if received is not None:
            return received <= ours_at and (done is None or ours_at < done)
        theirs_at = done if done is not None else theirs.time
        return theirs_at is not None and 0 < theirs_at - ours_at <= self.window_s


def _is_of(order: Order, roles: tuple[str, ...]) -> bool:
    words = " ".join((*(order.record.text(name) for name in _ROLES), *order.record.path[-1:])).replace("-", "_")
    return any(role in words for role in roles) or (
        "firm" in roles and order.record.flag("is_proprietary", "proprietary") is True
    )


def _alike(ours: Order, theirs: Order) -> bool:
    return ours.side is not None and ours.side == theirs.side and ours.symbol == theirs.symbol


def _satisfies(ours: Order, theirs: Order) -> bool:
    """Whether the customer would have taken the price at which the firm traded."""
    if ours.price is None or theirs.limit is None:
        return True
    return ours.price <= theirs.limit if ours.side == "buy" else ours.price >= theirs.limit
