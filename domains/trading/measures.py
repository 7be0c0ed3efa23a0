"""Measures and limits: what is used of position, leverage, loss and the like, and how much of it is allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domains.trading.orders import Order, orders, quote_for
from domains.trading.records import Record, names, number, records, walk
from domains.trading.told_limits import told_limits, told_measures
from processors.subject import Subject, once

_HOLDERS = frozenset(names("holders"))
_EXPLICIT = frozenset({"limit", "cap", "ceiling", "limits", "threshold"})
_MOST = frozenset({"max", "maximum"})
_UPPER = _EXPLICIT | _MOST
_LOWER = frozenset({"min", "minimum", "floor"})
_RESULTS = frozenset(names("results"))
_SHARES_OF = frozenset({"pct", "percent", "percentage", "share", "fraction"})
_MONEY = frozenset(names("money"))
_NO_MEASURE = frozenset(names("no_measure"))
_QUALIFIERS = frozenset(names("qualifiers"))
_SAME = {
    "inventory": "position",
    "positions": "position",
    "holding": "position",
    "holdings": "position",
    "pos": "position",
    "weight": "concentration",
    "allocation": "concentration",
    "dd": "drawdown",
    "mdd": "drawdown",
    "day": "daily",
    "intraday": "daily",
    "losses": "loss",
    "qty": "quantity",
    "lev": "leverage",
    "pnl": "loss",
    "pl": "loss",
    "profit": "loss",
}
_COUNTED = frozenset({"position", "order"})
"""What may be given in pieces or in money; of all else the unit says nothing new."""
_PIECES = frozenset(names("pieces"))
_BROADER = frozenset({"daily", "gross", "open"})
_GAINS = frozenset({"pnl", "pl", "profit"})
_GROSS = ("gross_exposure", "gross_notional", "gross_market_value", "total_exposure", "exposure")
_VALUES = names("values")
_EQUITIES = names("equities")
_WEIGHTS = frozenset(names("weight_maps"))
_PORTFOLIOS = frozenset({"positions", "holdings", "portfolio", "book", "resulting_positions"})


@dataclass(frozen=True, slots=True)
class Measure:
    """How much there is of something. `of`: what, as words in one spelling; `share`: a part of one, else an amount.

    step: index of the step of the episode, None where it is of the whole trace.
    """

    of: frozenset[str]
    share: bool
    amount: float
    name: str
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """What is allowed of something: at most `amount`, or at least where `lower`."""

    of: frozenset[str]
    share: bool
    amount: float
    name: str
    lower: bool
    explicit: bool

    def applies_to(self, measure: Measure) -> bool:
        """Whether the measure is of what is limited, more or less narrowly named."""
        return self.share == measure.share and measure.of <= self.of and self.of - measure.of <= _BROADER

    def is_broken_by(self, measure: Measure) -> bool:
        """Whether the measure lies beyond it; the limit itself is still allowed."""
        slack = 1e-9 * max(abs(self.amount), 1.0)
        if self.lower:
            return measure.amount < self.amount - slack
        return measure.amount > abs(self.amount) + slack


def _named(key: str) -> tuple[frozenset[str], bool]:
    """What a key speaks of, and whether as a share."""
    tokens = frozenset(key.split("_"))
    share = not _SHARES_OF.isdisjoint(tokens)
    kept = {_SAME.get(token, token) for token in tokens - _MONEY}
    of = frozenset(kept - _UPPER - _LOWER - _QUALIFIERS - _SHARES_OF)
    if tokens & _MONEY and (of <= _COUNTED) and key != "value":
        of |= {"notional"}
    elif of == {"order"}:
        of |= {"quantity"}
    if not of and tokens & _PIECES:
        return frozenset({"concentration"}), True
    if (share and of == {"position"}) or "concentration" in of:
        return of - {"position"} | {"concentration"}, True
    return of, share or "drawdown" in of


def _scaled(amount: float, *, share: bool) -> float:
    """A share as a part of one: more than 1.5 was meant in percent."""
    return amount / 100 if share and abs(amount) > 1.5 else amount


@once
def limits(subject: Subject) -> tuple[Limit, ...]:
    """The limits that attributes, features and parameters of the episode name, and those in words."""
    episode = subject.trace.episode
    parameters = walk(episode.parameters, "parameters") if episode else ()
    found = [limit for record in (*records(subject), *parameters) for limit in _limits_in(record)]
    found += [Limit(of, share, amount, f"“{said}”:", False, True) for of, share, amount, said in told_limits(subject)]
    explicit = {limit.of for limit in found if limit.explicit}
    return tuple(limit for limit in found if limit.explicit or limit.of not in explicit)


def _limits_in(record: Record) -> Iterator[Limit]:
    if _RESULTS.intersection(record.path):
        return
    held = bool(_HOLDERS.intersection(record.path[-2:]))
    for key, value in record.fields.items():
        tokens = set(key.split("_"))
        lower = not _LOWER.isdisjoint(tokens)
        amount, (of, share) = number(value), _named(key)
        if amount is None or not of or not _NO_MEASURE.isdisjoint(tokens):
            continue
        if held or lower or not _UPPER.isdisjoint(tokens):
            share = share or _is_percent(value)
            explicit = held or lower or not _EXPLICIT.isdisjoint(tokens)
            yield Limit(of, share, _scaled(amount, share=share), key, lower, explicit)
    name = record.text("name", "limit_name", "metric", "type").replace(" ", "_")
    limit = record.number("limit", "max", "threshold")
    if name and limit is not None and not _is_order_like(record):
        of, share = _named(name)
        yield Limit(of, share, _scaled(limit, share=share), name, lower=False, explicit=True)


def _is_percent(value: object) -> bool:
    return isinstance(value, str) and value.strip().endswith("%")


def _is_order_like(record: Record) -> bool:
    """Whether a record's `limit` is the price of an order."""
    return any(name in record.fields for name in ("side", "symbol", "order_type", "quantity", "qty"))


