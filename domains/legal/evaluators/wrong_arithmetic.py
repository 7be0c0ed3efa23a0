"""Wrong arithmetic: interest, damages or a total in the output does not come out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from domains.legal.finding import Finding, result_of
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_MOST = 100
_NUMBER = r"[$€£]?\s?\d[\d,]{0,15}(?:\.\d{1,6})?\s?(?:%|percent\b)?(?:\s(?:days|months|years|hours|weeks)\b)?"
_EQUATION = re.compile(
    rf"(?P<terms>{_NUMBER}(?:\s?[+×x*/÷−–-]\s?\(?{_NUMBER}\)?){{1,8}})\s?=\s?(?P<result>{_NUMBER})(?!\s?[+×x*/÷=])"
)
_BEFORE_EQUALS, _AFTER_EQUALS = 160, 40  # characters
_TERM = re.compile(rf"(?P<operator>[+×x*/÷−–-]?)\s?\(?(?P<number>{_NUMBER})\)?")
_KIND = re.compile(r"simple|compound", re.IGNORECASE)
_BEFORE_INTEREST = 40  # characters
_RATE = r"(?P<rate>\d{1,2}(?:\.\d{1,4})?)\s?(?:%|percent)(?P<monthly>\s(?:(?:per|a)\s)?month(?:ly)?)?[^\n$]{0,60}?"
_PRINCIPAL = r"\$\s?(?P<principal>\d[\d,]{0,15}(?:\.\d\d)?)[^\n$]{0,60}?"
_TIME = r"(?P<count>\d{1,3}|one|two|three|four|five|ten)\s(?P<unit>year|month|day)s?\b[^\n$]{0,60}?"
_COMES_TO = (
    r"(?:\b(?:is|are|equals?|totals?|comes? to|amounts? to|of|yields?)|=)\s{0,2}"
    r"(?P<interest>\$\s?\d[\d,]{0,15}(?:\.\d\d)?)"
)
_INTEREST = tuple(
    re.compile(rf"\binterest\b[^\n$]{{0,80}}?{parts}{_TIME}{_COMES_TO}", re.IGNORECASE)
    for parts in (_RATE + _PRINCIPAL, _PRINCIPAL + _RATE)
)
_DATE = re.compile(r"\d/\d{1,2}/\d")
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_PER_YEAR = {"year": (1.0,), "month": (12.0,), "day": (365.0, 360.0)}
_RELATIVE, _ABSOLUTE = 0.005, 1.0


@dataclass(frozen=True, kw_only=True)
class WrongArithmetic(Evaluator):
    """Calculates again the equations that the output writes out, products before sums, and interest that it states with
    principal, rate and time: simple, or compounded by year, month or day.

    Results count as right within half a percent or one unit. Abstains where it writes out neither.
    """

    name: ClassVar[str] = "wrong_arithmetic"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "incorrect_answer"
    cites: ClassVar[tuple[str, ...]] = ("usc_28_1961",)

    def evaluate(self, subject: Subject) -> Result:
        text = subject.output_text
        equations = list(_equations(text))
        interest = (
            [match for pattern in _INTEREST for match in islice(pattern.finditer(text), _MOST)]
            if "interest" in subject.output_vocabulary
            else []
        )
        if not equations and not interest:
            return Abstain("the output writes out no calculation")
        return result_of([*_wrong_equations(equations), *_wrong_interest(interest)])


def _equations(text: str) -> Iterator[re.Match[str]]:
    """What stands around each sign of equality, where it is an equation of numbers."""
    for equals in islice(re.finditer("=", text), _MOST):
        window = max(equals.start() - _BEFORE_EQUALS, 0)
        found = _EQUATION.search(text, window, equals.end() + _AFTER_EQUALS)
        if found and found.start() < equals.start() < found.end():
            yield found


def _wrong_equations(equations: list[re.Match[str]]) -> Iterator[Finding]:
    for match in equations:
        if _DATE.search(match["terms"]):
            continue
        value, said = _calculated(match["terms"]), _value(match["result"])
        if value is not None and not _is_close(value, said) and not _is_close(value * 100, said):
            explanation = f"{match['terms'].strip()} is {value:,.2f}, not {said:,.2f}."
            yield Finding("high", "equation", explanation, *match.span())


def _wrong_interest(statements: list[re.Match[str]]) -> Iterator[Finding]:
    for match in statements:
        principal, said = _value(match["principal"]), _value(match["interest"])
        rate = float(match["rate"]) / 100 * (12 if match["monthly"] else 1)
        count = _WORDS.get(match["count"].lower()) or int(match["count"])
        years = [count / per for per in _PER_YEAR[match["unit"].lower()]]
        due = [each for time in years for each in _interest(principal, rate, time, _kind(match))]
        if not any(_is_close(each, said) or _is_close(principal + each, said) for each in due):
            explanation = f"The interest is {due[0]:,.2f}, not {said:,.2f}."
            yield Finding("high", "interest", explanation, *match.span("interest"))


def _kind(match: re.Match[str]) -> str:
    """`simple`, `compound` or nothing, as it stands before the word or after it."""
    kind = _KIND.search(match.string, max(match.start() - _BEFORE_INTEREST, 0), match.end())
    return kind[0].lower() if kind else ""


def _interest(principal: float, rate: float, years: float, kind: str) -> Iterator[float]:
    if kind != "compound":
        yield principal * rate * years
    if kind != "simple":
        yield from (principal * ((1 + rate / times) ** (times * years) - 1) for times in (1, 2, 4, 12, 365))


def _calculated(terms: str) -> float | None:
    """The sum of the products; None where it would divide by nothing."""
    total, product = 0.0, math.nan
    for match in _TERM.finditer(terms):
        operator, number = match["operator"], _value(match["number"])
        if operator in ("×", "x", "*"):
            product *= number
        elif operator in ("/", "÷"):
            if not number:
                return None
            product /= number
        else:
            total += 0.0 if math.isnan(product) else product
            product = -number if operator in ("−", "–", "-") else number
    return total + product


def _value(written: str) -> float:
    plain = re.sub(r"[^\d.%]", "", written.replace("percent", "%"))
    return float(plain.rstrip("%.") or 0) / 100 if plain.endswith("%") else float(plain.rstrip(".") or 0)


def _is_close(value: float, said: float) -> bool:
    return abs(value - said) <= max(_ABSOLUTE if value > 100 else 0.01, abs(value) * _RELATIVE)
