"""Spellings: which unit a text writes at a place: `mg/kg per day`, `metres per second squared`, `$ per share`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from processors.text.lexicons import load
from processors.units import Unit, UnknownUnit, unit


def _table(name: str) -> dict[str, str]:
    listed: dict[str, str] = load("units")[name]
    return {spelling.strip(): known for known, spellings in listed.items() for spelling in spellings.split("|")}


_WORDS = _table("words")
_SYMBOLS = _table("symbols")
_RATES = _table("rates")
CURRENCIES = _table("currencies")
"""Signs and codes that may stand before an amount, with the unit that they mean."""

_MONEY = frozenset(CURRENCIES.values())

PLAIN = unit("1")
"""The unit of a number that has none."""

TIMES = frozenset(
    unit(name).name for name in ("second", "minute", "hour", "day", "business_day", "week", "month", "year")
)
"""The units of time by which rates are given."""

# What stands between a number and its unit.
_GAP = re.compile(r"[^\S\n]{0,2}-?")
_WORD = r"(?:[%°º$€£¥₹¢](?:[^\S\n]?[CcFf](?!\w))?|[^\W\d_]+(?:[·⋅*][^\W\d_]+)?(?:\^?[23](?!\d))?)"
_SPELLED = re.compile(rf"(?![A-Z]\.[A-Z])({_WORD})(?:[ -]{_WORD}){{0,2}}")
_FIRST_WORDS = frozenset(match[1].lower() for spelling in _WORDS if (match := _SPELLED.match(spelling)))
_DIVIDES = re.compile(
    r"[^\S\n]?/[^\S\n]?"
    rf"|[^\S\n](?:(?P<each>(?:an?|each|every)[^\S\n])|per[^\S\n]|(?P<adverb>{'|'.join(_RATES)})\b)",
    re.IGNORECASE,
)
_DIVISOR = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})++|[0-9]++(?:\.[0-9]++)?)[^\S\n]?(million)?[^\S\n-]?", re.IGNORECASE)
_BODY_SURFACE = "1.73"  # m²; of an eGFR, which is given for a body of that surface
_MOST_DIVISIONS = 3


class Spelling(NamedTuple):
    """A unit as written, up to the character `end`; what stands before it is to be divided by `divisor`.

    `numerator`: the unit without what it is divided by.
    """

    unit: Unit
    divisor: float
    end: int
    numerator: str


@lru_cache(4096)
def _composed(name: str, below: tuple[str, ...]) -> Unit | None:
    try:
        return unit("/".join((name, *below)))
    except UnknownUnit:
        return None


def spelled_unit(text: str, at: int) -> Spelling | None:
    """The unit written at `at`, right behind a number; None where none is.

    Of "mg per 5 mL" the unit is mg/mL and the divisor 5. A number without a unit of its own can still be a rate:
    "3 times a day", "2.3 per 200,000 hours".
    """
    gap = _GAP.match(text, at)
    named = _named(text, gap.end() if gap else at)
    name, end = named or ("1", at)
    spelling = _divided(text, name, end)
    return spelling if spelling or not named else Spelling(unit(name), 1.0, end, name)


def currency_rate(text: str, at: int, name: str) -> Spelling:
    """What an amount of the currency `name` that ends at `at` is given for: "$5 per share"."""
    return _divided(text, name, at) or Spelling(unit(name), 1.0, at, name)


def _named(text: str, at: int) -> tuple[str, int] | None:
    """The unit of the longest spelling at that place, and where it ends."""
    match = _SPELLED.match(text, at)
    if match is None:
        return None
    phrase, first = match.group(), match[1]
    if first not in _SYMBOLS and first.lower() not in _FIRST_WORDS:
        return None
    while phrase:
        if name := _known(phrase):
            return name, at + len(phrase)
        phrase = phrase[: max(phrase.rfind(" "), phrase.rfind("-"), 0)]
    return None


def _known(phrase: str) -> str | None:
    if phrase in _SYMBOLS:
        return _SYMBOLS[phrase]
    if len(phrase) == 1 and "A" <= phrase <= "Z":
        return None  # `5G`, `3D`, `option 2 B`
    return _WORDS.get(phrase.lower().replace("-", " "))


def _divided(text: str, name: str, end: int) -> Spelling | None:
    """The rate that goes on at `end`; None where nothing there divides."""
    below: list[str] = []
    divisor, numerator = 1.0, name
    while len(below) < _MOST_DIVISIONS and (part := _division(text, end, name)):
        by, count, end = part
        divisor *= count
        below += [by] if by != "1" else []
        numerator = numerator if below else name
    if not below and divisor == 1.0:
        return None
    whole = _composed(name, tuple(below))
    return Spelling(whole, divisor, end, numerator) if whole else None


def _division(text: str, at: int, name: str) -> tuple[str, float, int] | None:
    """What is divided by at that place: the unit, how many of it, and where it ends."""
    divides = _DIVIDES.match(text, at)
    if divides is None:
        return None
    if adverb := divides["adverb"]:
        return None if name == "1" or name in TIMES else (_RATES[adverb.lower()], 1.0, divides.end())
    count = None if divides["each"] else _DIVISOR.match(text, divides.end())
    named = _named(text, count.end() if count else divides.end())
    if named is None or (divides["each"] and named[0] not in TIMES and name not in _MONEY):
        return None
    if count is None:
        return named[0], 1.0, named[1]
    if count[1] == _BODY_SURFACE:
        return "1", 1.0, named[1]
    return _counted(name, named, float(count[1].replace(",", "")) * (1e6 if count[2] else 1.0))


def _counted(name: str, by: tuple[str, int], count: float) -> tuple[str, float, int] | None:
    """`500 mg/5 mL` is a concentration; `5 mg/325 mg` are two amounts."""
    if count == 0 or unit(by[0]).dimension == unit(name).dimension:
        return None
    return by[0], count, by[1]
