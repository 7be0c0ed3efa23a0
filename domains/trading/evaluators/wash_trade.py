"""Wash trade: a purchase and a sale by which the beneficial owner stays the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.orders import Order, orders
from domains.trading.records import Record, names, records
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_SAME_PRICE = 1e-3  # as a share of it
_SAME_SIZE = 0.05
_AT_ONCE_S = 5.0
_MOST_PAIRS = 20_000
_BUYERS = names("buyers")
_SELLERS = names("sellers")


@dataclass(frozen=True, kw_only=True)
class WashTrade(Evaluator):
    """Looks for two sides of one security, size and price by one owner within `window_s` seconds, and for trades whose
    buyer is their seller.

    Abstains where there are no two opposite orders of one security whose owners are known.
    """

    name: ClassVar[str] = "wash_trade"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "wash_trade"
    cites: ClassVar[tuple[str, ...]] = ("finra_5210", "cea_4c", "exchange_act_9")

    window_s: float = 60.0

    def evaluate(self, subject: Subject) -> Result:
        crossed = [record for record in records(subject) if record.text(*_BUYERS) and record.text(*_SELLERS)]
        for record in crossed:
            if record.text(*_BUYERS) == record.text(*_SELLERS):
                return finding("critical", "same owner", "Buyer and seller of a trade are the same.")
        pairs = list(islice(_pairs(subject), _MOST_PAIRS))
        if not pairs and not crossed:
            return Abstain("no two opposite orders in one security have a known owner")
        for bought, sold in pairs:
            gap = _gap(bought, sold)
            if self._is_wash(bought, sold, gap):
                explicit = _accounts_differ(bought.record, sold.record) or (gap is not None and gap <= _AT_ONCE_S)
                return finding("high" if explicit or gap is None else "medium", "same owner", _told(bought, sold, gap))
        return HELD

    def _is_wash(self, bought: Order, sold: Order, gap: float | None) -> bool:
        if bought.price is None or sold.price is None or bought.quantity is None or sold.quantity is None:
            return False
        same_price = abs(bought.price - sold.price) <= _SAME_PRICE * abs(bought.price)
        sizes = abs(bought.quantity), abs(sold.quantity)
        same_size = max(sizes) > 0 and abs(sizes[0] - sizes[1]) <= _SAME_SIZE * max(sizes)
        return same_price and same_size and (gap is None or gap <= self.window_s)


def _pairs(subject: Subject) -> Iterator[tuple[Order, Order]]:
    sides: dict[tuple[str, str], dict[str, list[Order]]] = defaultdict(lambda: {"buy": [], "sell": []})
    for order in orders(subject):
        if order.side and order.owner and not order.cancelled:
            sides[order.symbol, order.owner][order.side].append(order)
    for each in sides.values():
        yield from ((bought, sold) for bought in each["buy"] for sold in each["sell"])


def _gap(one: Order, other: Order) -> float | None:
    return abs(one.time - other.time) if one.time is not None and other.time is not None else None


def _accounts_differ(one: Record, other: Record) -> bool:
    accounts = [record.text("account", "account_id", "acct") for record in (one, other)]
    return bool(accounts[0] and accounts[1]) and accounts[0] != accounts[1]


def _told(bought: Order, sold: Order, gap: float | None) -> str:
    when = "" if gap is None else f" within {gap:g} s"
    return f"One owner bought {bought.quantity:,.10g} and sold {sold.quantity:,.10g} at {bought.price:g}{when}."
