"""Sums are worked out again; what cannot be worked out for certain is left alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.trading.evaluators import WrongTradeArithmetic
from domains.trading.sums.equations import equations
from tests.domains.trading.judging import outcome


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("(55 - 50) × 100 = $500", True),
        ("(55 - 50) × 100 = $600", False),
        ("250 shares x $18.40 = $4,600.00", True),
        ("10,000 * 1.07^10 = 19,671.51", True),
        ("(60 − 50) / 50 = 20%", True),
        ("(60 − 50) / 50 = 0.2", True),
        ("(60 − 50) / 50 = 25%", False),
        ("8% × $12,500 = $1,000", True),
        ("($10,183 + $11,048) / 2 = $10,615 million", True),
        ("1,200 × 3.5 ≈ 4,200", True),
        ("100 ÷ 3 = 33.3", True),
        ("-3 - 4 = -7", True),
    ],
)
def test_equations(text: str, holds: bool) -> None:
    assert [equation.holds for equation in equations(f"So {text}, as shown.")] == [holds]


@pytest.mark.parametrize(
    "text",
    ["a = 5", "x + 2 = 4", "On 2024-05-28 = ok", "1 / 0 = 5", "9 ^ 9 ^ 9 ^ 9 = 1", "((1 + 2 = 3", "= 5", "1 + = 2"],
)
def test_what_is_no_equation(text: str) -> None:
    assert list(equations(text)) == []


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from("+-*/"))
def test_true_equations_hold_and_doubled_ones_do_not(a: int, b: int, sign: str) -> None:
    value = {"+": a + b, "-": a - b, "*": a * b, "/": a / b}[sign]
    (right,) = equations(f"{a:,} {sign} {b:,} = {value:,.6f}")
    assert right.holds
    (wrong,) = equations(f"{a:,} {sign} {b:,} = {2 * value + 1:,.6f}")
    assert wrong.holds is (abs(2 * value + 1) == pytest.approx(abs(value), rel=0.005, abs=1e-6))


BOUGHT = "I bought 100 shares at $50 and sold them at $55."


@pytest.mark.parametrize(
    ("asked", "answered", "said"),
    [
        (BOUGHT, "Your profit is $500.", "pass"),
        (BOUGHT, "Your profit is $550.", "fail"),
        (BOUGHT, "You made 500 dollars, or 10%, on it.", "pass"),
        (BOUGHT, "The return is 12%.", "fail"),
        (BOUGHT, "Your profit per share is $5.", "abstain"),
        (BOUGHT + " Commissions of $10 were charged.", "Your profit is $490.", "abstain"),
        ("I shorted 200 shares at $85 and covered at $79.", "The profit is $1,200.", "pass"),
        ("I bought 100 shares at $50 and sold them at $45.", "Your profit is $500.", "fail"),
        ("I bought 100 shares at $50 and sold them at $45.", "Your loss is $500.", "pass"),
        ("I bought 100 at $50 and 100 at $52, and sold at $55.", "Your profit is $750.", "abstain"),
        ("", "It rose from $40 to $46, up 15%.", "pass"),
        ("", "It rose from $40 to $46, up 18%.", "fail"),
        ("", "The rate rose from 2% to 3%, up 1%.", "abstain"),
        ("", "Your 320 shares at $25 are worth $8,000.", "pass"),
        ("", "Your 320 shares at $25 are worth $8,800.", "fail"),
        ("What do $5,000 become at 6% for 3 years?", "They grow to $5,955.", "pass"),
        ("What do $5,000 become at 6% for 3 years?", "They grow to $6,400.", "fail"),
        ("", "$10,000 grew to $20,000 over 5 years, a CAGR of 14.9%.", "pass"),
        ("", "$10,000 grew to $20,000 over 5 years, a CAGR of 20%.", "fail"),
        ("My account is $50,000.", "That is $10,000, which is 20% of the account.", "pass"),
        ("My account is $50,000.", "That is $10,000, which is 10% of the account.", "fail"),
    ],
)
def test_sums_in_text(asked: str, answered: str, said: str) -> None:
    assert outcome(WrongTradeArithmetic, input=asked, output=answered) == said


TRADE = {"quantity": 200, "entry_price": 10, "exit_price": 11.5}


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({**TRADE, "pnl": 300}, "pass"),
        ({**TRADE, "pnl": 288, "fees": 12}, "pass"),
        ({**TRADE, "pnl": 350}, "fail"),
        ({**TRADE, "pnl": -300, "side": "short"}, "pass"),
        ({**TRADE, "pnl": 15_000, "multiplier": 50}, "pass"),
        ({**TRADE, "pnl": 270, "fx_rate": 0.9}, "abstain"),
        ({"quantity": 10, "price": 3, "market_value": 30}, "pass"),
        ({"quantity": 10, "price": 3, "market_value": 40}, "fail"),
        ({"quantity": 10, "price": 3, "market_value": 3_000, "asset_class": "option"}, "pass"),
        (TRADE, "abstain"),
    ],
)
def test_sums_in_records(record: dict[str, Any], said: str) -> None:
    assert outcome(WrongTradeArithmetic, attributes={"trade": record}) == said
