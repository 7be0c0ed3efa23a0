"""Orders: what a trace says was ordered, done or quoted, whatever its fields are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from domains.trading.records import Record, records
from processors.subject import Subject, once

Side = Literal["buy", "sell"]

_BUYS = frozenset(
    {"buy", "b", "bid", "long", "bot", "bought", "purchase", "cover", "buy_to_open", "buy_to_close", "btc", "bto"}
)
_SELLS = frozenset(
    {"sell", "s", "ask", "offer", "sld", "sold", "short", "sell_short", "ss", "sale", "sell_to_open", "sell_to_close"}
)
_FIX_SIDES: Mapping[Any, Side] = {1: "buy", 2: "sell", 5: "sell", 6: "sell"}  # tag 54
_SIDE_NAMES = ("side", "direction", "action", "buy_sell", "order_side", "transaction_type", "trade_side", "type")
_QUANTITIES = ("quantity", "qty", "shares", "size", "order_qty", "order_quantity", "volume", "amount_shares", "contracts",
               "units", "order_size", "num_shares", "lots")  # fmt: skip
_FILLED = (
    "filled_quantity",
    "filled_qty",
    "executed_quantity",
    "executed_qty",
    "cum_qty",
    "filled",
    "fill_quantity",
    "fill_qty",
)
_LIMITS = ("limit_price", "limit", "lmt_price", "price_limit")
_STOPS = ("stop_price", "stop", "trigger_price", "stop_loss_trigger", "trigger")
_FILLS = ("fill_price", "execution_price", "executed_price", "exec_price", "avg_price", "average_price", "avg_fill_price",
          "average_fill_price", "filled_price", "trade_price")  # fmt: skip
_SYMBOLS = ("symbol", "ticker", "instrument", "security", "asset", "product", "contract", "underlying", "sym")
_OWNERS = ("beneficial_owner", "beneficial_owner_id", "owner", "ubo", "owner_id", "beneficiary", "customer", "client",
           "trader_id", "trader", "client_id", "party", "account_owner")  # fmt: skip
TIMES = ("timestamp", "time", "ts", "executed_at", "execution_time", "exec_time", "fill_time", "filled_at", "trade_time",
          "placed_at", "entry_time", "order_time", "submitted_at", "entered_at", "received_at", "created_at", "t", "at", "t_s",
          "time_s", "start")  # fmt: skip
_RECEIVED = ("received_at", "placed_at", "entered_at", "submitted_at", "order_time", "entry_time", "created_at", "order_received",
             "received_time", "receipt_time")  # fmt: skip
_DONE = ("executed_at", "execution_time", "exec_time", "fill_time", "filled_at", "trade_time")
_SHORTS = frozenset({"short", "sell_short", "ss", "short_sell", "short_sale"})
_CANCELS = ("cancelled_at", "canceled_at", "cancel_time", "cancel_timestamp", "cancelled_time", "cancel_ts")
_CANCELLED = frozenset({"cancelled", "canceled", "cancel", "cxl", "pending_cancel"})
_REFUSED = frozenset({"rejected", "reject", "blocked", "denied", "declined", "expired"})
_EXECUTED = frozenset(
    {"filled", "executed", "fill", "partially_filled", "partial_fill", "partial", "trade", "done", "execution"}
)
_FILL_LISTS = frozenset(
    {"fills", "executions", "trades", "trade", "fill", "execution", "prints", "trade_log", "transactions"}
)


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
    """All that looks like an order or a fill: it has a side or a quantity, and a symbol, a price, an order type or both."""
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
    done = bool(_FILL_LISTS.intersection(record.path)) or record.text("status", "state", "event") in _EXECUTED
    fill = record.number(*_FILLS)
    limit = record.number(*_LIMITS)
    if price is not None and fill is None and done:
        fill = price
    elif price is not None and limit is None and kind != "market":
        limit = price
    return Order(
        record=record,
        side=next(
            (side for name in _SIDE_NAMES if (side := side_of(record.text(name)))), _FIX_SIDES.get(record.get("side"))
        ),
        symbol=record.text(*_SYMBOLS),
        quantity=record.number(*_QUANTITIES),
        limit=limit,
        stop=record.number(*_STOPS),
        fill=fill,
        time=record.time(*TIMES),
        type=kind,
        status=record.text("status", "state", "event", "event_type"),
    )


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


_BIDS = ("bid", "best_bid", "nbb", "national_best_bid", "nbbo_bid", "bid_price")
_ASKS = ("ask", "best_ask", "offer", "best_offer", "nbo", "national_best_offer", "nbbo_ask", "nbbo_offer", "ask_price")
_LASTS = ("last", "last_price", "market_price", "current_price", "reference_price", "mid", "mid_price", "last_trade",
          "last_trade_price", "last_sale", "mark", "mark_price", "spot", "spot_price", "arrival_price", "quote_price")  # fmt: skip
_QUOTE_TIMES = ("quote_time", "quote_timestamp", "price_time", "price_timestamp", "quoted_at", "price_as_of", "as_of",
                "last_update", "market_data_timestamp", "nbbo_time", "last_updated")  # fmt: skip
_MARKETS = frozenset({"quote", "quotes", "nbbo", "market", "market_data", "price", "tick", "book", "snapshot"})


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
    every = quotes(subject)
    own = [quote for record, quote in every if _belongs(record, order.record)]
    if own:
        return own[0]
    same = [
        quote for record, quote in every if order.symbol and order.symbol in (*record.path[-1:], record.text(*_SYMBOLS))
    ]
    if same:
        return same[0] if len(same) == 1 else None
    free = [quote for record, quote in every if not record.text(*_SYMBOLS) and not _is_order(record)]
    return free[0] if len(free) == 1 and len({other.symbol for other in orders(subject)}) <= 1 else None


def _belongs(record: Record, order: Record) -> bool:
    return record.fields is order.fields or any(
        isinstance(inner, Mapping) and record.path == (*order.path, key) and len(inner) == len(record.fields)
        for key, inner in order.fields.items()
    )
