"""Sums of records: the profit and the value that a record gives beside its quantity and prices."""

from __future__ import annotations

from collections.abc import Iterator

from domains.trading.records import Record, names
from domains.trading.sums.parts import Wrong, near

_PER_HUNDRED = frozenset({"option", "options", "bond", "bonds", "future", "futures"})
_CONVERTED = ("fx_rate", "currency_rate", "exchange_rate")
_DERIVED = ("strike", "expiry", "coupon", *_CONVERTED)
_SHORT = ("short", "sell", "sell_short")
_QUANTITY = ("quantity", "qty", "shares")
_COSTS = ("fees", "fee", "commission", "commissions", "costs")


def of_record(record: Record) -> Iterator[Wrong | None]:
    """The profit of a closed trade, before or after its costs, and the value of a position."""
    quantity = record.number(*_QUANTITY)
    multiplier = record.number("multiplier", "contract_multiplier", "contract_size")
    if not quantity:
        return
    entry, out = record.number(*names("entries")), record.number(*names("exits"))
    profit = record.number(*names("profits"))
    if entry is not None and out is not None and profit is not None and not any(map(record.fields.get, _CONVERTED)):
        short = record.text("side", "direction", "position") in _SHORT and quantity > 0
        yield _profit(record, profit, quantity * (out - entry) * (-1 if short else 1), multiplier)
    price = record.number("price", "market_price", "last_price")
    value = record.number("market_value", "position_value", "notional", "gross_amount")
    if price and value and multiplier is None and not any(map(record.fields.get, _DERIVED)):
        by_hundred = record.text("asset_class", "security_type", "instrument_type") in _PER_HUNDRED
        worked = [abs(quantity * price) * scale for scale in ((1.0, 100.0, 0.01) if by_hundred else (1.0,))]
        what = f"{quantity:,.10g} at {price:g} are {worked[0]:,.10g}, not {value:,.10g}."
        yield None if any(near(abs(value), each) for each in worked) else Wrong("value", what)


def _profit(record: Record, said: float, gross: float, multiplier: float | None) -> Wrong | None:
    costs = sum(abs(record.number(name) or 0.0) for name in _COSTS)
    of_contracts = multiplier is None and any("contract" in name for name in record.fields)
    scales = (multiplier or 1.0, 100.0) if of_contracts else (multiplier or 1.0,)
    worked = [gross * scale - cost for scale in scales for cost in (costs, 0.0)]
    if any(near(said, each) for each in worked):
        return None
    return Wrong("profit", f"The record says a profit of {said:,.10g}; its prices give {worked[0]:,.10g}.")
