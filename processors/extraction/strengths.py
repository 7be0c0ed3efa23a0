"""Strengths: the amounts in a sentence of a prescription, and what one tablet or one millilitre of it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from processors.extraction.negation import negated
from processors.extraction.numerals import Numeral
from processors.extraction.quantities import Quantity
from processors.text.sentences import Span
from processors.units import convert

Role = Literal["dose", "limit", "strength"]

FORM, VOLUME = "form", "mL"
"""Of what a strength is: one tablet, capsule or the like, or one millilitre."""

FORMS = frozenset({"tablet", "capsule", "puff", "drop_count"})
"""The units that count pieces of a form."""

_IN_UNIT = {"ng": "mg", "ug": "mg", "mg": "mg", "g": "mg", "uL": "mL", "mL": "mL", "L": "mL"}
_SAME = ("international_unit", "mEq", "mmol", "tablet", "capsule", "puff", "drop_count")
_SPOONS = {"teaspoon": 5.0, "tablespoon": 15.0, "fluid_ounce": 30.0}  # mL on labels, 21 CFR 101.9(b)(5)(viii)
_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0}

_FORM_FOLLOWS = re.compile(
    r"[ -]?(?:(?:strength|oral|chewable|coated|film-coated|(?:extended|immediate|delayed)[ -]release|er|xr|sr) ){0,2}"
    r"(?:tablets?|tabs?|capsules?|caps?|caplets?|pills?|softgels?|gelcaps?|puffs?|inhalations?|sprays?)\b",
    re.IGNORECASE,
)
_CONTAINS = re.compile(
    r"\b(?:(?:contain|hold|deliver)s?(?: about)?|comes? in|available (?:as|in)|supplied as) \Z", re.IGNORECASE
)
_COUNT_GAPS = ("", " ", " x ", "x ", " x", "x", " × ", "× ", "×", " of ", " of the ", " of a ")
_OR_GAPS = (" or ", " to ", "-", "–")

_LIMIT = re.compile(
    r"\b(?:(?:no|not) more than|more than|not exceed|exceed(?:s|ing)?|max(?:imum)?\b[^.;\n]{0,45}?|at most"
    r"|less than|under|below|limit(?:ed)?(?: \w+){0,4} to|within|ceiling of|capped at|(?P<upto>up to))"
    r"\s?(?:a (?:total|maximum) of |about )?\Z",
    re.IGNORECASE,
)
_EXCESS = re.compile(
    r"\b(?:(?:more|greater|larger|higher) than|above|over|in excess of|beyond|exceed(?:s|ed|ing)?)\s(?:a total of )?\Z",
    re.IGNORECASE,
)
_NO_MORE = re.compile(r"\b(?:no|not)\s\Z", re.IGNORECASE)
_LIMIT_REACH = 70  # characters before an amount
_DAILY = re.compile(r"\b(?:daily|(?:per|a|each|in any) day|24[ -]?h(?:ou)?r?s?)\b", re.IGNORECASE)
_IN_A_DAY = re.compile(
    r",?\s(?:total )?(?:in|within|per|over|during|every|each)\s(?:(?:any|one|each|the same|a) )?"
    r"(?:24[ -]?h(?:ours?|rs?)?(?: period)?|day)\b"
    r"|\s(?:total )?daily\b",
    re.IGNORECASE,
)
_ONE_DOSE = re.compile(r"\b(?:single|per dose|at (?:once|a time|one time)|in one dose|each dose)\b", re.IGNORECASE)
_EACH_FOLLOWS = re.compile(r"\s?(?:each|apiece|per (?:tablet|capsule|caplet|pill|puff|one)|strength)\b", re.IGNORECASE)
_OF_STRENGTH = re.compile(
    r",?\s(?:of\s)?(?:(?!and\b|or\b|then\b|plus\b|with\b)[a-z-]+\s){0,4}\(?|\s?(?:x|×|@|at)\s?", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"\s?\((?:i\.e\.,? |that is,? |about |or )?", re.IGNORECASE)
_THEN_COUNT = re.compile(r"[,:;]?\s?(?:-|–)?\s?(?:(?:take|give|use|swallow)\s)?", re.IGNORECASE)


class Amount(msgspec.Struct, frozen=True):
    """From `low` to `high` of `unit`.

    Masses are in mg whatever the text writes, volumes in mL, pieces in tablet, capsule, puff or drop_count, the rest in
    international_unit, mEq or mmol; amounts by body weight in one of these with `/kg` behind it.
    """

    low: float
    high: float
    unit: str

    def times(self, low: float, high: float) -> Amount:
        """The amount multiplied by something between two numbers."""
        return Amount(self.low * low, self.high * high, self.unit)


class Part(msgspec.Struct):
    """An amount of a prescription: of one dose, the most that is allowed, or what one unit of a form holds.

    `days`: the time that the amount is for, where the text says so (`mg/day`). `per`: of a strength, FORM or VOLUME.
    """

    role: Role
    amount: Amount
    start: int
    end: int
    days: float | None = None
    per: str = ""


def parts(text: str, sentence: Span, found: Iterable[Quantity], counts: Mapping[int, Numeral]) -> list[Part]:
    """The parts of a prescription among the quantities of one sentence, in order.

    `counts`: the numerals of the text by where they end. Amounts that are given as too much ("over 4 g") are left out.
    """
    read: list[Part] = []
    for quantity in found:
        for part in _parts(text, sentence, quantity, counts):
            if not (read and _folded(text, read, part)):
                read.append(part)
    return read


def amount_of(quantity: Quantity) -> tuple[Amount, float | None, str] | None:
    """The amount, the days that it is for and of what it is a strength; None where it is nothing that is taken."""
    name, *below = quantity.unit.name.split("/")
    if name in _SPOONS:
        unit, factor = "mL", _SPOONS[name]
    elif name in _IN_UNIT:
        unit, factor = _IN_UNIT[name], convert(1.0, name, _IN_UNIT[name])
    elif name in _SAME:
        unit, factor = name, 1.0
    else:
        return None
    days, per = None, ""
    for divisor in below:
        if divisor == "minute" and unit == "mL":
            return None  # a clearance or a flow
        if divisor in _DAYS:
            days = _DAYS[divisor]
        elif divisor == "kg":
            unit += "/kg"
        elif divisor == "mL" or divisor in FORMS:
            per = VOLUME if divisor == "mL" else FORM
        else:
            return None  # a value of the laboratory: mg/dL, mmol/L
    high = quantity.value if quantity.high is None else quantity.high
    return Amount(quantity.value * factor, high * factor, unit), days, per


def _parts(text: str, sentence: Span, quantity: Quantity, counts: Mapping[int, Numeral]) -> Iterable[Part]:
    """The part that a quantity is; two where it is the strength of a counted form: "two 500 mg tablets"."""
    read = amount_of(quantity)
    if read is None or quantity.value <= 0:
        return
    amount, days, per = read
    start, end = quantity.start, quantity.end
    if per or _CONTAINS.search(text, max(start - 25, sentence[0]), start):
        yield Part("strength", amount, start, end, per=per or FORM)
        return
    form = _FORM_FOLLOWS.match(text, end) if amount.unit not in FORMS else None
    count = _count(text, start, counts, forms=form is not None)
    whole, begin, end = amount, start, form.end() if form else end
    if count:
        whole, begin = amount.times(count.value, count.high or count.value), count.start
    if count or not form:
        yield from _limited(text, sentence, Part("dose", whole, begin, end, days))
    if form:
        yield Part("strength", amount, start, end, per=FORM)


def _count(text: str, start: int, counts: Mapping[int, Numeral], *, forms: bool) -> Numeral | None:
    """The number right before an amount: the 2 of "2 x 500 mg" and, of `forms`, of "2 500 mg tablets" as well."""
    for gap in _COUNT_GAPS:
        numeral = counts.get(start - len(gap))
        if numeral and text.startswith(gap, numeral.end) and (forms or "x" in gap or "×" in gap):
            for to in _OR_GAPS:
                lower = counts.get(numeral.start - len(to))
                if lower and text.startswith(to, lower.end):
                    return lower._replace(high=numeral.value)
            return numeral
    return None


def _limited(text: str, sentence: Span, part: Part) -> Iterable[Part]:
    """The part as a dose or as a limit, with the days that it is for; nothing where the text calls it too much."""
    if part.days is None and (in_a_day := _IN_A_DAY.match(text, part.end)):
        part.days, part.end = 1.0, in_a_day.end()
    before = max(part.start - _LIMIT_REACH, sentence[0])
    excess = _EXCESS.search(text, before, part.start)
    if excess and not _NO_MORE.search(text, before, excess.start()) and not negated(text, excess.start()):
        return
    limit = _LIMIT.search(text, before, part.start)
    if limit is None:
        yield part
        return
    said = limit.group()
    if part.days is None and _DAILY.search(said):
        part.days = 1.0
    one_dose = part.days is None and (_ONE_DOSE.search(said) or _ONE_DOSE.match(text, part.end + 1))
    if one_dose or (limit["upto"] and part.days is None):
        yield part
        return
    part.role = "limit"
    yield part


def _folded(text: str, read: list[Part], part: Part) -> bool:
    """Whether a part says again, or completes, what the last one said; the last one is then changed to say both."""
    last = read[-1]
    between = text[last.end : part.start]
    bracketed = _IN_BRACKETS.fullmatch(between) is not None
    last_form, form = last.amount.unit in FORMS, part.amount.unit in FORMS
    if last.role == "strength":
        return False
    if last_form and not form and part.role == "dose":
        if _EACH_FOLLOWS.match(text, part.end) or (not bracketed and _OF_STRENGTH.fullmatch(between)):
            return _held(last, part)
        if bracketed and part.days is None:
            return _replaced(last, part)
    if bracketed and part.role == "dose":
        better = not form and (last.amount.unit == "mL" or last.amount.unit.endswith("/kg"))
        return _replaced(last, part) if better else True
    if form and not last_form and last.role == "dose" and last.days is None and _THEN_COUNT.fullmatch(between):
        last.role, last.per = "strength", FORM
    return False


def _held(last: Part, part: Part) -> bool:
    """Make the part what each of the forms counted before it holds. It stays a part, but its days are theirs."""
    part.role, part.per = "strength", part.per or FORM
    last.days, part.days = last.days or part.days, None
    return False


def _replaced(last: Part, part: Part) -> bool:
    last.amount, last.end = part.amount, part.end
    return True
