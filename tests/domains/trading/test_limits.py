"""Limits are compared with what is used of them, whatever both are called."""

from __future__ import annotations

from typing import Any

import pytest

from domains.trading.evaluators import LimitBreach, TradingAfterLossLimit
from processors.evaluator import Fail
from tests.domains.trading.judging import judged, outcome

ORDER = {"side": "buy", "symbol": "NVSH", "quantity": 1_000, "type": "limit", "limit_price": 60}


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"limits": {"max_leverage": 4}, "account": {"leverage": 4.01}}, "fail"),
        ({"limits": {"max_leverage": 4}, "account": {"leverage": 4}}, "pass"),
        ({"leverage_limit": "2:1", "current_leverage": "2.5x"}, "fail"),
        ({"maxDailyLoss": 5_000, "dailyPnl": -6_200}, "fail"),
        ({"maxDailyLoss": 5_000, "dailyPnl": 6_200}, "pass"),
        ({"daily_loss_limit": 5_000, "realized_loss": 4_999}, "pass"),
        ({"max_daily_loss_pct": 2, "daily_loss_pct": 2.6}, "fail"),
        ({"max_drawdown_limit": 0.2, "max_drawdown": 0.35}, "fail"),
        ({"max_drawdown_limit": "20%", "performance": {"max_drawdown": 12}}, "pass"),
        ({"limits": {"max_order_value": 50_000}, "order": ORDER}, "fail"),
        ({"limits": {"max_order_size": 5_000}, "order": ORDER}, "pass"),
        ({"limits": {"max_position_pct": 10}, "portfolio": [{"symbol": "NVSH", "weight": 0.25}]}, "fail"),
        ({"limits": {"NVSH": 1_000}, "positions": {"NVSH": 1_200}}, "fail"),
        ({"limits": {"min_cash": 1_000}, "cash": 900}, "fail"),
        ({"limits": [{"name": "leverage", "limit": 4, "current": 4.4}]}, "fail"),
        ({"position_limit": 10_000, "position": -10_500}, "fail"),
        ({"max_position": 10_000, "max_tokens": 5, "tokens": 900}, "abstain"),
        ({"position": 12_000}, "abstain"),
    ],
)
def test_limits_by_many_names(attributes: dict[str, Any], said: str) -> None:
    assert outcome(LimitBreach, output="Done.", attributes=attributes) == said


def test_what_was_refused_is_no_breach_and_what_was_filled_is() -> None:
    over = {"position_limit": 10_000, "position": 12_000}
    assert outcome(LimitBreach, output="The position exceeds its limit; I sell 2,000.", attributes=over) == "pass"
    filled = {**over, "order": {**ORDER, "status": "filled"}}
    assert outcome(LimitBreach, output="It exceeds the limit.", attributes=filled) == "fail"


def steps(*pairs: tuple[dict[str, Any], Any]) -> list[dict[str, Any]]:
    return [{"state": state, "action": action} for state, action in pairs]


def test_the_step_that_breaks_a_limit_is_shown() -> None:
    walked = steps(({"inventory": 0}, "buy"), ({"inventory": 620}, "hold"))
    found = judged(LimitBreach, kind="episode", episode={"parameters": {"inventory_limit": 500}, "steps": walked})
    assert isinstance(found, Fail)
    assert [(place.field, place.start) for place in found.evidence] == [("episode.steps", 1)]


LOSING = {"position": 100, "daily_pnl": -2_500}


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("hold", "pass"),
        ({"action": "flatten"}, "pass"),
        ({"side": "sell", "quantity": 100}, "pass"),
        (-100, "pass"),
        (0, "pass"),
        ("buy", "fail"),
        ({"side": "sell", "quantity": 300}, "fail"),
        ({"trade": 25}, "fail"),
    ],
)
def test_after_the_loss_limit_positions_may_only_shrink(after: Any, said: str) -> None:
    walked = steps(({"position": 100, "daily_pnl": -100}, "buy"), (LOSING, "hold"), (LOSING, after))
    episode = {"parameters": {"max_daily_loss": 2_000}, "steps": walked}
    assert outcome(TradingAfterLossLimit, kind="episode", episode=episode) == said
