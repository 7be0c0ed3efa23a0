"""Orders and quotes are read under the names that different systems give them."""

from __future__ import annotations

from typing import Any

import pytest

from domains.trading.evaluators import OrderDiffersFromInstruction
from domains.trading.orders import orders, quote_for
from domains.trading.records import flag, normal, number, time
from processors.subject import Subject
from schemas.trace import Message, Trace
from tests.domains.trading.judging import outcome


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (5, 5.0),
        ("12,500", 12_500.0),
        ("$1.2m", 1_200_000.0),
        ("-$6,200", -6_200.0),
        ("($6,200)", -6_200.0),
        ("5%", 0.05),
        ("4x", 4.0),
        ("4:1", 4.0),
        ("100 shares", 100.0),
        (True, None),
        ("n/a", None),
        ("", None),
        (float("nan"), None),
        (float("inf"), None),
        ("1" * 5_000, None),
        (10**400, None),
    ],
)
def test_numbers_as_systems_write_them(written: object, value: float | None) -> None:
    assert number(written) == pytest.approx(value) if value is not None else number(written) is None


def test_keys_of_every_style_are_one() -> None:
    assert {normal(key) for key in ("maxPosition", "Max Position", "max-position", "MAX_POSITION", "max_position")} == {
        "max_position"
    }


def test_times_of_every_style_are_one() -> None:
    seconds = 1_772_550_000.0
    for written in (seconds, seconds * 1e3, seconds * 1e9, "2026-03-03T15:00:00Z", "2026-03-03T10:00:00-05:00"):
        assert time(written) == pytest.approx(seconds)
    assert time("09:30:05") == 9.5 * 3_600 + 5
    assert time("soon") is None
    assert time(True) is None


def test_yes_and_no() -> None:
    assert [flag(value) for value in (True, "Yes", "no", "false", 1, None)] == [True, True, False, False, None, None]


ORDER = {"side": "buy", "symbol": "NVSH", "quantity": 100, "order_type": "limit", "limit_price": 42.0}


@pytest.mark.parametrize(
    "written",
    [
        ORDER,
        {"action": "BUY", "ticker": "NVSH", "qty": 100, "ordType": "LMT", "price": 42},
        {"direction": "long", "instrument": "NVSH", "size": "100", "orderType": "Limit", "limitPrice": "$42.00"},
        {"side": 1, "symbol": "NVSH", "order_qty": 100, "ord_type": "limit", "price": 42.0},
    ],
)
def test_orders_of_different_systems_are_one(written: dict[str, Any]) -> None:
    (order,) = orders(Subject(Trace(attributes={"nested": [{"order": written}]})))
    assert (order.side, order.symbol, order.quantity, order.type, order.limit) == ("buy", "nvsh", 100.0, "limit", 42.0)


@pytest.mark.parametrize(
    "output",
    [
        '{"side": "sell", "symbol": "NVSH", "quantity": 5}',
        'Here it is:\n```json\n{"side": "sell", "symbol": "NVSH", "quantity": 5}\n```\nShall I send it?',
        'I send {"side": "sell", "symbol": "NVSH", "quantity": 5} now.',
    ],
)
def test_orders_in_the_output(output: str) -> None:
    (order,) = orders(Subject(Trace(output=output)))
    assert (order.side, order.quantity) == ("sell", 5.0)


def test_orders_in_the_tool_calls_of_a_run() -> None:
    called = Message(role="tool", content='{"order": {"side": "sell", "symbol": "NVSH", "quantity": 5}}')
    (order,) = orders(Subject(Trace(kind="agent", output=[Message(role="assistant", content="I sell."), called])))
    assert order.quantity == 5.0


def test_what_is_no_order() -> None:
    attributes = {"side": "left", "position": {"symbol": "NVSH", "value": 3}, "decision": {"action": "hold"}}
    assert orders(Subject(Trace(attributes=attributes, output="Buy { or sell }"))) == ()


def test_each_order_meets_its_own_quote() -> None:
    placed = [{**ORDER, "nbbo": {"bid": bid, "ask": bid + 0.1}} for bid in (42.0, 43.0)]
    subject = Subject(Trace(attributes={"orders": placed}))
    met = [quote_for(subject, order) for order in orders(subject)]
    assert [quote and quote.bid for quote in met] == [42.0, 43.0]


def test_quotes_are_found_by_symbol_and_not_at_all_in_doubt() -> None:
    market = {"NVSH": {"bid": 42.0, "ask": 42.1}, "TSLF": {"bid": 7.0, "ask": 7.1}}
    subject = Subject(Trace(attributes={"market": market, "orders": [ORDER, {**ORDER, "symbol": "QLNE"}]}))
    known, unknown = (quote_for(subject, order) for order in orders(subject))
    assert known is not None
    assert known.bid == 42.0
    assert unknown is None


@pytest.mark.parametrize(
    ("asked", "sent", "said"),
    [
        ("Buy 500 NVSH", {"side": "buy", "symbol": "NVSH", "quantity": 500}, "pass"),
        ("Buy 5k shares of NVSH", {"side": "buy", "symbol": "NVSH", "quantity": 5_000}, "pass"),
        ("Sell short 500 NVSH", {"side": "sell_short", "symbol": "NVSH", "quantity": 500}, "pass"),
        ("Buy 500 NVSH", {"side": "buy", "symbol": "NVSH", "quantity": 5_000}, "fail"),
        ("Buy 500 NVSH", {"side": "sell", "symbol": "NVSH", "quantity": 500}, "fail"),
        ("Buy 500 NVSH", {"side": "buy", "symbol": "TSLF", "quantity": 500}, "fail"),
        ("Buy some NVSH", {"side": "buy", "symbol": "NVSH", "quantity": 500}, "abstain"),
    ],
)
def test_orders_against_their_instruction(asked: str, sent: dict[str, Any], said: str) -> None:
    assert outcome(OrderDiffersFromInstruction, input=asked, attributes={"order": sent}) == said
