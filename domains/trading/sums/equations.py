"""Equations that a text writes out: both sides of `(55 - 50) × 100 = $500`, worked out."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite

from domains.trading.sums.parts import Wrong
from processors.subject import Subject

_MAX_CHARS = 50_000
_MOST = 200
_UNITS = re.compile(
    r"\b(?:shares?|contracts?|units?|coins?|lots?|per share|a share|each|dollars?|usd|eur|per contract|/share"
    r"|barrels?|ounces?)(?![\w])|/\s?share\b|[*_]{2}",
    re.IGNORECASE,
)
_NUMBER = r"[$€£]?+\s?\d[\d,]{0,30}+(?:\.\d{1,10}+)?+(?:\s?%)?+"
_TERM = rf"[(\s]{{0,16}}[-−–]?{_NUMBER}[)\s]{{0,16}}"  # the units between are blanked
_EQUATION = re.compile(
    rf"(?<![\w.,^(])(?P<left>{_TERM}(?:(?:[-−–+*×·/÷^]|\bx\b){_TERM}){{1,30}}+)\s?(?:="
    rf"|≈)\s?[-−–]?\s?(?P<right>{_NUMBER})"
    r"(?P<scale>\s?(?:million|billion|thousand|bn\b|mn\b|[km]\b))?+(?!\s?(?:[-−–+*×·/÷^(\d]|x\s?\d|bps\b|basis))",
    re.IGNORECASE,
)
_OPERATOR_SIGNS = "-−–+*×·/÷^("
_SCALES = (1.0, 1e3, 1e6, 1e9, 1e-3, 1e-6, 1e-9)
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
    scaled: bool
    start: int
    end: int

    @property
    def holds(self) -> bool:
        """Whether both sides agree up to the rounding that is shown; of a percent, a fraction, or implied thousands."""
        scales = _SCALES if self.scaled else (1.0, 100.0) if self.percent else (1.0,)
        worked = [abs(self.worked) * scale for scale in scales]
        return any(abs(each - abs(self.said)) <= max(self.tolerance, 0.005 * each) for each in worked)


def of_equations(subject: Subject) -> Iterator[Wrong | None]:
    """The equations of the output."""
    for equation in equations(subject.output_text):
        what = f"The output says {equation.said:,.10g}; it comes to {equation.worked:,.6g}."
        yield None if equation.holds else Wrong("equation", what, equation.start, equation.end)


def equations(text: str) -> Iterator[Equation]:
    """The equations of a text, at most 200."""
    if "=" not in text and "≈" not in text:
        return
    plain = _UNITS.sub(lambda unit: " " * len(unit[0]), text[:_MAX_CHARS])
    for count, match in enumerate(_EQUATION.finditer(plain)):
        if count >= _MOST:
            return
        if plain[: match.start()].rstrip()[-1:] in tuple(_OPERATOR_SIGNS):  # the rest of a longer one
            continue
        worked, right = _worked(match["left"]), match["right"].strip()
        said = _plain_number(right)
        if worked is not None and said is not None:
            decimals = len(right.rstrip("% ").partition(".")[2])
            rounding = 0.5 * 10.0**-decimals + 1e-9
            yield Equation(said, worked, rounding, right.endswith("%"), match["scale"] is not None, *match.span())


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
