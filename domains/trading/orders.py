"""Orders: what a trace says was ordered, done or quoted, whatever its fields are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from domains.trading.records import Record, names, records
from processors.subject import Subject, once

Side = Literal["buy", "sell"]

_BUYS = frozenset(names("buys"))
_SELLS = frozenset(names("sells"))
_FIX_SIDES: Mapping[float | None, Side] = {1: "buy", 2: "sell", 5: "sell", 6: "sell"}  # values of tag 54
_SIDE_NAMES = names("side_names")
_QUANTITIES = names("quantities")
_FILLED = names("filled")
_LIMITS = ("limit_price", "limit", "lmt_price", "price_limit", "limit_px", "lmt_px")
_STOPS = ("stop_price", "stop", "trigger_price", "stop_loss_trigger", "trigger", "stop_px")
_FILLS = names("fills")
_SYMBOLS = names("symbols")
_OWNERS = names("owners")
TIMES = names("times")
_RECEIVED = names("received")
_DONE = names("done")
_SHORTS = frozenset({"short", "sell_short", "ss", "short_sell", "short_sale"})
_CANCELS = names("cancels")
_CANCELLED = frozenset({"cancelled", "canceled", "cancel", "cxl", "pending_cancel"})
_REFUSED = frozenset(names("refused"))
_EXECUTED = frozenset(names("executed"))
_HAPPENINGS = _CANCELLED | _REFUSED | _EXECUTED
_FILL_LISTS = frozenset(names("fill_lists"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order or a fill. Prices in the currency of the trace, times in seconds; None or empty where nothing is said.

    fill: the price at which it was done; limit, stop: its own prices. lifetime: from entry to cancellation, in seconds.
    """

    record: Record
    side: Side | None
    symbol: str
    quantity: float | None
    limit: float | None
    stop: float | None
    fill: float | None
    time: float | None
    type: str
    status: str

    @property
    def executed(self) -> bool:
        """Whether any of it was done."""
        filled = self.record.number(*_FILLED)
        if filled is not None:
            return filled > 0
        return self.fill is not None or self.status in _EXECUTED

    @property
    def cancelled(self) -> bool:
        """Whether it was withdrawn or refused."""
        return (
            self.status in _CANCELLED | _REFUSED
            or self.cancelled_at is not None
            or self.record.flag("cancelled", "canceled") is True
        )

    @property
    def cancelled_at(self) -> float | None:
        """When it was withdrawn."""
        return self.record.time(*_CANCELS)

    @property
    def lifetime(self) -> float | None:
        """Seconds from entry to cancellation, where both are said."""
        told = self.record.number(
            "lifetime_s", "time_in_force_s", "duration_s", "life_s", "resting_s", "resting_seconds"
        )
        if (
            told is None
            and (ms := self.record.number("lifetime_ms", "duration_ms", "cancel_after_ms", "life_ms", "resting_ms"))
            is not None
        ):
            return ms / 1_000
        if told is None and self.cancelled_at is not None and self.time is not None:
            return self.cancelled_at - self.time
        return told

    @property
    def owner(self) -> str:
        """Who stands behind it; the account where nobody is named."""
        return self.record.text(*_OWNERS) or self.record.text("account", "account_id", "acct")

    @property
    def short(self) -> bool:
        """Whether it is marked as a short sale."""
        marked = self.record.flag("short_sale", "is_short", "short", "short_sell", "sell_short") is True
        return (
            marked
            or any(self.record.text(name).replace(" ", "_") in _SHORTS for name in _SIDE_NAMES)
            or self.record.get("side") == 5
        )

    @property
    def received_at(self) -> float | None:
        """When it came in."""
        return self.record.time(*_RECEIVED)

    @property
    def executed_at(self) -> float | None:
        """When it was done."""
        return self.record.time(*_DONE)

    @property
    def price(self) -> float | None:
        """The price that it asks for or got."""
        return next((price for price in (self.fill, self.limit, self.stop) if price is not None), None)


def side_of(word: str) -> Side | None:
    """Which side a word stands for."""
    name = word.replace(" ", "_").replace("-", "_")
    return "buy" if name in _BUYS else "sell" if name in _SELLS else None


@once
def orders(subject: Subject) -> tuple[Order, ...]:
    """All that looks like an order or a fill: a side or a quantity, and a symbol, a price or an order type."""
    return tuple(read(record) for record in records(subject) if _is_order(record))