@once
def measures(subject: Subject) -> tuple[Measure, ...]:
    """What the trace says there is, what follows from its positions and orders, and what each step says."""
    limited = frozenset(limit.name for limit in limits(subject))
    told = [
        measure
        for record in records(subject)
        for measure in (
            *(() if _HOLDERS.intersection(record.path) else _told(record, limited, None)),
            *_named_use(record, None),
        )
    ]
    of_steps = [
        measure
        for index, record in steps(subject)
        for measure in (*_told(record, limited, index), *_named_use(record, index))
    ]
    in_words = told_measures(subject) if told_limits(subject) else ()
    said = [Measure(of, share, amount, f"“{name}”") for of, share, amount, name in in_words]
    return (*told, *_derived(subject), *of_steps, *said)


def _told(record: Record, limited: frozenset[str], step: int | None) -> Iterator[Measure]:
    """What the keys of a record name."""
    reported = bool(_RESULTS.intersection(record.path))
    for key, value in record.fields.items():
        amount, tokens = number(value), set(key.split("_"))
        if amount is None or tokens & (_LOWER | _EXPLICIT) or (tokens & _MOST and key in limited and not reported):
            continue
        of, share = _named(key)
        share = share or _is_percent(value)
        if of:
            yield Measure(of, share, _scaled(_size(amount, tokens, of), share=share), key, step)


def _named_use(record: Record, step: int | None) -> Iterator[Measure]:
    """What `{name: leverage, limit: 4, current: 4.4}` says is used."""
    name = record.text("name", "limit_name", "metric", "type").replace(" ", "_")
    used = record.number("current", "value", "actual", "used", "usage")
    of, share = _named(name)
    if used is not None and of:
        yield Measure(of, share, _scaled(abs(used), share=share), name, step)


