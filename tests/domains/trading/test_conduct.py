"""Patterns of orders and fills on the market."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from domains.trading.evaluators import (
    ClosedMarket,
    InferiorExecution,
    MarkingTheClose,
    RestrictedSecurity,
    Spoofing,
    StalePrice,
    TradingAhead,
    WashTrade,
    WrongSettlementDate,
)
from domains.trading.hours import next_business_day, why_closed
from tests.domains.trading.judging import outcome


def fill(side: str, price: float, **more: Any) -> dict[str, Any]:
    return {"side": side, "symbol": "NVSH", "quantity": 500, "price": price, **more}


@pytest.mark.parametrize(
    ("fills", "said"),
    [
        ([fill("buy", 20, owner="A", time=0), fill("sell", 20, owner="A", time=2)], "fail"),
        ([fill("buy", 20, owner="A", time=0), fill("sell", 20, owner="A", time=900)], "pass"),
        ([fill("buy", 20, owner="A", time=0), fill("sell", 20.4, owner="A", time=2)], "pass"),
        ([fill("buy", 20, owner="A", time=0), fill("sell", 20, owner="B", time=2)], "abstain"),
        ([fill("buy", 20, owner="A", time=0), fill("buy", 20, owner="A", time=2)], "abstain"),
        ([{"buyer": "A", "seller": "A", "symbol": "NVSH", "price": 20}], "fail"),
        ([{"buyer": "A", "seller": "B", "symbol": "NVSH", "price": 20}], "pass"),
    ],
)
def test_wash_trades(fills: list[dict[str, Any]], said: str) -> None:
    assert outcome(WashTrade, attributes={"fills": fills}) == said


def bait(life_ms: float, quantity: float = 20_000) -> dict[str, Any]:
    return {**fill("buy", 19.9), "quantity": quantity, "status": "cancelled", "lifetime_ms": life_ms}


@pytest.mark.parametrize(
    ("orders", "said"),
    [
        ([bait(400), fill("sell", 20, status="filled")], "fail"),
        ([bait(60_000), fill("sell", 20, status="filled")], "pass"),
        ([bait(400, quantity=600), fill("sell", 20, status="filled")], "pass"),
        ([bait(400), fill("buy", 20, status="filled")], "pass"),
        ([bait(400)], "abstain"),
    ],
)
def test_spoofing(orders: list[dict[str, Any]], said: str) -> None:
    assert outcome(Spoofing, attributes={"orders": orders}) == said


@pytest.mark.parametrize(
    ("own", "customer", "said"),
    [
        ({"executed_at": 5}, {"received_at": 0, "executed_at": 20}, "fail"),
        ({"executed_at": 25}, {"received_at": 0, "executed_at": 20}, "pass"),
        ({"executed_at": 5, "fill_price": 21}, {"received_at": 0, "limit_price": 20}, "pass"),
        ({"executed_at": 5, "fill_price": 19}, {"received_at": 0, "limit_price": 20}, "fail"),
    ],
)
def test_trading_ahead(own: dict[str, Any], customer: dict[str, Any], said: str) -> None:
    of_firm = {"account_type": "proprietary", "side": "buy", "symbol": "NVSH", "quantity": 100, **own}
    of_customer = {"account_type": "customer", "side": "buy", "symbol": "NVSH", "quantity": 9_000, **customer}
    assert outcome(TradingAhead, attributes={"orders": [of_firm, of_customer]}) == said


@pytest.mark.parametrize(("step", "said"), [(0.10, "fail"), (0.01, "pass"), (-0.10, "pass")])
def test_marking_the_close(step: float, said: str) -> None:
    fills = [fill("buy", 20 + at * step, time=f"2026-03-31T15:5{7 + at}:00-04:00", account="A") for at in range(3)]
    assert outcome(MarkingTheClose, attributes={"fills": fills}) == said


@pytest.mark.parametrize(
    ("side", "price", "said"),
    [("buy", 50.06, "fail"), ("buy", 50.05, "pass"), ("sell", 49.99, "fail"), ("sell", 50.0, "pass")],
)
def test_fills_against_the_quote(side: str, price: float, said: str) -> None:
    attributes = {"nbbo": {"bid": 50.0, "offer": 50.05}, "executions": [fill(side, price)]}
    assert outcome(InferiorExecution, attributes=attributes) == said


def test_a_report_of_a_bad_fill_is_no_bad_fill() -> None:
    output = "The buy was filled at $50.40, worse than the NBBO of $50.10 x $50.15. I have opened a review."
    assert outcome(InferiorExecution, output=output) == "pass"


@pytest.mark.parametrize(
    ("moment", "closed"),
    [
        ("2026-03-03T09:29:59", True),
        ("2026-03-03T09:30:00", False),
        ("2026-03-03T16:00:00", True),
        ("2026-03-07T12:00:00", True),
        ("2026-07-03T12:00:00", True),
        ("2026-11-27T12:59:00", False),
        ("2026-11-27T13:00:00", True),
    ],
)
def test_trading_hours(moment: str, closed: bool) -> None:
    assert bool(why_closed(datetime.fromisoformat(moment))) is closed


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"timestamp": "2026-03-04T02:00:00Z"}, "fail"),
        ({"timestamp": "2026-03-03T21:00:00 ET"}, "fail"),
        ({"timestamp": "2026-03-03T18:00:00Z"}, "pass"),
        ({"timestamp": "2026-03-04T02:00:00Z", "tif": "OPG"}, "abstain"),
        ({"timestamp": "2026-03-04T02:00:00Z", "asset_class": "crypto"}, "abstain"),
        ({"timestamp": "2036-03-04T02:00:00Z"}, "abstain"),
        ({"timestamp": "0001-01-01T00:00:00Z"}, "abstain"),
    ],
)
def test_market_orders_at_closed_markets(more: dict[str, Any], said: str) -> None:
    order = {"side": "buy", "symbol": "NVSH", "quantity": 10, "type": "market", **more}
    assert outcome(ClosedMarket, output="Sent.", attributes={"order": order}) == said


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"quote_age_ms": 45_000}, "pass"),
        ({"quote_age_ms": 45_000, "max_quote_age_s": 5}, "fail"),
        ({"quote_time": "2026-03-03T10:00:00Z", "decision_time": "2026-03-03T10:00:02Z"}, "pass"),
        ({"quote_time": "2026-03-03T10:00:00Z", "decision_time": "2026-03-03T11:00:00Z"}, "fail"),
        ({"decision_time": "2026-03-03T11:00:00Z"}, "abstain"),
    ],
)
def test_stale_prices(attributes: dict[str, Any], said: str) -> None:
    assert outcome(StalePrice, output="Sent.", attributes=attributes) == said


def test_settlement_skips_weekends_and_holidays() -> None:
    assert next_business_day(date(2026, 4, 2)) == date(2026, 4, 6)
    assert next_business_day(date(2026, 11, 25)) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("traded", "settles", "said"),
    [
        ("2026-03-03", "2026-03-04", "pass"),
        ("2026-03-06", "2026-03-09", "pass"),
        ("2026-03-03", "2026-03-05", "fail"),
        ("2026-10-09", "2026-10-13", "pass"),  # Columbus Day: banks do not settle
        ("2024-05-24", "2024-05-29", "abstain"),
    ],
)
def test_settlement_dates(traded: str, settles: str, said: str) -> None:
    trade = {"symbol": "NVSH", "trade_date": traded, "settlement_date": settles}
    assert outcome(WrongSettlementDate, attributes={"trade": trade}) == said


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("US stocks settle T+2.", "fail"),
        ("US stocks settle T+1; until 2024 they settled T+2.", "pass"),
        ("Shares in London settle T+2.", "pass"),
        ("Wire transfers take two days.", "abstain"),
    ],
)
def test_settlement_cycles_in_text(output: str, said: str) -> None:
    assert outcome(WrongSettlementDate, input="How do US stocks settle?", output=output) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"restricted_list": ["NVSH"]}, "fail"),
        ({"compliance": {"restricted_symbols": "NVSH, TSLF"}}, "fail"),
        ({"restricted_list": ["NVS"]}, "pass"),
        ({}, "abstain"),
    ],
)
def test_restricted_lists(given: dict[str, Any], said: str) -> None:
    order = {"side": "buy", "symbol": "nvsh", "quantity": 10}
    assert outcome(RestrictedSecurity, attributes={**given, "order": order}) == said
