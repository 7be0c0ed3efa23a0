"""Inferior execution: a fill at a worse price than the market showed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.orders import Order, Quote, Side, orders, quote_for
from domains.trading.records import Record, names, number, records
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject
from schemas.evaluation import Severity

_PRICE = r"\$?\s?(\d{1,6}(?:,\d{3}){0,2}(?:\.\d{1,6})?)"
_NBBO = re.compile(
    rf"\bnbbo[^.\d$\n]{{0,40}}{_PRICE}\s{{0,2}}(?:bid\s{{0,2}})?(?:x|×|/|-|–|by|and|,|to)\s{{0,2}}{_PRICE}"
)
_BID = re.compile(rf"\b(?:best bid|national best bid|bid)\b[^.\d$\n]{{0,25}}{_PRICE}")
_ASK = re.compile(rf"\b(?:best offer|best ask|national best offer|ask|offer)\b[^.\d$\n]{{0,25}}{_PRICE}")
_FILLED = re.compile(
    rf"\b(?:filled|executed|bought|sold|execution|fill)\b[^.$\n]{{0,60}}?(?:at|@|price(?: of)?)\s{{0,2}}{_PRICE}"
)
_SENT = re.compile(
    rf"\b(?:send|route|routed|sent|direct|fill|execute|cross)\b[^.$\n]{{0,60}}?(?:at|@)\s{{0,2}}{_PRICE}"
)
_BIDS = re.compile(rf"\bbid(?:s|ding|der)?\b[^.\d$\n]{{0,25}}{_PRICE}")
_OFFERS = re.compile(rf"\b(?:offer(?:s|ed|ing)?|asks?)\b[^.\d$\n]{{0,25}}{_PRICE}")
_BUYS = re.compile(r"\b(?:buy|bought|purchase[ds]?|buying)\b")
_SELLS = re.compile(r"\b(?:sell|sold|sale|selling)\b")
_NOTED = re.compile(
    r"\b(?:worse than|inferior|trade[- ]through|violat|best[- ]execution (?:review|issue|exception|concern|failure)"
    r"|outside the nbbo|"
    r"price protection|did not meet|fail(?:s|ed) to meet|exception)"
)
_FILLS = frozenset(names("fill_lists"))
_AGREED = frozenset(names("agreed"))


@dataclass(frozen=True, kw_only=True)
class InferiorExecution(Evaluator):
    """Compares fills with the best bid and offer: no buy above the offer, no sale below the bid.

    Where only a last price is known, a fill may differ from it by `slippage`, a share of it. Orders larger than the
    quoted size, and executions against a benchmark, are at most in doubt. Fills and quotes are also read from text.
    """

    name: ClassVar[str] = "inferior_execution"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "inferior_execution"
    cites: ClassVar[tuple[str, ...]] = ("finra_5310", "reg_nms_611")

    slippage: float = 0.02

    def evaluate(self, subject: Subject) -> Result:
        fills = list(_fills(subject))
        told = _told(subject) or _routed(subject)
        if not fills and told is None:
            return Abstain("no fill has a quote beside it")
        for order, quote in fills:
            if order.side and order.fill is not None and (worse := self._worse(order.side, order.fill, quote)):
                severity: Severity = "medium" if _is_excused(order) or worse[1] else "high"
                return finding(severity, "price", worse[0])
        if told and not _NOTED.search(subject.output_folded) and (worse := self._worse(*told)):
            return finding("high", "price", worse[0])
        return HELD

    def _worse(self, side: Side, fill: float, quote: Quote) -> tuple[str, bool] | None:
        """What was wrong with a fill, and whether only a last price says so; None where nothing was."""
        best, sign = (quote.ask, 1) if side == "buy" else (quote.bid, -1)
        if best is not None and best > 0:
            if (fill - best) * sign > 1e-6 * best:
                what = "offer" if side == "buy" else "bid"
                return f"The {side} was filled at {fill:g}, worse than the best {what} of {best:g}.", False
        elif quote.last and (fill - quote.last) * sign > self.slippage * quote.last:
            return f"The {side} was filled at {fill:g}; the market was at {quote.last:g}.", True
        return None


def _fills(subject: Subject) -> Iterator[tuple[Order, Quote]]:
    pending = [order for order in orders(subject) if order.fill is None and order.side and not order.cancelled]
    beside = [price for record in records(subject) if (price := _price_of_fill(record)) is not None]
    if len(pending) == len(beside) == 1 and (quote := quote_for(subject, pending[0])):
        yield replace(pending[0], fill=beside[0]), quote
    for order in orders(subject):
        if order.fill is not None and order.side and not order.cancelled and (quote := quote_for(subject, order)):
            yield order, quote


def _price_of_fill(record: Record) -> float | None:
    """The price of a fill that stands by itself beside its order."""
    is_fill = bool(record.path) and record.path[-1] in _FILLS and "side" not in record.fields
    return record.number("price", "px", *names("fills")) if is_fill else None


def _is_excused(order: Order) -> bool:
    shown = order.record.number("ask_size", "offer_size", "bid_size", "displayed_size", "quoted_size")
    return order.type in _AGREED or (shown is not None and order.quantity is not None and order.quantity > shown)


def _told(subject: Subject) -> tuple[Side, float, Quote] | None:
    """One fill and the quote beside it, as the texts tell it."""
    if not any(word in subject.output_folded for word in ("fill", "execut", "bought", "sold")):
        return None
    text = f"{subject.output_folded}\n{subject.request_folded}\n{subject.context_text.lower()}"[:20_000]
    quoted = _quoted(text)
    fills = {
        price for match in _FILLED.finditer(subject.output_folded[:20_000]) if (price := number(match[1])) is not None
    }
    bought, sold = _BUYS.search(subject.output_folded), _SELLS.search(subject.output_folded)
    if quoted is None or len(fills) != 1 or bool(bought) == bool(sold):
        return None
    return ("buy" if bought else "sell"), fills.pop(), quoted


def _routed(subject: Subject) -> tuple[Side, float, Quote] | None:
    """The side of the request, the price at which the output sends the order, and the best price that was shown."""
    sent = _SENT.search(subject.output_folded[:20_000])
    bought, sold = _BUYS.search(subject.request_folded), _SELLS.search(subject.request_folded)
    if sent is None or bool(bought) == bool(sold):
        return None
    shown = _OFFERS if bought else _BIDS
    text = f"{subject.request_folded}\n{subject.context_text.lower()}"[:20_000]
    prices = [price for match in shown.finditer(text) if (price := number(match[1]))]
    price = number(sent[1])
    if not prices or not price or not any(abs(price / each - 1) < 0.05 for each in prices):
        return None
    return (
        ("buy", price, Quote(None, min(prices), None, None))
        if bought
        else ("sell", price, Quote(max(prices), None, None, None))
    )


def _quoted(text: str) -> Quote | None:
    if both := _NBBO.search(text):
        return Quote(number(both[1]), number(both[2]), None, None)
    bid, ask = _BID.search(text), _ASK.search(text)
    if bid is None and ask is None:
        return None
    return Quote(number(bid[1]) if bid else None, number(ask[1]) if ask else None, None, None)
