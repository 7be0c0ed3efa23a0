"""Wrong mining arithmetic: metal that is not tonnes × grade, or a rate that is not injuries by hours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import re2  # type: ignore[import-untyped]  # ships no types

from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.extraction.quantities import Quantity, quantities
from processors.subject import Subject
from processors.text.words import folded
from processors.units import unit
from schemas.evaluation import Evidence

_MASS, _TIME = unit("g").dimension, unit("s").dimension
_METAL = r"(?:gold|silver|copper|zinc|lead|nickel|tin|platinum|palladium|lithium|cobalt|molybdenum|uranium|u3o8|iron|metal|au|ag|cu|zn|pb|ni)"
_OF_METAL = re2.compile(rf"(?i)^\s*(?:of )?(?:contained |recover\w+ |payable |fine )?{_METAL}\b")
_CONTAINED = re2.compile(
    r"(?i)\b(?:contain\w*|recover\w*|yield\w*|produc\w+|metal content)[^\w,.;]+(?:\w+[^\w,.;]+){0,3}$"
)
_WASTE = re2.compile(r"(?i)\b(?:waste|overburden|barren|strip\w*)\b")
_RECOVERED = re2.compile(r"(?i)\brecover\w*\b")
_GRADE_UNITS = ("g/metric_ton", "percent", "ppm", "ounce/", "troy_ounce/")
_GRADED = re2.compile(r"(?i)\b(?:grad\w+|assay\w*|at|@|averag\w+|head)\W+(?:\w+\W+){0,2}$")
_RATE = re2.compile(
    r"(?i)\b(?P<name>trifr|ltifr|ltir|trir|nfdl(?: rate)?|(?:incident|incidence|injury|accident|frequency) rate)\b[^.\n]{0,60}?"
    r"(?:is|was|of|=|:|comes to|works out (?:at|to)|equals)\s*(?:about |approximately |roughly |≈ ?|~ ?)?(?P<rate>\d{1,4}(?:\.\d{1,4})?)\b"
)
_GOES_ON = re2.compile(r"(?i)\s*(?:injur|lost|record|fatal|x\b|×|\*|/|÷|hours|per cent|%|,\d)")
_INJURIES = re2.compile(
    r"(?i)\b(?P<count>\d{1,5}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+(?:[a-z-]+\s+){0,3}?(?:injur(?:y|ies)|ltis?|lost[- ]time (?:injur\w+|incidents?|cases?)|recordables?|incidents?|accidents?)\b"
)
_HOURS = re2.compile(
    r"(?i)\b(?P<hours>\d{1,3}(?:,\d{3})+|\d{4,9}|\d+(?:\.\d+)? million)\s+(?:[a-z-]+\s+){0,3}?(?:hours|man-?hours|hrs)\b"
)
_PER_200K = re2.compile(r"(?i)200,?000|100 (?:full[- ]time )?(?:workers|employees)|\bmsha\b|\bosha\b|\btrir\b|\bnfdl\b")
_PER_MILLION = re2.compile(r"(?i)1,?000,?000|\bmillion (?:hours|man-?hours|work)|\btrifr\b|\bltifr\b|\bicmm\b")
_NUMBERS = {
    word: at for at, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}
_TOLERANCE = 0.03
_MAX_TEXT = 20_000


class Wrong(NamedTuple):
    """A result that is wrong: what it should be, how, and where it stands."""

    said: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class WrongMiningArithmetic(Evaluator):
    """Contained or recovered metal, and rates of injuries, that the output states follow from the figures it rests on.

    These are read from the output, and where it has none from the request. Only where there is one tonnage and one
    grade, or one number of injuries and of hours, is a result judged; else it abstains. Up to 3 % off is rounding.
    """

    name: ClassVar[str] = "wrong_mining_arithmetic"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "wrong_mining_arithmetic"
    cites: ClassVar[tuple[str, ...]] = ("crirsco", "cfr_30_50_1", "icmm_safety")

    def evaluate(self, subject: Subject) -> Result:
        output, request = subject.output_text[:_MAX_TEXT], subject.request[:_MAX_TEXT]
        judged = [found for check in _CHECKS if (found := check(output, request)) is not None]
        if not judged:
            return Abstain("the output works out neither metal nor a rate of injuries from given figures")
        wrong = next((each for found in judged for each in found), None)
        if wrong is None:
            return Pass()
        evidence = (Evidence("output", wrong.start, wrong.end),)
        return Fail(score=0.9, severity="high", label="arithmetic", explanation=wrong.said, evidence=evidence)


def _metal(output: str, request: str) -> list[Wrong] | None:
    """Wrong amounts of metal; None where there is none that follows from one tonnage and one grade."""
    read = quantities(output)
    metals = [each for each in read if each.unit.dimension == _MASS and _is_metal(each, output)]
    asked = quantities(request)
    ore = _one(_ores(read, output, metals)) or _one(_ores(asked, request, []))
    grade = _one(_grades(read, output)) or _one(_grades(asked, request))
    if not metals or ore is None or grade is None:
        return None
    contained = ore.unit.to_base(ore.value) * grade.unit.to_base(grade.value)
    shares = [
        1.0,
        *(
            each.value / 100
            for text, all_ in ((output, read), (request, asked))
            for each in all_
            if _is_recovery(each, text)
        ),
    ]
    rights = [contained * share for share in shares]
    wrong = [each for each in metals if not any(_near(_troy(each), right) for right in rights)]
    if len(wrong) < len(metals) and len(metals) > 1:
        return []  # one of them is right; what the others are of is not known
    return [_wrong_metal(each, ore, grade, rights) for each in wrong]


def _wrong_metal(metal: Quantity, ore: Quantity, grade: Quantity, rights: list[float]) -> Wrong:
    name = metal.unit.name.replace("ounce", "troy_ounce") if "troy" not in metal.unit.name else metal.unit.name
    measure = unit(name)
    right = " or ".join(f"{measure.from_base(each):,.6g}" for each in dict.fromkeys(rights))
    made = f"{ore.value:,.10g} {ore.unit.name} × {grade.value:g} {grade.unit.name}".replace("metric_ton", "t")
    said = f"{made} is {right} {name.replace('_', ' ')}, not {metal.value:,.10g}."
    return Wrong(said, metal.start, metal.end)


def _troy(metal: Quantity) -> float:
    """The mass in gram; an ounce of metal is a troy ounce."""
    name = metal.unit.name
    return (
        unit(name.replace("ounce", "troy_ounce")).to_base(metal.value)
        if "ounce" in name and "troy" not in name
        else metal.unit.to_base(metal.value)
    )


def _is_metal(each: Quantity, text: str) -> bool:
    by_ounces = "ounce" in each.unit.name
    behind, before = text[each.end : each.end + 40], text[max(each.start - 40, 0) : each.start]
    return by_ounces or bool(_OF_METAL.search(behind)) or bool(_CONTAINED.search(before))


def _ores(read: list[Quantity], text: str, metals: list[Quantity]) -> Iterator[Quantity]:
    for each in read:
        tonnage = each.unit.dimension == _MASS and "ton" in each.unit.name and each.high is None
        around = text[max(each.start - 20, 0) : each.end + 25]
        if tonnage and each not in metals and not _WASTE.search(around) and not _is_metal(each, text):
            yield each


def _grades(read: list[Quantity], text: str) -> Iterator[Quantity]:
    for each in read:
        if each.high is None and each.unit.name.startswith(_GRADE_UNITS) and not _is_recovery(each, text):
            graded = _GRADED.search(text[max(each.start - 40, 0) : each.start]) or _OF_METAL.search(
                text[each.end : each.end + 30]
            )
            if each.unit.name != "percent" or graded:
                yield each


def _is_recovery(each: Quantity, text: str) -> bool:
    around = text[max(each.start - 45, 0) : each.end + 25]
    return each.unit.name == "percent" and each.value > 20 and bool(_RECOVERED.search(around))


def _rate(output: str, request: str) -> list[Wrong] | None:
    """Wrong rates of injuries; None where there is none that follows from one number of injuries and one of hours."""
    stated = [match for match in _RATE.finditer(output) if not _GOES_ON.match(output[match.end() : match.end() + 12])]
    both = f"{request}\n{output}"
    counts = {_number(match.group("count")) for match in _INJURIES.finditer(both)}
    hours = {_number(match.group("hours")) for match in _HOURS.finditer(both)} - {200_000.0, 1_000_000.0}
    if not stated or len(counts) != 1 or len(hours) != 1 or not min(hours):
        return None
    bases = [base for base, said in ((200_000, _PER_200K), (1_000_000, _PER_MILLION)) if said.search(both)] or [
        200_000,
        1_000_000,
    ]
    rights = [min(counts) * base / min(hours) for base in bases]
    last = stated[-1]
    value = float(last.group("rate"))
    if any(abs(value - right) <= max(_TOLERANCE * right, 0.051) for right in rights):
        return []
    right = " or ".join(f"{each:.3g} per {base:,} hours" for each, base in zip(rights, bases, strict=True))
    said = f"{min(counts):g} injuries in {min(hours):,.10g} hours are {right}, not {value:g}."
    return [Wrong(said, last.start(2), last.end(2))]


def _number(text: str) -> float:
    bare = folded(text).replace(",", "")
    if bare in _NUMBERS:
        return float(_NUMBERS[bare])
    return float(bare.removesuffix(" million")) * 1e6 if bare.endswith(" million") else float(bare)


def _one(found: Iterator[Quantity]) -> Quantity | None:
    """What is found where nothing else is, the same again apart."""
    each = {(quantity.value, quantity.unit.name): quantity for quantity in found}
    return next(iter(each.values())) if len(each) == 1 else None


def _near(value: float, right: float) -> bool:
    return abs(value - right) <= _TOLERANCE * max(abs(right), abs(value))


_CHECKS: tuple[Callable[[str, str], list[Wrong] | None], ...] = (_metal, _rate)
