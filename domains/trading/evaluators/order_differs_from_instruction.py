"""Order differs from instruction: what was sent is not what was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.orders import Order, Side, orders, side_of
from domains.trading.records import number
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_INSTRUCTION = re.compile(
    r"\b(?P<side>[Oo]rder for|[Bb]uy|BUY|[Ss]ell(?: short)?|SELL|[Ss]hort|[Pp]urchase)\s+(?:me\s+|exactly\s+"
    r"|up to\s+)?"
    r"(?P<quantity>\d[\d,]{0,12}(?:\.\d{1,6})?\s?[kK]?)\s+(?:(?:shares?|contracts?|units?"
    r"|lots?)\s+)?(?:of\s+)?\$?(?P<symbol>[A-Z]{1,5}(?:\.[A-Z])?)\b"
)
_LIMIT = re.compile(
    r"\b(?:limit(?:\s+(?:price|order))?(?:\s+(?:of|at|is|price))?\s*[:@]?"
    r"|(?:pay|spend|go)\s+(?:no|not)\s+(?:more|higher|above)\s+(?:than\s+)?|(?:for|at)\s+no\s+(?:more|less)\s+than"
    r"|at\s+(?=\$?\d[\d,.]{0,12}\s+or\s+better))\s*\$?(?P<price>\d[\d,]{0,9}(?:\.\d{1,6})?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class OrderDiffersFromInstruction(Evaluator):
    """Compares the one order of an output with the one instruction of its request: side, quantity, symbol and limit.

    Smaller quantities are slices and in order. Abstains where the request does not give exactly one instruction, or the
    trace not exactly one order.
    """

    name: ClassVar[str] = "order_differs_from_instruction"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "order_differs_from_instruction"
    cites: ClassVar[tuple[str, ...]] = ("finra_5310",)

    def evaluate(self, subject: Subject) -> Result:
        asked = list(_INSTRUCTION.finditer(subject.request[:20_000]))
        sent = [order for order in orders(subject) if order.side and order.quantity is not None and not order.cancelled]
        if len(asked) != 1 or len(sent) != 1:
            return Abstain("there is not one instruction and one order")
        side = side_of(asked[0]["side"].lower())
        quantity, limits = number(asked[0]["quantity"]), _LIMIT.findall(subject.request[:20_000])
        limit = number(limits[0]) if len(limits) == 1 else None
        wrong = _difference(sent[0], side, quantity, asked[0]["symbol"].lower(), limit)
        return finding("high", wrong[0], wrong[1]) if wrong else HELD


def _difference(
    sent: Order, side: Side | None, quantity: float | None, symbol: str, limit: float | None
) -> tuple[str, str] | None:
    if side is not None and sent.side != side:
        return "side", f"The instruction is to {side}, the order is to {sent.side}."
    pseudonymous = sent.symbol.startswith("<")
    if (
        sent.symbol
        and not pseudonymous
        and sent.symbol != symbol
        and not sent.symbol.startswith((f"{symbol}.", f"{symbol}:"))
    ):
        return "symbol", f"The instruction is for {symbol.upper()}, the order for {sent.symbol.upper()}."
    if quantity is not None and sent.quantity is not None and abs(sent.quantity) > quantity * 1.000001:
        return "quantity", f"The instruction is for {quantity:,.10g}, the order for {abs(sent.quantity):,.10g}."
    if (
        limit is not None
        and sent.limit is not None
        and sent.type != "market"
        and (sent.limit - limit) * (1 if side == "buy" else -1) > 1e-9
    ):
        return "limit", f"The instruction's limit is {limit:g}, the order's {sent.limit:g}."
    return None
