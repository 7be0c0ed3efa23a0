"""Equations that a text writes out: both sides of `(55 - 50) × 100 = $500`, worked out."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite

_MAX_CHARS = 50_000
_MOST = 200
_UNITS = re.compile(
    r"\b(?:shares?|contracts?|units?|coins?|lots?|per share|a share|each|dollars?|usd|eur|per contract|/share"
    r"|barrels?|ounces?)(?![\w])|/\s?share\b|[*_]{2}",
    re.IGNORECASE,
)
_NUMBER = r"[$€£]?\s?\d[\d,]{0,15}(?:\.\d{1,10})?\s?%?"
_TERM = rf"[(\s]{{0,4}}[-−–]?{_NUMBER}[)\s]{{0,4}}"
_EQUATION = re.compile(
    rf"(?<![\w.,^])(?P<left>{_TERM}(?:(?:[-−–+*×·/÷^]|\bx\b){_TERM}){{1,8}})\s?(?P<sign>="
    rf"|≈)\s?(?P<minus>[-−–]?)\s?(?P<right>{_NUMBER})"
    r"(?!\s?(?:[-−–+*×·/÷^(\d]|\.\d|x\s?\d|million|billion|thousand|bn\b|mn\b|[km]\b|bps\b|basis))",
    re.IGNORECASE,
)
_SPELLED = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "$": " ", "€": " ", "£": " ", ",": ""})
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_MAX_POWER = 400


@dataclass(frozen=True, slots=True)
class Equation:
    """What an equation says, what its left side comes to, and where it stands, characters [start, end)."""

    said: float
    worked: float
    tolerance: float
    percent: bool
    start: int
    end: int

    @property
    def holds(self) -> bool:
        """Whether both sides agree, up to the rounding that is shown; a percent may be of the fraction."""
        worked = (self.worked, self.worked * 100) if self.percent else (self.worked, abs(self.worked))
        return any(abs(abs(each) - abs(self.said)) <= max(self.tolerance, 0.005 * abs(each)) for each in worked)


def equations(text: str) -> Iterator[Equation]:
    """The equations of a text, at most 200."""
    if "=" not in text and "≈" not in text:
        return
    plain = _UNITS.sub(lambda unit: " " * len(unit[0]), text[:_MAX_CHARS])
    for count, match in enumerate(_EQUATION.finditer(plain)):
        if count >= _MOST:
            return
        worked, right = _worked(match["left"]), match["right"].strip()
        said = _plain_number(right)
        if worked is not None and said is not None:
            decimals = len(right.rstrip("% ").partition(".")[2])
            yield Equation(said, worked, 0.5 * 10.0**-decimals + 1e-9, right.endswith("%"), *match.span())


def _plain_number(text: str) -> float | None:
    try:
        return float(text.translate(_SPELLED).rstrip("% ").strip())
    except ValueError:
        return None


def _worked(left: str) -> float | None:
    """The value of an arithmetic expression; None where it has none."""
    source = re.sub(r"\bx\b", "*", left.translate(_SPELLED), flags=re.IGNORECASE)
    source = re.sub(r"(\d(?:\.\d+)?)\s*%", r"\1/100", source)
    source = re.sub(r"(\d[\d.]*)/100", r"(\1/100)", source).replace("^", "**")
    if source.count("(") != source.count(")"):
        return None
    try:
        value = _value(ast.parse(source.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return None
    return value if isfinite(value) else None


def _value(node: ast.expr) -> float:
    """Raises ValueError where it is no arithmetic."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            exponent = _value(right)
            if abs(exponent) > _MAX_POWER:
                raise ValueError("an exponent beyond reason")
            return float(_value(left) ** exponent)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left), _value(right))
    raise ValueError("no arithmetic")
