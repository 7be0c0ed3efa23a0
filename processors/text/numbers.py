"""Numbers in text, by value: separators, scales, percents, written-out words, and agreement up to rounding."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

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
_UNITS: dict[str, float] = load("words")["number_words"]
_TENS: dict[str, float] = load("words")["tens"]
_SPELLED = frozenset(_UNITS) | frozenset(_TENS)
_MONEY = frozenset("$€£¥")
_HEDGES = ("about ", "around ", "roughly ", "nearly ", "almost ", "over ", "approximately ", "some ", "than ", "~")
_HEDGED_TOLERANCE = 0.05
_LONGEST_LABEL = 3  # characters
_MARKER_ENDS = (".", ")", ":")
_MARKER_INDENT = 12  # characters
_MOST = 20_000


class Number(msgspec.Struct, frozen=True):
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
    found = [_number(match, text) for match in islice(_NUMBER.finditer(text), _MOST)]
    return [number for number in found if number]


def magnitudes(text: str) -> list[float]:
    """The values of `numbers` without their signs, at half of the cost."""
    return [
        _magnitude(*match.group("whole", "fraction", "scale"))
        for match in islice(_NUMBER.finditer(text), _MOST)
        if not match["ordinal"] and not _is_label(text, *match.span())
    ]


def _magnitude(whole: str, fraction: str | None, scale: str | None) -> float:
    value = float(whole.replace(",", "") + (fraction or ""))
    return value * _SCALES[scale.lower()] if scale else value


def _number(match: re.Match[str], text: str) -> Number | None:
    start, end = match.span()
    whole, fraction, ordinal, scale, percent = match.groups()
    if ordinal or _is_label(text, start, end):
        return None
    value = _magnitude(whole, fraction, scale)
    tolerance = 0.5 * 10.0 ** (1 - len(fraction)) if fraction else 0.5
    if scale:
        tolerance *= _SCALES[scale.lower()]
    before = text[max(start - 14, 0) : start]
    if before.lower().endswith(_HEDGES):
        tolerance = max(tolerance, value * _HEDGED_TOLERANCE)
    money = not _MONEY.isdisjoint(before[-3:])
    bracketed = money and before.endswith("(") and text[end : end + 1] == ")"
    if bracketed or (before.endswith(("-", "−")) and not before[-2:-1].isdigit()):
        value = -value
    return Number(value, tolerance, start, end, percent is not None, money)


def _is_label(text: str, start: int, end: int) -> bool:
    """Whether the number there is a list marker or part of a reference; longer ones are neither."""
    if end - start > _LONGEST_LABEL:
        return False
    if text[end : end + 1] in _MARKER_ENDS:
        before = text[max(start - _MARKER_INDENT, 0) : start].rpartition("\n")[2]
        if not before.strip(" *#(-"):
            return True
    return _follows_reference(text[max(start - 30, 0) : start])


def _follows_reference(before: str) -> bool:
    """Whether the text before a number ends like `step`, `passages 1,` or `steps 1 to`."""
    while words := before.rsplit(maxsplit=1):
        bare = words[-1].strip("([*.,:;-–").lower()
        if bare in _REFERENCES:
            return True
        if bare and bare not in _JOINS and not bare[0].isdigit():
            return False
        before = words[0] if len(words) == 2 else ""
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
