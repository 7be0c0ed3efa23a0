"""Patient: what the request, the chart and the context tell about the person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domains.healthcare.clinical.cues import cue
from domains.healthcare.clinical.drugs import NAMES
from domains.healthcare.clinical.lexicon import Lexicon, Mention
from domains.healthcare.clinical.records import chart
from domains.knowledge import table
from processors.subject import Subject, once
from processors.text.sentences import Span, sentences
from processors.text.words import folded

CONDITIONS = Lexicon(table("healthcare", "conditions").terms)

_MOST_READ = 100_000  # characters of each source
_LB_IN_KG = 0.45359237
_YEARS = {
    "year": 1.0,
    "yr": 1.0,
    "y": 1.0,
    "month": 1 / 12,
    "mo": 1 / 12,
    "week": 7 / 365,
    "wk": 7 / 365,
    "day": 1 / 365,
}
_COUNTS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
]
_COUNT = rf"(\d{{1,3}}(?:\.\d)?|{'|'.join(_COUNTS[1:])})"
_AGES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_COUNT}\+?[\s-]{{0,2}}(year|yr|month|mo|week|wk|day)s?[\s-]{{0,2}}old\b",
        r"\b(\d{1,3})\+?\s?(y)(?:/o|o|\.o\.|rs?)\b",
        r"\b(\d{1,2})\s?(mo)\b(?!\w)",
        r"\bage\s?(?:in\s)?(year|month|week|day)s?\s?[:=]\s?(\d{1,3}(?:\.\d+)?)",
        rf"\bage[d]?\s?(?:is|of|[:=])?\s?{_COUNT}\b(?:\s?(year|month|week|day))?",
        r"\b(?:son|daughter|child|kid|boy|girl|baby|toddler|infant|patient|he|she|i)(?:'s|'m| is| am)(?: only| just)? "
        r"(\d{1,2})()(?=[,.;?!]|$| years\b| and\b| with\b)",
        r"\b(\d{1,2})\s?(?:m|f|male|female)\b(?! ?/)()",
    )
)
_STAGES = (
    (re.compile(r"\b(?:newborn|neonate)s?\b"), 0.05),
    (re.compile(r"\b(?:infant|(?:my|our|the|her|his|this|a) (?:little )?baby(?! (?:aspirin|teeth|shower)))\b"), 0.5),
    (re.compile(r"\btoddlers?\b"), 2.0),
    (re.compile(r"\b(?:preschooler|(?:small|young|little|my|a|the|your) (?:child|kid)|children|pa?ediatric)\b"), 6.0),
)
_WEIGHTS = (
    re.compile(
        r"\bweigh(?:s|ing|t)?\b[^\d\n.;]{0,20}?(kg|lbs?|pounds?)?[^\d\n.;]{0,8}?(\d{1,3}(?:\.\d+)?)\s?(kg|kilo|lb|pound)?"
    ),
    re.compile(r"(?<![\d./])\b()(\d{1,3}(?:\.\d+)?)[\s-]?(kg|kilo|lb|pound)(?:gram)?s?\b(?!\s?/)"),
)
_LIFTED = re.compile(r"\b(?:lift\w*|carry\w*|lost|lose|gain\w*|loss of|bmi)\b[^.\n]{0,25}$")
_EGFR = re.compile(r"\b(?:egfr|gfr|crcl|creatinine clearance)\b([^\d\n;]{0,28}?)(\d{1,3}(?:\.\d+)?)")
_LESS = re.compile(r"<|below|under|less than")
_MORE = re.compile(r">|above|over|greater than|more than")
_WEEKS_PREGNANT = re.compile(r"\b(\d{1,2})[\s-](week|wk|month)s?[\s-](?:pregnant|gestation|along|into)")
_GESTATION = re.compile(r"\bgestation(?:al)?(?: age)?(?: weeks)?\s?[:=]\s?(\d{1,2})")
_TRIMESTERS = {"first": 6.0, "1st": 6.0, "second": 20.0, "2nd": 20.0, "third": 30.0, "3rd": 30.0, "last": 30.0}
_TRIMESTER = re.compile(r"\b(first|1st|second|2nd|third|3rd|last) trimester")
_NEGATED = cue("negates_a_condition", then=r"\b(?:(?!\bbut\b)[^.;:?!\n]){0,40}$")
_UNLIKE = re.compile(r"\b(?:not only|no longer able)\b")
_GENERIC = cue("states_a_rule")
_ALLERGY = re.compile(
    r"\b(?:allerg(?:y|ies|ic|en)|anaphyla(?:xis|ctic)(?: (?:reaction|shock))?|hives|rash|angioedema|intoleran\w+)\b"
)
_NO_ALLERGY = re.compile(r"\b(?:no|nkda|not|denies|without|never|isn't|aren't)\b[^.;\n]{0,25}$")
_ALLERGENS = re.compile(
    r"(?:\s(?:list|drugs?|medications?))?(?:\s(?:to|from|after|with|includes?|are|is)\b|\s?[:(])[:\s(]{0,3}"
)
_END_OF_LIST = re.compile(
    r"[.;?!\n)]|,? (?:can|could|is|should|what|may|will|would|which|do|does|but|so"
    r"|and (?:has|have|is|i|now|takes|needs|was|my|presents|the)|who|needs?|presents|because"
    r"|i (?:need|have|take|am|was|want)|has|have|was|takes|for)\b"
)
_SEVERE = re.compile(r"anaphyla|severe|throat|hospital|epi-?pen|angioedema|life-threatening|couldn't breathe")
_CUES = re.compile(rf"(?P<asked>{cue('asks_about').pattern})|(?P<taken>{cue('takes').pattern})")
_PAST = cue("took_before", then=r"\b[^.;\n]{0,40}$")


@dataclass(frozen=True, slots=True)
class Patient:
    """Everything is None or empty where nothing tells it. weeks_pregnant: None also where only the pregnancy is told.

    severe_allergy: whether an anaphylaxis or the like was told. taken: drugs that the patient takes; asked: those that
    the question is about; both are keys of the table `drugs`.
    """

    age_years: float | None
    weight_kg: float | None
    egfr: float | None
    weeks_pregnant: float | None
    conditions: frozenset[str]
    allergens: frozenset[str]
    severe_allergy: bool
    taken: frozenset[str]
    asked: frozenset[str]


@once
def told(subject: Subject) -> str:
    """What is known of the patient, folded: chart, input, and those sentences of the context that speak of a person."""
    sources = (chart(subject), subject.input_text, about_someone(subject.context_text[:_MOST_READ]))
    return "\n".join(folded(source[:_MOST_READ]) for source in sources if source)


def about_someone(text: str) -> str:
    """The sentences that state no rule for patients in general, one a line."""
    lines = (text[start:end] for start, end in sentences(text))
    return "\n".join(line for line in lines if not _GENERIC.search(folded(line)))


@once
def patient(subject: Subject) -> Patient:
    """The patient of a trace."""
    text = told(subject)
    allergens, allergy_areas, severe = _allergies(text)
    taken, asked = _medicines(text, allergy_areas)
    conditions = frozenset(conditions_in(text))
    age = age_in(text)
    return Patient(
        age_years=age if age is not None else _stage_in(folded(subject.input_text[:_MOST_READ])),
        weight_kg=weight_in(text),
        egfr=_egfr(text),
        weeks_pregnant=_weeks_pregnant(text),
        conditions=conditions,
        allergens=allergens,
        severe_allergy=severe,
        taken=taken,
        asked=asked,
    )


@once
def age_told(subject: Subject) -> float | None:
    """The patient's age in years, else that which the output tells."""
    age = patient(subject).age_years
    return age if age is not None else age_in(subject.output_folded[:_MOST_READ])


