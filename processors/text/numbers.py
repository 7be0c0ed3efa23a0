"""Numbers in text, by value: separators, scales, percents, written-out words, and agreement up to rounding."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from processors.text.lexicons import load, word_set

_SCALES: dict[str, float] = load("words")["scales"]
# It begins with the digit, and looks back from there: so the search leaps from digit to digit.
_NUMBER = re.compile(
    r"(?P<whole>\d(?<![\w.]\d)(?:\d{0,2}(?:,\d{3})++|\d*+))(?P<fraction>\.\d++)?(?P<ordinal>(?:st|nd|rd|th)\b)?"
    r"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|bn|mn|[kmb])\b"
    r"|(?P<percent>\s?(?:%|percent\b|per cent\b)))?",
    re.IGNORECASE,
)
_REFERENCES = word_set("references")
_JOINS = frozenset({"and", "to", "or", "&", "through"})
_DIGIT = re.compile(r"\d")
_UNITS: dict[str, float] = load("words")["number_words"]
_TENS: dict[str, float] = load("words")["tens"]
_SPELLED = frozenset(_UNITS) | frozenset(_TENS)
_MONEY = frozenset("$€£¥")
_HEDGES = ("about ", "around ", "roughly ", "nearly ", "almost ", "over ", "approximately ", "some ", "than ", "~")
_HEDGED_TOLERANCE = 0.05
_MARKER_INDENT = 12  # characters
_MOST = 20_000


class Number(NamedTuple):
    """A number as written: its value with the scale applied, half of its last shown digit, and where it stands."""

    value: float
    tolerance: float
    start: int
    end: int
    percent: bool = False
    money: bool = False


def numbers(text: str) -> list[Number]:
    """The quantities written in digits, in order, among the first 20,000 numbers of the text.

    List markers (`2.` at the start of a line), ordinals (`20th`) and references (`step 3`) are none.
    """
    if not _DIGIT.search(text):
        return []
    found = islice(_NUMBER.finditer(text), _MOST)
    return [_number(match, text) for match in found if _is_quantity(match, text)]


def _number(match: re.Match[str], text: str) -> Number:
    start, end = match.span()
    whole, fraction, _, scaled, percent = match.groups()
    scale = _SCALES[scaled.lower()] if scaled else 1.0
    value = float(whole.replace(",", "") + (fraction or "")) * scale
    tolerance = 0.5 * 10.0 ** -(len(fraction) - 1 if fraction else 0) * scale
    if text[max(start - 14, 0) : start].lower().endswith(_HEDGES):
        tolerance = max(tolerance, value * _HEDGED_TOLERANCE)
    before = text[max(start - 3, 0) : start]
    money = not _MONEY.isdisjoint(before)
    bracketed = before.endswith("(") and text[end : end + 1] == ")" and money
    negative = bracketed or (before.endswith(("-", "−")) and not before[-2:-1].isdigit())
    return Number(-value if negative else value, tolerance, start, end, percent is not None, money)


def _is_quantity(match: re.Match[str], text: str) -> bool:
    if match["ordinal"]:
        return False
    start, end = match.span()
    if len(match.group()) > 3:
        return True
    before = text[max(start - _MARKER_INDENT, 0) : start].rpartition("\n")[2]
    marks = text[end : end + 1] in (".", ")", ":") and not before.strip(" *#(-")
    return not marks and not _follows_reference(text[max(start - 30, 0) : start])


def _follows_reference(before: str) -> bool:
    """Whether the text before a number ends like `step`, `passages 1,` or `steps 1 to`."""
    for word in reversed(before.lower().split()):
        bare = word.strip("([*.,:;-–")
        if bare in _REFERENCES:
            return True
        if bare and bare not in _JOINS and not bare[0].isdigit():
            return False
    return False


def spelled(vocabulary: Iterable[str]) -> Iterator[float]:
    """The values of the number words among the given ones: `three` is 3, `twenty` and `five` are 20, 5 and 25."""
    found = _SPELLED.intersection(vocabulary)
    units = [_UNITS[word] for word in found if word in _UNITS]
    tens = [_TENS[word] for word in found if word in _TENS]
    yield from units
    for ten in tens:
        yield ten
        yield from (ten + unit for unit in units if 1 <= unit <= 9)


def computed(number: Number, text: str) -> bool:
    """Whether the text gives the number as the result of a calculation that it shows."""
    return "=" in text[max(number.start - 4, 0) : number.start]


class NumberSet:
    """Values to compare others with, in logarithmic time."""

    def __init__(self, values: Iterable[float]) -> None:
        self._values = sorted({abs(value) for value in values})

    def agrees_with(self, number: Number) -> bool:
        """Whether some value equals the number up to its rounding; a percent also agrees with its fraction."""
        if self._near(abs(number.value), number.tolerance):
            return True
        return number.percent and self._near(abs(number.value) / 100, number.tolerance / 100)

    def _near(self, value: float, tolerance: float) -> bool:
        at = bisect_left(self._values, value - tolerance * 1.000001)
        return at < len(self._values) and self._values[at] <= value + tolerance * 1.000001
