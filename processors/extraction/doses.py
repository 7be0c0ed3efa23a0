"""Doses: what a text tells to take, how much at once, how often, and so how much a day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from processors.extraction.circumstances import as_needed, duration_days, route, weight_kg
from processors.extraction.frequencies import Frequency, frequencies
from processors.extraction.negation import negated
from processors.extraction.numerals import numerals
from processors.extraction.quantities import Quantity, quantities
from processors.extraction.regimen import Regimen, weighed
from processors.extraction.strengths import FORM, FORMS, VOLUME, Amount, Part, amount_of, parts
from processors.text.sentences import Span, sentences

__all__ = ["Amount", "Regimen", "regimens"]

_CUT_SHORT = re.compile(r"(?:\b[a-z]\.){2,}\Z|\b(?:max|tabs?|caps?|hrs?|approx|min|mg|ml)\.\Z", re.IGNORECASE)
_AT_MOST = re.compile(r"\b(?:up to|max(?:imum)?(?: of)?|at most|more than|exceed(?:ing)?)\s?\Z", re.IGNORECASE)
_AT_MOST_REACH = 12  # characters
_TAKES = re.compile(
    r"\b(?:tak(?:e|es|en|ing)|took|giv(?:e|es|en|ing)|administer\w*|dos(?:e|es|ed|age|ing)|inject\w*|inhal\w*|us(?:e|es|ing)"
    r"|swallow\w*|prescri\w+|start\w*|begin|increas\w+|reduc\w+|appl(?:y|ies)|load\w*|bolus|repeat\w*|receiv\w+|infus\w+)\b",
    re.IGNORECASE,
)
_REPEATS = re.compile(
    r"\b(?:take|give|use|repeat|administer|swallow)\b|\A\W*(?:frequency|interval|schedule|dosing|how often)\b",
    re.IGNORECASE,
)
_TAKE = re.compile(r"\b(?:take|takes|taking|give|swallow)\s(?:up to\s)?", re.IGNORECASE)
_OFTEN_FOLLOWS = re.compile(
    r"\s(?:of them\s)?(?:every|each|once|twice|q\s?[0-9]|daily|at|by mouth|a day|[1-9] times|three times)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\b(?:and|plus)\b|[&+]", re.IGNORECASE)
_APART = re.compile(r"\b(?:then|followed|after|now|once|initially|first|day|but)\b", re.IGNORECASE)
_DIVIDED = re.compile(r"\b(?:divided|split)\b", re.IGNORECASE)
_CLOSE = 3  # characters
_LONGEST_SENTENCE = 1_000  # characters; what is done for each pair of amounts of one sentence stays cheap
_LARGEST_SIP = 100.0  # mL of a liquid medicine; more is water
_ONE = Amount(1.0, 1.0, "tablet")


def regimens(text: str, body_weight_kg: float | None = None) -> tuple[Regimen, ...]:
    """The instructions of a text to take something, in order. Cost is linear in its length.

    `body_weight_kg` is used for amounts by weight where the text gives no weight. What the text forbids ("do not take
    1000 mg") or calls too much ("more than 4 g can harm") is none; what it allows at most ("up to 4 g a day") is one.
    """
    found = quantities(text)
    if not any(amount_of(quantity) for quantity in found):
        return ()
    reader = _Reader(text, found, body_weight_kg)
    for span in _whole_sentences(text):
        reader.read(span)
    telling = {regimen.sentence for regimen in reader.regimens if regimen.daily}
    telling |= {span for span in {r.sentence for r in reader.regimens} - telling if _TAKES.search(text, *span)}
    return tuple(r for r in reader.regimens if r.sentence in telling or r.route or r.as_needed)


def _whole_sentences(text: str) -> list[Span]:
    """The sentences of a text, of which none ends with the point of `b.i.d.`; those of no end are cut."""
    spans: list[Span] = []
    for span in sentences(text):
        while span[1] - span[0] > _LONGEST_SENTENCE:
            spans.append((span[0], span[0] + _LONGEST_SENTENCE))
            span = (spans[-1][1], span[1])
        if spans and text[span[0]].islower() and _CUT_SHORT.search(text, max(spans[-1][1] - 12, 0), spans[-1][1]):
            spans[-1] = (spans[-1][0], span[1])
        else:
            spans.append(span)
    return spans


class _Reader:
    """Reads sentence after sentence, and keeps what later ones refer to: strengths, the weight, the last regimen."""

    def __init__(self, text: str, found: Sequence[Quantity], body_weight_kg: float | None) -> None:
        self.regimens: list[Regimen] = []
        self._text = text
        self._found = found
        self._next = 0
        counts = numerals(text)
        self._by_end = {numeral.end: numeral for numeral in counts}
        self._by_start = {numeral.start: numeral for numeral in counts}
        self._strengths: dict[str, Amount] = {}
        self._weight = weight_kg(found) or body_weight_kg

    def read(self, span: Span) -> None:
        """Add the regimens of the sentence, and complete the last one by what is said of it."""
        begin = self._next
        while self._next < len(self._found) and self._found[self._next].start < span[1]:
            self._next += 1
        within = self._found[begin : self._next]
        said = parts(self._text, span, within, self._by_end)
        if not (said or self.regimens or self._strengths):
            return
        often = [
            f for f in frequencies(self._text, *span) if not any(part.start <= f.start < part.end for part in said)
        ]
        self._strengths |= {part.per: part.amount for part in said if part.role == "strength"}
        found = [self._regimen(span, part) for part in self._doses(span, said, often)]
        deciding = self._repeat(span, found, often)
        self._share(found)
        weight = weight_kg(within) or self._weight
        for regimen in found:
            regimen.weigh(weight)
        _circumstances(self._text, span, found, within)
        found = _joined(self._text, found, deciding)
        self._limit(span, found, [part for part in said if part.role == "limit"])
        self.regimens += found

    def _doses(self, span: Span, said: Sequence[Part], often: Sequence[Frequency]) -> list[Part]:
        """The parts that are to be taken."""
        doses: list[Part] = []
        for part in said:
            if part.role == "limit" and part.days is None and _frequency_follows(part, often):
                part.role = "dose"  # "no more than 1000 mg every 6 hours"
                doses.append(part)
            elif part.role == "dose" and not negated(self._text, part.start):
                doses.append(part)
        if doses or not often:
            return doses
        one = [
            Part("dose", _ONE, part.start, part.end) for part in said if part.role == "strength" and part.per == FORM
        ]
        return one or list(self._counted(span))

    def _counted(self, span: Span) -> Iterator[Part]:
        """ "Take 2 every 6 hours", where the text has said of what strength they are."""
        if FORM not in self._strengths:
            return
        for match in _TAKE.finditer(self._text, *span):
            numeral = self._by_start.get(match.end())
            if numeral and _OFTEN_FOLLOWS.match(self._text, numeral.end):
                amount = Amount(numeral.value, numeral.high or numeral.value, "tablet")
                yield Part("dose", amount, numeral.start, numeral.end)

    def _regimen(self, span: Span, part: Part) -> Regimen:
        amount = self._held(part.amount)
        regimen = Regimen(part.start, part.end, span, amount)
        if part.days:
            regimen.daily = amount.times(1 / part.days, 1 / part.days)
            regimen.times = (1 / part.days, 1 / part.days)
            if part.days < 1 or _DIVIDED.search(self._text, *span):
                regimen.dose = regimen.times = None
        return regimen

    def _held(self, amount: Amount) -> Amount:
        """What an amount of tablets or millilitres holds of the drug, where that is known."""
        strength = None
        if amount.unit in FORMS:
            strength = self._strengths.get(FORM)
        elif amount.unit == VOLUME and amount.high <= _LARGEST_SIP:
            strength = self._strengths.get(VOLUME)
        return Amount(amount.low * strength.low, amount.high * strength.high, strength.unit) if strength else amount

    def _repeat(self, span: Span, found: list[Regimen], often: Sequence[Frequency]) -> list[Frequency | None]:
        """Set how often each regimen is repeated; returns the frequency that decided, for each of `found`."""
        deciding: list[Frequency | None] = [None] * len(found)
        for frequency in often:
            at_most = _AT_MOST.search(self._text, max(frequency.start - _AT_MOST_REACH, span[0]), frequency.start)
            if not found:
                self._repeat_last(span, frequency, at_most=at_most is not None)
                continue
            index = max((i for i, regimen in enumerate(found) if regimen.start <= frequency.start), default=0)
            if at_most and frequency.high:
                found[index].repeat_at_most(frequency.high)
            elif deciding[index] is None and frequency.high:
                found[index].repeat(frequency.low, frequency.high)
            else:
                continue
            deciding[index] = deciding[index] or frequency
            found[index].end = max(found[index].end, frequency.end)
        return deciding

    def _repeat_last(self, span: Span, frequency: Frequency, *, at_most: bool) -> None:
        """ "Take 500 mg. Repeat every 6 hours, up to 4 times a day." """
        last = self.regimens[-1] if self.regimens else None
        if last is None or not frequency.high or last.dose is None:
            return
        if at_most:
            last.repeat_at_most(frequency.high)
        elif last.times is None and _REPEATS.search(self._text, *span):
            last.repeat(frequency.low, frequency.high)

    def _share(self, found: list[Regimen]) -> None:
        """Of "500 mg of this and 200 mg of that every 6 hours" the frequency is of both."""
        for regimen, after in reversed(list(pairwise(found))):
            between = self._text[regimen.end : after.start]
            both = _JOINED.search(between) and not _APART.search(between)
            if both and after.times and after.dose and regimen.times is None and regimen.daily is None:
                regimen.repeat(*after.times)

    def _limit(self, span: Span, found: list[Regimen], limits: Sequence[Part]) -> None:
        """Apply the most that is allowed in a day; where it is of no regimen, it is one itself: "up to 4 g a day"."""
        for part in limits:
            days = part.days or 1.0
            most = weighed(self._held(part.amount), self._weight).times(1 / days, 1 / days)
            limited = next((r for r in reversed(found) if r.start < part.start), found[0] if found else None)
            if limited is None and self.regimens and _binds(self.regimens[-1], most):
                limited = self.regimens[-1]
            if limited:
                limited.limit(most)
                if limited.sentence == span:
                    limited.end = max(limited.end, part.end)
            else:
                allowed = Amount(0.0, most.high, most.unit)
                self.regimens.append(Regimen(part.start, part.end, span, daily=allowed, maximum=most))


def _frequency_follows(part: Part, often: Sequence[Frequency]) -> bool:
    return any(0 <= frequency.start - part.end <= _CLOSE for frequency in often)


def _binds(regimen: Regimen, most: Amount) -> bool:
    """Whether a limit in a later sentence is less than what the regimen comes to, or tells how much it comes to."""
    if regimen.daily is None:
        return regimen.dose is not None and regimen.dose.unit == most.unit and regimen.dose.high <= most.high
    return regimen.daily.unit == most.unit and most.high <= regimen.daily.high


def _circumstances(text: str, span: Span, found: list[Regimen], within: Sequence[Quantity]) -> None:
    """Set the route, the days and whether it is as needed, from the words up to the next regimen."""
    for index, regimen in enumerate(found):
        begin = regimen.start if index else span[0]
        end = found[index + 1].start if index + 1 < len(found) else span[1]
        words = text[begin:end]
        regimen.route, regimen.as_needed = route(words), as_needed(words)
        regimen.days = duration_days(text, (quantity for quantity in within if begin <= quantity.start < end))


def _joined(text: str, found: list[Regimen], deciding: Sequence[Frequency | None]) -> list[Regimen]:
    """Doses of different times of one day as one regimen: "10 mg in the morning and 20 mg at night"."""
    joined: list[Regimen] = []
    times_of_day = [frequency is not None and frequency.manner == "time of day" for frequency in deciding]
    for index, regimen in enumerate(found):
        last = joined[-1] if joined and times_of_day[index] and times_of_day[index - 1] else None
        if last and last.same_drug_unit(regimen) and _JOINED.search(text, last.end, regimen.start):
            last.join(regimen)
        else:
            joined.append(regimen)
    return joined
