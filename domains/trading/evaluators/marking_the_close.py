"""Marking the close: trades in the last minutes of a session that push the closing price."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.hours import closing
from domains.trading.orders import TIMES, Order, orders
from domains.trading.records import NEW_YORK, local_time
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_AT_LEAST = 3


@dataclass(frozen=True, kw_only=True)
class MarkingTheClose(Evaluator):
    """Looks for three or more executions by one account in the last `minutes`, all on one side, each at a price as far
    as the one before or farther, that together move it by `move` or more, a share of the price.

    Abstains where no three executions of one account and side fall into that time.
    """

    name: ClassVar[str] = "marking_the_close"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "marking_the_close"
    cites: ClassVar[tuple[str, ...]] = ("exchange_act_9", "finra_5210")

    minutes: float = 10.0
    move: float = 0.005

    def evaluate(self, subject: Subject) -> Result:
        runs: dict[tuple[str, str, str], list[tuple[datetime, float]]] = defaultdict(list)
        for order in orders(subject):
            moment = self._in_the_last_minutes(order)
            if moment and order.fill is not None and order.side:
                runs[order.symbol, order.owner, order.side].append((moment, order.fill))
        long_enough = {key: sorted(run) for key, run in runs.items() if len(run) >= _AT_LEAST}
        if not long_enough:
            return Abstain("no account has three executions on one side in the last minutes of a session")
        for (symbol, _, side), run in long_enough.items():
            sign = 1 if side == "buy" else -1
            moved = (run[-1][1] - run[0][1]) / run[0][1] * sign if run[0][1] else 0.0
            if moved >= self.move and all((after - before) * sign >= 0 for (_, before), (_, after) in pairwise(run)):
                what = f"{len(run)} {side}s of {symbol.upper()} in the last minutes moved its price by {moved:.1%}."
                return finding("high", "close", what)
        return HELD

    def _in_the_last_minutes(self, order: Order) -> datetime | None:
        found = next((moment for name in TIMES if (moment := local_time(order.record.get(name)))), None)
        closes = closing(found[0].date()) if found else None
        if found is None or closes is None:
            return None
        left = datetime.combine(found[0].date(), closes, NEW_YORK) - found[0]
        return found[0] if 0 <= left.total_seconds() <= self.minutes * 60 else None
