"""Quantities: amounts with their units, as prose writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from processors.extraction.numerals import TEXTS_KEPT, Numeral, numerals
from processors.extraction.spellings import CURRENCIES, PLAIN, Spelling, currency_rate, spelled_unit
from processors.units import DIMENSIONLESS, Unit

_SIGNS = frozenset("$€£¥₹")
_CURRENCY = re.compile(r"(?<![A-Za-z])([A-Z]{0,3}[$€£¥₹]|[A-Z]{3}) ?\Z")
_CURRENCY_REACH = 5  # characters
_SCALE = re.compile(
    r"[ \u00a0-]?(?:(?P<word>hundred|thousand|million|billion|trillion|bn|mn|tn)|(?P<letter>MM|mm|[kKMmBbTt]))(?!\w)"
)
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SCALES |= {"k": 1e3, "K": 1e3, "m": 1e6, "M": 1e6, "mm": 1e6, "MM": 1e6, "mn": 1e6}
_SCALES |= {"b": 1e9, "B": 1e9, "bn": 1e9, "t": 1e12, "T": 1e12, "tn": 1e12}
_PLAIN_LETTERS = frozenset({"k", "K", "M", "MM", "B"})  # the others are units as well: `5m`, `5 t`
_TRADED = frozenset({*CURRENCIES.values(), "share", "contract", "lot"})
_COUNTED = frozenset({"share", "contract", "lot", "person"})
_YEAR_FOLLOWS = frozenset({"in", "since", "during", "until", "year", "fiscal", "fy"})
_OF_A_LIFE = frozenset({"the", "his", "her", "their", "my", "our", "your", "mid", "early", "late"})
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_NEGATIVE = ("minus ", "negative ")
_TO = re.compile(r"[^\S\n]?(?:-|–|—)[^\S\n]?|[^\S\n](?:to|or|through|up to)[^\S\n]|[^\S\n](and)[^\S\n]", re.IGNORECASE)
_LONGEST_TO = 9  # characters
_BETWEEN = re.compile(r"\b(?:between|from)[^\S\n](?:about[^\S\n])?\Z", re.IGNORECASE)
_CITED = re.compile(r" (?:[A-Z]\.[ ]?[A-Z0-9]|CFR\b|USC\b)")  # 15 U.S.C. 78j, 17 CFR 240
_TELEPHONE = re.compile(r"[0-9]{3}-[0-9]{4}")
_AND_A_HALF = re.compile(r"[^\S\n]and a half\b", re.IGNORECASE)


class Quantity(msgspec.Struct, frozen=True):
    """An amount: `value` in `unit`, read from the characters [start, end).

    The unit's name is made of the parts of its spelling, `mg/kg/day`; it is `1` where none is written. `high`: the
    upper end where the text gives a range, in the same unit.
    """

    value: float
    unit: Unit
    start: int
    end: int
    high: float | None = None


class _Amount(msgspec.Struct):
    """What one numeral gives. `unit` is None where none follows; `alone`: it counts even so."""

    value: float
    high: float | None
    unit: Unit | None
    scale: float
    alone: bool
    start: int
    end: int


def quantities(text: str) -> list[Quantity]:
    """The amounts that a text writes, in order: `.5 g`, `½ tablet`, `two to three hours`, `$5 million`, `4x`, `12`.

    A number in digits without a unit is one as well, unless it is a year, a date, a label or another name; see
    `numerals`. A number in words needs a unit.
    """
    return list(_quantities(text))


@lru_cache(TEXTS_KEPT)
def _quantities(text: str) -> tuple[Quantity, ...]:
    return tuple(
        Quantity(amount.value, amount.unit or PLAIN, amount.start, amount.end, amount.high)
        for amount in _joined(text, _all_amounts(text))
        if amount.unit or amount.alone
    )


def _all_amounts(text: str) -> Iterator[_Amount]:
    read_to = 0
    for numeral in numerals(text):
        if numeral.start >= read_to:  # else it is part of a unit, as the 5 of `250 mg/5 mL`
            for amount in _amounts(text, numeral):
                yield amount
                read_to = amount.end


def _amounts(text: str, numeral: Numeral) -> Iterator[_Amount]:
    """One amount; of `120/80 mmHg` and `5/325 mg` two, and of a year none."""
    currency, start = _currency(text, numeral.start) or (None, numeral.start)
    scale, end = (1.0, numeral.end) if numeral.spelled else _scaled(text, numeral.end, currency is not None)
    if text[end : end + 1] == ")" and text[start - 1 : start] == "(":
        end += 1  # "thirty (30) days"
    spelling = _money(text, end, currency) if currency else spelled_unit(text, end)
    if spelling is None:
        if not numeral.pair:
            yield _Amount(
                numeral.value * scale, numeral.high, None, scale, _stands_alone(text, numeral, end), start, end
            )
        return
    if _is_year(text, numeral, spelling) or _is_product(text, spelling):
        return
    start, sign = _signed(text, start)
    factor, end = sign * scale / spelling.divisor, spelling.end
    high = numeral.high * factor if numeral.high and sign > 0 else None
    value = numeral.value * factor
    if high is None and (half := _AND_A_HALF.match(text, end)):
        value, end = value + 0.5, half.end()
    yield _Amount(value, high, spelling.unit, scale, True, start, end)
    if numeral.pair:
        yield _Amount(numeral.pair * factor, None, spelling.unit, scale, True, start, end)


def _currency(text: str, start: int) -> tuple[str, int] | None:
    """The unit of the currency written before `start`, and where its sign begins."""
    last = text[start - 1 : start]
    if not (last in _SIGNS or last.isupper() or (last == " " and text[max(start - 2, 0) : start - 1].strip())):
        return None
    match = _CURRENCY.search(text, max(start - _CURRENCY_REACH, 0), start)
    known = CURRENCIES.get(match[1]) if match else None
    return (known, match.start()) if match and known else None


def _scaled(text: str, end: int, money: bool) -> tuple[float, int]:
    """The factor that a word or letter behind a number stands for, and where that ends."""
    match = _SCALE.match(text, end)
    if match is None:
        return 1.0, end
    if word := match["word"]:
        return _SCALES[word], match.end()
    letter, attached = match["letter"], match.end() - end == len(match["letter"])
    if money or (letter in _PLAIN_LETTERS and attached) or (attached and _is_traded(text, match.end())):
        return _SCALES[letter], match.end()
    return 1.0, end


def _is_traded(text: str, at: int) -> bool:
    spelling = spelled_unit(text, at)
    return spelling is not None and spelling.unit.name in _TRADED


def _money(text: str, at: int, currency: str) -> Spelling:
    """The unit of an amount behind a currency's sign, which may be written a second time: `$5 USD per share`."""
    spelling = spelled_unit(text, at)
    if spelling and spelling.unit.name.split("/")[0] == currency:
        return spelling
    return currency_rate(text, at, currency)