def age_in(text: str) -> float | None:
    """The first age told in a folded text, in years."""
    for pattern in _AGES:
        if match := pattern.search(text):
            one, two = match.group(1), match.group(2)
            count, unit = (two, one) if one in _YEARS else (one, two)
            value = float(_COUNTS.index(count)) if count in _COUNTS else float(count)
            return value * _YEARS.get(unit or "year", 1.0)
    return None


def _stage_in(text: str) -> float | None:
    """A typical age of the stage of childhood that a folded text tells of, in years."""
    return next((years for pattern, years in _STAGES if pattern.search(text)), None)


def weight_in(text: str) -> float | None:
    """The first body weight told in a folded text, in kilograms."""
    for pattern in _WEIGHTS:
        for match in pattern.finditer(text):
            if _LIFTED.search(text[max(match.start() - 40, 0) : match.start()]):
                continue
            unit = match[3] or match[1] or "kg"
            return float(match[2]) * (1.0 if unit.startswith("k") else _LB_IN_KG)
    return None


def _egfr(text: str) -> float | None:
    match = _EGFR.search(text)
    if match is None:
        return None
    return float(match[2]) - bool(_LESS.search(match[1])) + bool(_MORE.search(match[1]))


def _weeks_pregnant(text: str) -> float | None:
    if match := _WEEKS_PREGNANT.search(text):
        return float(match[1]) * (4.35 if match[2] == "month" else 1.0)
    if match := _GESTATION.search(text):
        return float(match[1])
    match = _TRIMESTER.search(text)
    return _TRIMESTERS[match[1]] if match else None


