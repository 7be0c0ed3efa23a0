"""Numerals: the numbers that a text writes in digits or in words, without dates, times, telephones and labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from math import isfinite
from typing import NamedTuple

import re2  # type: ignore[import-untyped]  # ships no types

from processors.extraction.dates import MONTHS
from processors.text.lexicons import load, word_set

_UNITS: dict[str, float] = load("words")["number_words"]
_TENS: dict[str, float] = load("words")["tens"]
_SCALES = {name: value for name, value in load("words")["scales"].items() if len(name) > 2}
_PARTS = {"half": 0.5, "halves": 0.5, "third": 1 / 3, "thirds": 1 / 3, "quarter": 0.25, "quarters": 0.25}
_GROUPS = {"dozen": 12.0, "couple": 2.0}
_NO_COUNTS = ("once", "twice", "thrice", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "tenth")
_WORDS = (_UNITS | _TENS | _GROUPS).keys() - set(_NO_COUNTS) | {"hundred", "thousand", "million", "billion", "trillion"}
_WORDS_IN_TURN = "|".join(sorted(_WORDS, key=len, reverse=True))
_AFTER_ARTICLE = "hour|day|week|fortnight|month|year|tablet|pill|capsule|caplet|puff|teaspoon|tablespoon"
_SPELLED = re2.compile(
    rf"(?i)\b(?:(?:{_WORDS_IN_TURN})(?:[ -](?:and )?(?:a )?(?:{_WORDS_IN_TURN}|thirds|quarters|third))*"
    rf"|an? (?:{_AFTER_ARTICLE}|couple of|dozen|hundred|thousand|million|half|quarter))\b"
)

_OF_A = re.compile(r"(?: of)?(?: an?)?(?= )", re.IGNORECASE)

_GLYPHS = {"½": 0.5, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 0.25, "¾": 0.75, "⅛": 0.125}
# It begins with the digit, and looks back from there: so the search leaps from digit to digit.
_RUN = re.compile(
    r"[0-9½⅓⅔¼¾⅛](?:(?<!\w.)|(?<=(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|CNY|INR|RMB).))"
    r"[0-9½⅓⅔¼¾⅛]*+(?:[.,:/–—-][0-9]++)*+[½⅓⅔¼¾⅛]?(?:[eE][-+]?[0-9]++(?!\w))?"
)
_PLAIN = r"(?:[0-9]{1,3}(?:,[0-9]{3})++|[0-9]++)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?"
_SHAPE = re.compile(
    rf"(?P<whole>[0-9]*)(?P<glyph>[½⅓⅔¼¾⅛])|(?P<low>{_PLAIN})(?:[-–—](?P<high>{_PLAIN}))?"
    rf"|(?P<above>[0-9]{{1,2}})/(?P<below>[0-9]{{1,2}})|(?P<ratio>{_PLAIN}):1|(?P<first>{_PLAIN})/(?P<second>{_PLAIN})"
)
_LONGEST_RUN = 40  # characters
_MOST = 20_000
TEXTS_KEPT = 8
"""How many texts are remembered with what was read from them: evaluators read the same few, one after the other."""

_SMALL_DENOMINATORS = frozenset({2, 3, 4, 5, 8, 10})

_AND_A_HALF = re.compile(
    r"\s(?:and\s)?(?:(?:a|one)[\s-]half\b|(?P<above>[1-9])/(?P<below>[2-8])(?![\w/]))", re.IGNORECASE
)
_TELEPHONE = re.compile(r"\)?[\s.-]?[0-9]{3}[\s.-][0-9]{4}(?!\w)")
_CLOCK = re.compile(r"\s?(?:[ap]\.?m\b|o'clock|hrs\b(?=\s+on\b))", re.IGNORECASE)
_MONTH_FOLLOWS = re.compile(r" (?:of )?([A-Z][a-z]{2,8})")
_MARKER_ENDS = (".", ")", ":")
_MARKER_INDENT = 12  # characters
_LONGEST_MARKER = 3  # characters
_LABELS = word_set("labels")
_JOINS = frozenset({"and", "or", "to", "through", "&"})
_LABEL_REACH = 40  # characters


class Numeral(NamedTuple):
    """A number as written: characters [start, end). `high`: the upper end of a range such as `5-10`.

    `part`: a fraction such as `1/2`, which is a number only where a unit follows; so is what is `spelled` in words.
    `pair`: the second number of `120/80`.
    """

    value: float
    start: int
    end: int
    high: float | None = None
    pair: float | None = None
    part: bool = False
    spelled: bool = False


def numerals(text: str) -> list[Numeral]:
    """The numbers in digits and in words, in order, among the first 20,000 of either.

    No numbers are list markers, ordinals, parts of labels (`type 2`, `section 4.2`), dates, times of day, telephone
    numbers, versions and whatever is part of a word (`COVID-19`, `v2`).
    """
    return list(_numerals(text))


@lru_cache(TEXTS_KEPT)
def _numerals(text: str) -> tuple[Numeral, ...]:
    digits = [numeral for match in islice(_RUN.finditer(text), _MOST) if (numeral := _numeral(match, text))]
    words = list(_spelled(text))
    return tuple(sorted([*digits, *words], key=lambda numeral: numeral.start) if words else digits)


def _numeral(match: re.Match[str], text: str) -> Numeral | None:
    start, end = match.span()
    run = match.group()
    if end - start > _LONGEST_RUN or _is_no_number(text, start, end):
        return None
    point = text[start - 1 : start] == "." and not text[max(start - 2, 0) : start - 1].isalnum()
    read = Numeral(float(run), start, end) if run.isdecimal() else _shaped(run, start, end)
    if read is None or not isfinite(read.value):
        return None
    if point and run.isdecimal():
        return Numeral(float(f".{run}"), start - 1, end)
    more = _AND_A_HALF.match(text, end) if text[end : end + 1] == " " else None
    if more and read.high is None and read.value == int(read.value):
        part = int(more["above"]) / int(more["below"]) if more["above"] else 0.5
        return read._replace(value=read.value + part, end=more.end(), part=True)
    return read


def _shaped(run: str, start: int, end: int) -> Numeral | None:
    """The number of a run of digits and marks; None where it is a date, a time, a version or the like."""
    shape = _SHAPE.fullmatch(run)
    if shape is None:
        return None
    if shape["glyph"]:
        return Numeral(float(shape["whole"] or 0) + _GLYPHS[shape["glyph"]], start, end)
    if shape["low"]:
        low, high = _float(shape["low"]), _float(shape["high"]) if shape["high"] else None
        return Numeral(low, start, end, high) if high is None or high > low else None
    if shape["ratio"]:
        return Numeral(_float(shape["ratio"]), start, end)
    if shape["above"] and int(shape["below"]) in _SMALL_DENOMINATORS and int(shape["above"]) < int(shape["below"]):
        return Numeral(int(shape["above"]) / int(shape["below"]), start, end, part=True)
    first, second = shape["first"] or shape["above"], shape["second"] or shape["below"]
    return Numeral(_float(first), start, end, pair=_float(second), part=True)


def _float(plain: str) -> float:
    return float(plain.replace(",", ""))


def _is_no_number(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start]
    if before in ("#", "§") or (before in ("-", ".", "/") and text[max(start - 2, 0) : start - 1].isalnum()):
        return True
    if _is_marker(text, start, end) or _CLOCK.match(text, end):
        return True
    if (end - start == 3 and _TELEPHONE.match(text, end)) or _is_day_of_month(text, start, end):
        return True
    return before in (" ", "(", "\n", "\u00a0") and _follows_label(text[max(start - _LABEL_REACH, 0) : start])


def _is_day_of_month(text: str, start: int, end: int) -> bool:
    if end - start > 2:
        return False
    follows = _MONTH_FOLLOWS.match(text, end)
    if follows and follows[1].lower() in MONTHS:
        return True
    before = text[max(start - 11, 0) : start].rstrip(" .\n").split()[-1:]
    return bool(before) and before[0].istitle() and before[0].lower() in MONTHS


def _is_marker(text: str, start: int, end: int) -> bool:
    """Whether the number numbers an item of a list: `2)`, or `2.` and `(2)` with nothing before them on their line."""
    if end - start > _LONGEST_MARKER or text[end : end + 1] not in _MARKER_ENDS or text[end + 1 : end + 2].strip():
        return False
    if text[end] == ")" and "(" not in text[max(start - _LABEL_REACH, 0) : start]:
        return True
    return not text[max(start - _MARKER_INDENT, 0) : start].rpartition("\n")[2].strip(" *#(-")


def _follows_label(before: str) -> bool:
    """Whether a number after this text is part of a label: `type`, `sections 1 and`, `Rule 144,`."""
    joined = False
    while words := before.rsplit(maxsplit=1):
        word, before = words[-1], words[0] if len(words) > 1 else ""
        bare = word.strip("([*,#").lower()
        if bare in _LABELS or bare.rstrip(".") in _LABELS:
            return True
        if bare not in _JOINS and not (bare[:1].isdecimal() and (joined or word[-1] == ",")):
            return False
        joined = bare in _JOINS
    return False


def _spelled(text: str) -> Iterator[Numeral]:
    for match in islice(_SPELLED.finditer(text), _MOST):
        words = match.group().lower().replace("-", " ").split()
        article = words[0] in ("a", "an")
        of = _OF_A.match(text, match.end()) if words[-1] in _PARTS else None
        end = of.end() if of else match.end()
        if article and words[1] not in _WORDS and words[1] not in _PARTS:
            end = match.start() + len(words[0])  # what follows is the unit
        yield Numeral(_value(words), match.start(), end, spelled=True)


def _value(words: list[str]) -> float:
    """The number that words say: 125 for `one hundred and twenty five`, 1.5 for `one and a half`."""
    if len(words) == 1 and words[0] in _UNITS:
        return _UNITS[words[0]]
    total, current = 0.0, 0.0
    for word, before in zip(words, ["", *words], strict=False):
        if word in _PARTS:
            added = before in ("and", "a") and current + total > 0
            current = current + _PARTS[word] if added else (current or 1.0) * _PARTS[word]
        elif word in _GROUPS:
            current = (current or 1.0) * _GROUPS[word]
        elif word == "hundred":
            current = (current or 1.0) * 100
        elif word in _SCALES:
            total, current = total + (current or 1.0) * _SCALES[word], 0.0
        else:
            current += _UNITS.get(word, _TENS.get(word, 0.0))
    zero = "zero" in words
    return total + current or (0.0 if zero else 1.0)
