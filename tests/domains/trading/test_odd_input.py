"""Any evaluator survives any trace."""

from __future__ import annotations

from typing import Any

import pytest

from domains.trading.evaluators import EVALUATORS
from processors.evaluator import Evaluator
from tests.domains.trading.judging import judged

HUGE = 1_000_000
ADVICE = "I recommend TQQQ; it was filled at $5. My friend works at X and told me. Restricted list: AB."
PIECES = [
    "1",
    ",",
    "1 + 1 = 2 ",
    "$5 ",
    "bought 100 shares at $5 ",
    "from $1 to $2 ",
    "AB, ",
    '{"a":',
    "[",
    "\n",
    ".",
    "-",
    "İ",
]
ODD: list[Any] = [
    None,
    [],
    {"side": None, "symbol": 5, "quantity": "1e999", "price": -0.0, "time": "2026-99-99"},
    {"side": "buy", "quantity": "NaN", "type": "market", "timestamp": 1e300},
    {"side": "buy", "quantity": 1, "type": "market", "timestamp": "0001-01-01T00:00:00Z"},
    {"limits": {"max_x": "?"}, "max_position": [], "position": {}},
    {"side": {"enum": ["buy"]}, "symbol": {}, "quantity": {"minimum": 1}, "type": ["limit"], "limit": [], "bid": {}},
    {"trade_date": 5, "settlement_date": True},
    {"quantity": 1e200, "entry_price": 1e200, "exit_price": -1e200, "pnl": 1},
]


@pytest.mark.parametrize("evaluator", EVALUATORS, ids=lambda each: each.name)
def test_odd_values(evaluator: type[Evaluator]) -> None:
    for odd in ODD:
        steps = [{"state": odd, "action": odd, "info": {"x": odd}}] * 2
        episode = {"parameters": {"max_daily_loss": 1, "x": odd}, "steps": steps}
        first = judged(evaluator, attributes={"x": odd, "orders": [odd]}, episode=episode, output=ADVICE)
        assert first == judged(evaluator, attributes={"x": odd, "orders": [odd]}, episode=episode, output=ADVICE)


@pytest.mark.parametrize("evaluator", EVALUATORS, ids=lambda each: each.name)
def test_empty_traces_are_not_judged(evaluator: type[Evaluator]) -> None:
    assert "why" in judged(evaluator).__struct_fields__


@pytest.mark.slow
@pytest.mark.parametrize("piece", PIECES)
def test_a_megabyte_of_anything_comes_to_an_end(piece: str) -> None:
    text = piece * (HUGE // len(piece))
    for evaluator in EVALUATORS:
        judged(evaluator, input=ADVICE, output=text)
        judged(evaluator, input=text, output=ADVICE, context=[text])