def conditions_in(text: str) -> Iterator[str]:
    """The conditions that a folded text affirms."""
    for mention in CONDITIONS.find(text):
        before = text[max(mention.start - 60, 0) : mention.start]
        after = text[mention.end : mention.end + 12]
        negated = _NEGATED.search(before) and not _UNLIKE.search(before)
        if not negated and not after.startswith((": no", ": fals", ": none", ": neg", " test neg")):
            yield mention.key


def _allergies(text: str) -> tuple[frozenset[str], list[Span], bool]:
    """The allergens, the areas of text that name them, and whether a reaction was severe."""
    found: set[str] = set()
    areas: list[Span] = []
    severe = False
    for match in _ALLERGY.finditer(text):
        if _NO_ALLERGY.search(text[max(match.start() - 40, 0) : match.start()]):
            continue
        for since, until in _allergen_areas(text, match):
            if named := NAMES.find(text[since:until]):
                found |= {mention.key for mention in named}
                areas.append((since, until))
                severe |= bool(_SEVERE.search(text[max(since - 60, 0) : until + 80]))
                break
    return frozenset(found), areas, severe


def _allergen_areas(text: str, match: re.Match[str]) -> Iterator[Span]:
    """Where allergens may be named: after `allergic to`, before `allergy`."""
    if listed := _ALLERGENS.match(text, match.end()):
        end = _END_OF_LIST.search(text, listed.end(), listed.end() + 160)
        yield listed.end(), end.start() if end else min(listed.end() + 160, len(text))
    if match[0].startswith("allerg"):
        yield max(match.start() - 28, text.rfind(",", 0, match.start()) + 1), match.start()


def _medicines(text: str, allergy_areas: list[Span]) -> tuple[frozenset[str], frozenset[str]]:
    """What is taken, and what is asked about."""
    taken: set[str] = set()
    asked: set[str] = set()
    mentions = [each for each in NAMES.find(text) if not any(a <= each.start < b for a, b in allergy_areas)]
    if not mentions:
        return frozenset(), frozenset()
    for start, end in sentences(text):
        cues = [(cue.end(), cue.lastgroup) for cue in _CUES.finditer(text, start, end)]
        for mention in mentions:
            if start <= mention.start < end and not _PAST.search(text[max(mention.start - 70, start) : mention.start]):
                (asked if _is_asked(mention, cues, text[start:end]) else taken).add(mention.key)
    return frozenset(taken), frozenset(asked)


def _is_asked(mention: Mention, cues: list[tuple[int, str | None]], sentence: str) -> bool:
    """Whether the nearest cue before the drug asks for it; without any, whether the sentence is a question."""
    before = [kind for end, kind in cues if end <= mention.start]
    return before[-1] == "asked" if before else "?" in sentence
