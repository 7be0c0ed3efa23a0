"""Equations that a text writes out, with units: `1600 mm/s × 0.35 s + 850 mm = 1410 mm`, worked out side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from processors.extraction.spellings import spelled_unit
from processors.units import multiplied

_LONGEST_TEXT = 50_000  # characters
_MOST_EQUALS = 200
_MOST_TOKENS = 60  # of one side
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,10})?|\d{1,12}(?:\.\d{1,10})?|\.\d{1,10}")
_SIGNS = {"+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "×": "*", "·": "*", "x": "*", "/": "/", "÷": "/"}
_OTHER_SCALES = (1.0, 1e3, 1e-3, 1e2, 1e-2, 1e6, 1e-6, 60.0, 1 / 60, 3.6, 1 / 3.6)  # of results whose unit is implied
_RELATIVE = 0.01
_PLAIN = "dimensionless"


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` in base units of `dimension` (None: units that do not add up), `bare` as if no unit were written."""

    value: float
    dimension: str | None
    bare: float


@dataclass(frozen=True, slots=True)
class Equation:
    """Two sides: what the left comes to, what is said, by how much that may be rounded, and where, [start, end)."""

    worked: Amount
    said: Amount
    rounding: float
    start: int
    end: int

    @property
    def right(self) -> float:
        """What the left side comes to, in the unit of the right where that is known."""
        if self.worked.dimension == self.said.dimension and self.said.value:
            return self.worked.value * self.said.bare / self.said.value
        return self.worked.bare

    @property
    def holds(self) -> bool | None:
        """Whether both sides agree up to rounding; None where units leave it open."""
        slack = self.rounding + _RELATIVE * abs(self.said.bare)
        if abs(self.worked.bare - self.said.bare) <= slack:
            return True
        if self.worked.dimension == self.said.dimension != _PLAIN and self.said.dimension is not None:
            share = abs(self.said.value) / abs(self.said.bare) if self.said.bare else 1.0
            return abs(self.worked.value - self.said.value) <= slack * share
        if self.worked.dimension == _PLAIN:
            return any(abs(self.worked.bare * scale - self.said.bare) <= slack for scale in _OTHER_SCALES)
        return None


@dataclass(frozen=True, slots=True)
class _Token:
    """A number with its unit, a sign, a parenthesis or `=`."""

    kind: str
    start: int
    end: int
    amount: Amount | None = None


@dataclass(frozen=True, slots=True)
class _Side:
    amount: Amount
    worked: bool  # whether there was anything to work out
    rounding: float
    start: int
    end: int


def equations(text: str) -> Iterator[Equation]:
    """The equations of a text of which one side is to be worked out, at most 200."""
    text = text[:_LONGEST_TEXT]
    for run in islice(_runs(text), _MOST_EQUALS):
        for left, right in pairwise(_sides(text, run)):
            if left is not None and right is not None and left.worked:
                yield Equation(left.amount, right.amount, right.rounding, left.start, right.end)


def _runs(text: str) -> Iterator[list[_Token]]:
    """The stretches of a text that have nothing but numbers, units and signs, and an `=` among them."""
    read_to = 0
    for equals in re.finditer("[=≈]", text):
        if equals.start() < read_to:
            continue
        run = [*_backwards(text, equals.start(), read_to), *_forwards(text, equals.start())]
        read_to = run[-1].end
        yield run


def _forwards(text: str, at: int) -> Iterator[_Token]:
    token = _token(text, at)
    for _ in range(_MOST_TOKENS * 2):
        if token is None:
            return
        yield token
        token = _token(text, token.end)


def _backwards(text: str, equals: int, since: int) -> list[_Token]:
    """The tokens that end right before an `=`, in its sentence."""
    begin = max(since, equals - 200, *(text.rfind(mark, since, equals) + 1 for mark in "\n;:="))
    tokens: list[_Token] = []
    while begin < equals:
        token = _token(text, begin)
        if token is not None and token.start >= equals:
            return tokens
        if token is None:
            tokens, begin = [], begin + 1
        else:
            tokens.append(token)
            begin = token.end
    return tokens


