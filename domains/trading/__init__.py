"""Trading: orders, positions, research and advice on markets."""

from __future__ import annotations

from domains.trading.evaluators import EVALUATORS

__all__ = ["EVALUATORS"]
