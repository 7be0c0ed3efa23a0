"""Wrong unit conversion: an answer that says that two amounts in different units are the same, and they are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import ClassVar

import re2  # type: ignore[import-untyped]  # ships no types

from domains.mining.amounts import amounts
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.extraction.quantities import Quantity
from processors.subject import Subject
from processors.units import Unit, UnknownUnit, unit
from schemas.evaluation import Evidence

_ABOUT = r"(?:(?:about|approximately|approx\.?|roughly|around|nearly|some|exactly|only|just|~|≈)\s*)?"
_EQUALS = re2.compile(
    r"(?i)\s*,?\s*(?:=|≈|~|equals?|(?:is|are|would be) (?:equal|equivalent) to|is the same as|equates? to"
    r"|corresponds? to|converts? (?:in)?to"
    r"|works out (?:to|at)|comes (?:out )?to|is|or|i\.e\.,?|which is|that is|\()\s*" + _ABOUT
)
_CONVERT = re2.compile(
    r"(?i)\b(?:convert\w*|how (?:many|much)|express\w*|what (?:is|are)|in terms of|change|translate)\b"
)
_TROY_METALS = re2.compile(r"(?i)\b(?:gold|silver|platinum|palladium|au|ag|pgm|bullion|dor[eé]|troy)\b")
_SLACK = 0.004
_LONGEST_REQUEST = 2_000  # characters
_LONGEST_JOIN = 40  # characters between the two amounts


@dataclass(frozen=True, kw_only=True)
class WrongUnitConversion(Evaluator):
    """Amounts that the output equates, in another unit of the same dimension, are equal up to their rounding.

    Read are `1 oz/t = 34.3 g/t`, `1.2 % (12,000 ppm)`, and the answer to "convert … to …". An ounce of precious metal
    is a troy ounce, a ton may be short, long or metric (NIST Handbook 44, appendix C). Abstains where nothing is
    equated.
    """

    name: ClassVar[str] = "wrong_unit_conversion"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "wrong_unit_conversion"
    cites: ClassVar[tuple[str, ...]] = ("nist_hb44",)

    def evaluate(self, subject: Subject) -> Result:
        pairs = [*_equated(subject), *_asked(subject)]
        if not pairs:
            return Abstain("the output equates no two amounts")
        text = subject.output_text
        precious = _TROY_METALS.search(text) is not None or _TROY_METALS.search(subject.request) is not None
        for given, found, source in pairs:
            if not _same(given, found, _given_slack(given, source) + _slack(found, text), precious):
                right = _readings(found.unit, precious)[0].from_base(
                    _readings(given.unit, precious)[0].to_base(given.value)
                )
                return Fail(
                    score=0.9,
                    severity="high",
                    label="conversion",
                    explanation=f"{_shown(given)} is {right:,.5g} {_named(found.unit)}, not {found.value:,.10g}.",
                    evidence=(Evidence("output", found.start, found.end),),
                )
        return Pass()


Pair = tuple[Quantity, Quantity, str]
"""An amount, one that is said to equal it, and the text that has the first."""


def _equated(subject: Subject) -> Iterator[Pair]:
    text = subject.output_text
    for one, other in pairwise(amounts(subject, "output")):
        between = text[one.end : other.start]
        if len(between) > _LONGEST_JOIN or not _convertible(one, other) or not _EQUALS.fullmatch(between):
            continue
        if "(" not in between or text[other.end : other.end + 1] == ")":
            yield one, other, text


def _asked(subject: Subject) -> Iterator[Pair]:
    """The one amount of a request for a conversion, and the one of the answer."""
    if not _CONVERT.search(subject.request[:_LONGEST_REQUEST]):
        return
    given = [each for each in amounts(subject, "request") if each.unit.name != "1"]
    found = [each for each in amounts(subject, "output") if each.unit.name != "1"]
    if len(given) != 1 or any(each.unit.name == given[0].unit.name and each.value != given[0].value for each in found):
        return
    answers = [each for each in found if each.unit.name != given[0].unit.name]
    if len(answers) == 1 and _convertible(given[0], answers[0]):
        yield given[0], answers[0], subject.request


def _convertible(one: Quantity, other: Quantity) -> bool:
    same_dimension = one.unit.dimension == other.unit.dimension
    apart = one.unit.name != other.unit.name and "1" not in (one.unit.name, other.unit.name)
    return same_dimension and apart and one.high is None and other.high is None and one.value > 0 and other.value > 0


def _same(given: Quantity, found: Quantity, slack: float, precious: bool) -> bool:
    return any(
        abs(there.to_base(found.value) - here.to_base(given.value)) <= slack * here.to_base(given.value)
        for here, there in product(_readings(given.unit, precious), _readings(found.unit, precious))
    )


def _readings(measure: Unit, precious: bool) -> list[Unit]:
    """What the name of a unit may mean, the likeliest first."""
    names = [measure.name]
    if "ounce" in measure.name and "troy" not in measure.name and "fluid" not in measure.name:
        troy = measure.name.replace("ounce", "troy_ounce")
        names = [troy] if precious or "/" in measure.name else [troy, measure.name]
    for name in list(names):
        if name.endswith("troy_ounce/metric_ton"):
            names.insert(0, name.replace("metric_ton", "short_ton"))
        names += [name.replace("short_ton", other) for other in ("metric_ton", "long_ton") if "short_ton" in name]
    return [known for name in dict.fromkeys(names) if (known := _known(name))]


def _known(name: str) -> Unit | None:
    try:
        return unit(name)
    except UnknownUnit:
        return None


def _slack(amount: Quantity, text: str) -> float:
    """Half a unit of the last digit that is written, as a share of the value; a final nought may be any digit."""
    digits = "".join(char for char in text[amount.start : amount.end] if char.isdigit()).lstrip("0")
    if not digits:
        return _SLACK
    written = digits if "." in text[amount.start : amount.end] else digits.removesuffix("0")
    return _SLACK / 2 + 0.5 / float(written or 1)


def _given_slack(amount: Quantity, text: str) -> float:
    """A whole number that is converted is meant as it is."""
    return _slack(amount, text) if "." in text[amount.start : amount.end] else 0.0


def _shown(amount: Quantity) -> str:
    return f"{amount.value:,.10g} {_named(amount.unit)}"


def _named(measure: Unit) -> str:
    return measure.name.replace("metric_ton", "t").replace("_", " ")