def _token(text: str, at: int) -> _Token | None:
    while at < len(text) and (text[at] in " \u00a0\u202f`" or text.startswith("**", at)):
        at += 2 if text[at] == "*" else 1
    if at >= len(text):
        return None
    sign = text[at]
    if sign in "=≈":
        return _Token("=", at, at + 1)
    if sign in "()":
        return _Token(sign, at, at + 1)
    if sign in _SIGNS and (sign != "x" or text[at + 1 : at + 2] in (" ", "")):
        return _Token(_SIGNS[sign], at, at + 1)
    return _number(text, at)


def _number(text: str, at: int) -> _Token | None:
    found = _NUMBER.match(text, at)
    if found is None or (at and (text[at - 1].isalnum() or text[at - 1] in "._")):
        return None
    value, end = float(found.group().replace(",", "")), found.end()
    spelling = spelled_unit(text, end)
    if spelling is None or spelling.unit.name == "1":
        return _Token("number", at, end, Amount(value, _PLAIN, value))
    amount = Amount(spelling.unit.to_base(value / spelling.divisor), spelling.unit.dimension, value)
    return _Token("number", at, spelling.end, amount)


def _sides(text: str, run: list[_Token]) -> list[_Side | None]:
    sides: list[list[_Token]] = [[]]
    for token in run:
        if token.kind == "=":
            sides.append([])
        else:
            sides[-1].append(token)
    ends_open = _goes_on(text, run[-1].end)
    return [_side(text, side, ends_open and at == len(sides) - 1) for at, side in enumerate(sides)]


def _goes_on(text: str, at: int) -> bool:
    """Whether a formula goes on with what is no number."""
    behind = text[at : at + 3].lstrip(" ")
    return behind[:1] in ("^", "²", "³", "√", "π", "(", "±", "%") or (behind[:1].isalpha() and text[at : at + 1] != " ")


def _side(text: str, tokens: list[_Token], is_open: bool) -> _Side | None:
    if not tokens or is_open or len(tokens) > _MOST_TOKENS or not _begins_here(text, tokens[0]):
        return None
    amount, rest = _sum(tokens)
    if amount is None or rest:
        return None
    last = text[tokens[-1].start : tokens[-1].end]
    number = _NUMBER.match(last)
    decimals = len(number.group().partition(".")[2]) if number else 0
    return _Side(amount, len(tokens) > 1, 0.5 * 10.0**-decimals, tokens[0].start, tokens[-1].end)


def _begins_here(text: str, first: _Token) -> bool:
    """Whether nothing before belongs to the side: a sign, a variable, a function."""
    before = text[: first.start].rstrip(" *`")
    word = re.search(r"[^\W\d_]+\Z", before[-20:])
    if word is not None:
        return len(word.group()) > 1 and before != text[: first.start]
    return not before or before[-1] in "=≈.:,;\n\"'>|" or before[-1].isspace()


Rest = list[_Token]


def _sum(tokens: Rest) -> tuple[Amount | None, Rest]:
    total, rest = _product(tokens)
    while total is not None and rest and rest[0].kind in "+-":
        sign = 1 if rest[0].kind == "+" else -1
        term, rest = _product(rest[1:])
        if term is None:
            return None, rest
        same = total.dimension if total.dimension == term.dimension else None
        total = Amount(total.value + sign * term.value, same, total.bare + sign * term.bare)
    return total, rest


def _product(tokens: Rest) -> tuple[Amount | None, Rest]:
    total, rest = _factor(tokens)
    while total is not None and rest and rest[0].kind in "*/":
        power = 1 if rest[0].kind == "*" else -1
        factor, rest = _factor(rest[1:])
        if factor is None or (power < 0 and not (factor.bare and factor.value)):
            return None, rest
        total = _times(total, factor, power)
    return total, rest


def _times(one: Amount, other: Amount, power: int) -> Amount:
    dimension = None
    if one.dimension is not None and other.dimension is not None:
        dimension = multiplied(one.dimension, other.dimension, power)
    return Amount(one.value * other.value**power, dimension, one.bare * other.bare**power)


def _factor(tokens: Rest) -> tuple[Amount | None, Rest]:
    if not tokens:
        return None, tokens
    first = tokens[0]
    if first.kind == "number":
        return first.amount, tokens[1:]
    if first.kind == "(":
        inner, rest = _sum(tokens[1:])
        return (inner, rest[1:]) if inner is not None and rest and rest[0].kind == ")" else (None, rest)
    if first.kind == "-":
        inner, rest = _factor(tokens[1:])
        return (Amount(-inner.value, inner.dimension, -inner.bare) if inner is not None else None), rest
    return None, tokens