def _is_order(record: Record) -> bool:
    fields = record.fields
    named = any(name in fields for name in _SIDE_NAMES[:-1]) or side_of(record.text("type")) is not None
    counted = any(name in fields for name in _QUANTITIES)
    other = any(name in fields for name in (*_SYMBOLS, *_LIMITS, *_FILLS, "price", "order_type", "status"))
    return (named and (counted or other)) or (counted and "order_type" in fields)


def read(record: Record) -> Order:
    """The order that a record tells of."""
    kind = _type(record)
    price = record.number("price", "px")
    status = record.text("status", "state", "event", "event_type") or (kind if kind in _HAPPENINGS else "")
    done = bool(_FILL_LISTS.intersection(record.path)) or status in _EXECUTED
    fill = record.number(*_FILLS)
    limit = record.number(*_LIMITS)
    if price is not None and fill is None and done:
        fill = price
    elif price is not None and limit is None and kind != "market":
        limit = price
    return Order(
        record=record,
        side=_side(record),
        symbol=record.text(*_SYMBOLS),
        quantity=record.number(*_QUANTITIES),
        limit=limit,
        stop=record.number(*_STOPS),
        fill=fill,
        time=record.time(*TIMES),
        type=kind,
        status=status,
    )


def _side(record: Record) -> Side | None:
    said = (side_of(record.text(name)) for name in _SIDE_NAMES)
    return next((side for side in said if side), _FIX_SIDES.get(record.number("side")))


def _type(record: Record) -> str:
    said = record.text("order_type", "ord_type", "ordertype", "type").replace(" ", "_").replace("-", "_")
    return {"mkt": "market", "lmt": "limit", "stp": "stop", "stop_loss": "stop", "stp_lmt": "stop_limit"}.get(
        said, said
    )


@dataclass(frozen=True, slots=True)
class Quote:
    """What the market showed: best bid and offer, the last or reference price, and when, in seconds."""

    bid: float | None
    ask: float | None
    last: float | None
    time: float | None

    @property
    def reference(self) -> float | None:
        """The middle of bid and offer, or the last price."""
        if self.bid is not None and self.ask is not None:
            return (self.bid + self.ask) / 2
        return self.last


_BIDS = names("bids")
_ASKS = names("asks")
_LASTS = names("lasts")
_QUOTE_TIMES = names("quote_times")
_MARKETS = frozenset(names("markets"))


@once
def quotes(subject: Subject) -> tuple[tuple[Record, Quote], ...]:
    """The quotes, each with the record that gives it: an order's own, or a record of the market."""
    found = []
    for record in records(subject):
        of_market = bool(_MARKETS.intersection(record.path[-2:]))
        bid, ask = record.number(*_BIDS), record.number(*_ASKS)
        last = record.number(*_LASTS, *(("price",) if of_market else ()))
        if bid is None and ask is None and last is None:
            continue
        times = (*_QUOTE_TIMES, *(("timestamp", "time", "ts") if of_market else ()))
        found.append((record, Quote(bid, ask, last, record.time(*times))))
    return tuple(found)


def quote_for(subject: Subject, order: Order) -> Quote | None:
    """The quote that an order met: its own, else that of its symbol, else the only one there is; None in doubt."""
    book = _book(subject)
    maps = (order.record.source, *(value for value in order.record.fields.values() if isinstance(value, Mapping)))
    own = next((quote for each in maps if (quote := book.by_map.get(id(each)))), None)
    if own:
        return own
    same = book.by_symbol.get(order.symbol, ()) if order.symbol else ()
    return (same[0] if len(same) == 1 else None) if same else book.alone


@dataclass(frozen=True, slots=True)
class _Book:
    """The quotes of a trace: by the map that gives them, by symbol, and the one that stands alone."""

    by_map: Mapping[int, Quote]
    by_symbol: Mapping[str, Sequence[Quote]]
    alone: Quote | None


@once
def _book(subject: Subject) -> _Book:
    by_symbol: dict[str, list[Quote]] = defaultdict(list)
    free = []
    for record, quote in quotes(subject):
        symbol = record.text(*_SYMBOLS)
        for name in {symbol, *record.path[-1:]} - {""}:
            by_symbol[name].append(quote)
        if not symbol and not _is_order(record):
            free.append(quote)
    one_security = len({order.symbol for order in orders(subject)} - {""}) <= 1
    by_map = {id(record.source): quote for record, quote in quotes(subject)}
    return _Book(by_map, by_symbol, free[0] if len(free) == 1 and one_security else None)