def _size(amount: float, tokens: set[str], of: frozenset[str]) -> float:
    """A gain is a loss with the other sign; of a position either side counts."""
    if tokens & _GAINS:
        return -amount
    return (
        abs(amount)
        if of & {"position", "loss", "drawdown", "notional", "quantity", "concentration", "delta"}
        else amount
    )


@once
def steps(subject: Subject) -> tuple[tuple[int, Record], ...]:
    """The maps in the state, action and info of each step of the episode, with its index."""
    episode = subject.trace.episode
    if episode is None:
        return ()
    return tuple(
        (index, record)
        for index, step in enumerate(episode.steps)
        for part in (step.state, step.action, step.info)
        for record in walk(part)
    )


def _derived(subject: Subject) -> Iterator[Measure]:
    """What follows from orders, positions and equity."""
    equity = first(subject, *_EQUITIES)
    fall = _drawdown([value for _, record in steps(subject) if (value := record.number(*_EQUITIES)) is not None])
    if fall is not None:
        yield Measure(frozenset({"drawdown"}), True, fall, "drawdown of equity")
    position = first(subject, "current_position", "position", "net_position", "existing_position")
    for order in orders(subject):
        yield from _of_order(subject, order, equity, position)
    values = [abs(value) for record in records(subject) if (value := _position_value(record)) is not None]
    for record in records(subject):
        weights = list(map(number, record.fields.values())) if _WEIGHTS.intersection(record.path[-1:]) else ()
        if weights and None not in weights:
            heaviest = max(abs(weight or 0.0) for weight in weights)
            yield Measure(frozenset({"concentration"}), True, _scaled(heaviest, share=True), "largest weight")
    gross = first(subject, *_GROSS)
    if gross is None and values:
        gross = sum(values)
    if values:
        yield Measure(frozenset({"position", "notional"}), False, max(values), "largest position")
    if equity and gross is not None and equity > 0:
        yield Measure(frozenset({"leverage"}), False, gross / equity, "gross exposure over equity")
    if equity and values and equity > 0:
        yield Measure(frozenset({"concentration"}), True, max(values) / equity, "largest position over equity")


def _drawdown(path: Sequence[float]) -> float | None:
    """The largest fall from a peak, as a share of it; None where there is no path."""
    peak = worst = 0.0
    for value in path:
        peak = max(peak, value)
        worst = max(worst, (peak - value) / peak if peak > 0 else 0.0)
    return worst if len(path) > 1 else None


def _of_order(subject: Subject, order: Order, equity: float | None, position: float | None) -> Iterator[Measure]:
    if order.quantity is None or order.executed or order.cancelled:
        return
    yield Measure(frozenset({"order", "quantity"}), False, abs(order.quantity), "order quantity")
    quote = quote_for(subject, order)
    price = order.price or (quote.reference if quote else None)
    if price is not None:
        notional = abs(order.quantity * price)
        yield Measure(frozenset({"order", "notional"}), False, notional, "order notional")
        yield Measure(frozenset({"notional"}), False, notional, "order notional")
        if equity and equity > 0 and order.side == "buy":
            yield Measure(frozenset({"concentration"}), True, notional / equity, "order over equity")
    if position is not None and order.side:
        after = position + (order.quantity if order.side == "buy" else -order.quantity)
        yield Measure(frozenset({"position"}), False, abs(after), "position after the order")


def _position_value(record: Record) -> float | None:
    if not _PORTFOLIOS.intersection(record.path[-2:]):
        return None
    value = record.number(*_VALUES)
    if value is None:
        quantity, price = (
            record.number("quantity", "qty", "shares"),
            record.number("price", "last", "mark", "market_price", "last_price"),
        )
        value = quantity * price if quantity is not None and price is not None else None
    return value


def first(subject: Subject, *names: str) -> float | None:
    """The first of these, in this order, that any record outside the limits has as a number."""
    for name in names:
        for record in records(subject):
            if not _HOLDERS.intersection(record.path) and (value := record.number(name)) is not None:
                return value
    return None