def _signed(text: str, start: int) -> tuple[int, float]:
    """Where the amount begins with its sign, and the sign."""
    before = text[start - 1 : start]
    if before in ("-", "−") and not (
        text[max(start - 2, 0) : start - 1].isalnum() or text[start - 2 : start - 1] == ")"
    ):
        return start - 1, -1.0
    if before == " " and text[max(start - 9, 0) : start].lower().endswith(_NEGATIVE):
        return start, -1.0
    return start, 1.0


def _stands_alone(text: str, numeral: Numeral, end: int) -> bool:
    """Whether a number without a unit is a quantity, no year and no part of a word as in `5th`, `10-K`, `401(k)`."""
    after = text[end : end + 2]
    if numeral.part or numeral.spelled or _TELEPHONE.fullmatch(text, numeral.start, end):
        return False
    if (
        _CITED.match(text, end)
        or after[:1].isalnum()
        or after[:1] == "_"
        or (after[:1] in ("-", "(") and after[1:].isalpha())
    ):
        return False
    return not (numeral.end - numeral.start == 4 and _FIRST_YEAR <= numeral.value <= _LAST_YEAR)


def _is_year(text: str, numeral: Numeral, spelling: Spelling) -> bool:
    """Whether what looks like an amount is a year or a decade: `since 2019 shares have`, `the 1990s`, `in her 30s`."""
    if spelling.unit.name == "second" and text[numeral.end : numeral.end + 1] == "s" and numeral.value % 10 == 0:
        if _FIRST_YEAR <= numeral.value < _LAST_YEAR:
            return True
        return numeral.value < 100 and _word_before(text, numeral.start) in _OF_A_LIFE
    in_range = _FIRST_YEAR <= numeral.value < _LAST_YEAR and numeral.end - numeral.start == 4
    return in_range and spelling.unit.name in _COUNTED and _word_before(text, numeral.start) in _YEAR_FOLLOWS


def _is_product(text: str, spelling: Spelling) -> bool:
    """Whether the `x` behind a number multiplies what follows: `2 x 500 mg`, `3 x 4 m`."""
    if spelling.unit is not PLAIN:
        return False
    return text[spelling.end : spelling.end + 2].strip()[:1].isdecimal()


def _word_before(text: str, at: int) -> str:
    return text[max(at - 12, 0) : at].replace("-", " ").rstrip().rpartition(" ")[2].lower()


def _joined(text: str, amounts: Iterator[_Amount]) -> list[_Amount]:
    """Neighbours that are the two ends of one range, as one: `5 mg to 10 mg`, `between $5 and $10 million`."""
    joined: list[_Amount] = []
    for amount in amounts:
        last = joined[-1] if joined else None
        if last and 0 < amount.start - last.end <= _LONGEST_TO and _continues(text, last, amount):
            _extend(last, amount)
        else:
            joined.append(amount)
    return joined


def _continues(text: str, first: _Amount, second: _Amount) -> bool:
    to = _TO.fullmatch(text, first.end, second.start)
    if to is None or first.high is not None or not (second.unit or (first.alone and second.alone)):
        return False
    if to[1] and not _BETWEEN.search(text, max(first.start - 16, 0), first.start):
        return False
    if first.unit is None or second.unit is None:
        return first.unit is None
    same = first.unit.dimension == second.unit.dimension
    return same and (first.unit.name == second.unit.name or first.unit.dimension != DIMENSIONLESS)


def _extend(first: _Amount, second: _Amount) -> None:
    """Make the first amount a range up to the second; of a falling one (`from 10 to 5 mg`) only the second is meant."""
    if second.unit and first.unit is None:
        first.unit = second.unit
    shared = second.scale if first.scale == 1.0 and first.value * second.scale < second.value else 1.0
    low = first.value * shared
    high = second.value
    if first.unit and second.unit:
        high = first.unit.from_base(second.unit.to_base(second.value))
    first.value, first.high = (low, high) if high > low else (high, None)
    if second.high is not None:
        first.high = second.high
    first.end = second.end
