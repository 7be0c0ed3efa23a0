"""Short answers in text: the final number, a leading yes or no, and whether two numbers give the same amount."""

from __future__ import annotations

import re
from typing import Literal

from processors.text.numbers import Number, numbers

# What stands before a final answer in worked solutions.
_FINAL = re.compile(r"####|\bA:|\banswer(?:\s+is|:)|\\boxed\{", re.IGNORECASE)
_YES_NO = re.compile(r"\W{0,4}(yes|no)\b(?!\.\s?\d)", re.IGNORECASE)
_FINAL_SIGNS = ("####", "a:", "answer", "boxed")  # no marker is without one
_SCALES: tuple[float, ...] = (1.0, 1e3, 1e6, 1e9, 1 / 1e3, 1 / 1e6, 1 / 1e9)
_COUNT_TOLERANCE = 0.5
_MOST_ROUNDING, _LEAST_ROUNDING = 0.02, 0.001  # of the reference
_AFTER_MARKER = 120  # characters within which the number must follow

YesNo = Literal["yes", "no"]


def final_number(text: str) -> Number | None:
    """The number after the last `####`, `A:`, `answer is` or `\\boxed{`; None where there is no such mark."""
    caseless = text.casefold()
    if not any([sign in caseless for sign in _FINAL_SIGNS]):
        return None
    ends = [marker.end() for marker in _FINAL.finditer(text)]
    return next(iter(numbers(text[ends[-1] : ends[-1] + _AFTER_MARKER])), None) if ends else None


def leading_yes_no(text: str) -> YesNo | None:
    """Whether the text opens with yes or no."""
    match = _YES_NO.match(text)
    if match is None:
        return None
    return "yes" if match[1].lower() == "yes" else "no"


def same_amount(answer: Number, reference: Number, *, exact: bool = False) -> bool:
    """Whether two numbers agree up to rounding; two counts never do: 41 is not 42.

    Unless `exact`, the unit may differ: thousands, millions and billions may be left to the question ("in USD
    millions"), a percent may be told as a fraction, and a loss with or without its sign.
    """
    if answer.value == reference.value:
        return True
    if exact:
        return _close(answer.value, answer.tolerance, reference)
    scales = _SCALES
    if answer.percent != reference.percent:
        scales += (0.01,) if answer.percent else (100.0,)
    size, tolerance = abs(answer.value), answer.tolerance
    return any(_close(size * scale, tolerance * scale, reference) for scale in scales)


def _close(value: float, tolerance: float, reference: Number) -> bool:
    wanted = reference.value if value < 0 else abs(reference.value)
    if abs(value - wanted) > _MOST_ROUNDING * abs(wanted) + _COUNT_TOLERANCE:  # more than is ever allowed
        return False
    if value.is_integer() and wanted.is_integer() and tolerance == reference.tolerance:
        return value == wanted
    allowed = min(max(tolerance, reference.tolerance), _MOST_ROUNDING * abs(wanted))
    if reference.tolerance < _COUNT_TOLERANCE:  # it shows decimals, so it says itself how far it is rounded
        allowed = max(allowed, reference.tolerance)
    return abs(value - wanted) <= max(allowed, _LEAST_ROUNDING * abs(wanted))
