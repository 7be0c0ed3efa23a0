"""Patient: what the request, the chart and the context tell about the person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from domains.healthcare.clinical.cues import cue
from domains.healthcare.clinical.drugs import NAMES
from domains.healthcare.clinical.lexicon import Lexicon, Mention
from domains.healthcare.clinical.records import chart
from domains.knowledge import table
from processors.subject import Subject, once, shared
from processors.text.sentences import Span, sentences
from processors.text.words import folded, words

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
        rf"\b(?:son|daughter|child|kid|boy|girl|baby|toddler|infant|he|she)(?:'s| is)(?: only| just| about)? {_COUNT} "
        r"(year|month|mo|week|wk|day)s?\b(?! (?:late|overdue|pregnant|along|gestation|post|out|into|sober))",
        r"\b(\d{1,3})\+?\s?(y)(?:/o|o|\.o\.|rs?)\b",
        r"\b(\d{1,2})\s?(mo)\b(?!\w)",
        r"\bage\s?(?:in\s)?(year|yr|month|mo|week|wk|day)s?\s?[:=]\s?(\d{1,3}(?:\.\d+)?)",
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
_OBSTETRIC = re.compile(
    r"\b(?:ega|g\d{1,2} ?p\d{1,4}\b[^.\n]{0,40}?\b(?:at|,)|iup at) ?(\d{1,2}) ?(?:w\b|w\d|weeks|wks?|\+\d)"
    r"|\bi(?:'m| am) (\d{1,2}) weeks(?=[.,;!?]|$| and\b| with\b)"
)
_EXPECTING = re.compile(
    r"\b(?:i'm|i am|she's|she is|we're|wife is|partner is|daughter is) (?:now |also )?expecting"
    r"(?=[.,;!?]|$| and (?:i|my|she|we|have|has|on|taking|take)\b| twins\b| (?:my|our|her) (?:first|second|third)\b)"
)
_TRIMESTERS = {"first": 6.0, "1st": 6.0, "second": 20.0, "2nd": 20.0, "third": 30.0, "3rd": 30.0, "last": 30.0}
_TRIMESTER = re.compile(r"\b(first|1st|second|2nd|third|3rd|last) trimester")
_NEGATED = cue("negates_a_condition", then=r"\b(?:(?!\bbut\b)[^.;:?!\n]){0,40}$")
_DENIED_AFTER = re.compile(r" ?(?:status|test|screen)? ?:? ?(?:was |is )?(?:no\b|not\b|false|none|neg)")
_UNLIKE = re.compile(r"\b(?:not only|no longer able)\b")
_GENERIC = cue("states_a_rule")
_LAYPERSON = re.compile(r"\b(?:i (?:have|feel|get|take|was|need|want|think|can't|keep|got|had)|i'm|i am|i've|my|me)\b")
_CLINICIAN = cue("asks_as_clinician")
_ALLERGY = re.compile(
    r"\b(?:allerg(?:y|ies|ic|en)|anaphyla(?:xis|ctic)(?: (?:reaction|shock))?|hives|rash|angioedema|intoleran\w+)\b"
)
_NO_ALLERGY = re.compile(r"\b(?:no|nkda|not|denies|without|never|isn't|aren't)\b[^.;\n]{0,25}$")
_ALLERGENS = re.compile(
    r"(?:\s(?:list|drugs?|medications?|band|bracelet|alert|card))?(?:\s(?:to|says|reads|shows|from|after|with|includes?|are|is)\b|\s?[:(])[:\s(]{0,3}"
)
_END_OF_LIST = re.compile(
    r"[.;?!\n)]|,? (?:can|could|is|should|what|may|will|would|which|do|does|but|so"
    r"|and (?:has|have|is|i|now|takes|needs|was|my|presents|the)|who|needs?|presents|because"
    r"|i (?:need|have|take|am|was|want)|has|have|was|takes|for)\b"
)
_REACTED = re.compile(
    r"\b(?:last time|when(?:ever)?|once|previously|after|every time)\b[^.;?\n]{0,20}"
    r"\b(?:had|took|take|taking|given|tried|got|ate|eat|eating)\b"
    r"(?P<to>[^.;?\n]{1,40}?)"
    r"\b(?:swell\w*|swole|swollen|hives|rash|itch\w*|broke out|anaphyla\w*|throat|couldn't breathe)\b"
)
_GAVE = re.compile(
    r"\b(?P<to>[^.;?\n]{1,40}?)\b(?:gave|gives|caused|causes|brought)\b"
    r"[^.;?\n]{0,20}\b(?:hives|rash|swell\w*|itch\w*|anaphyla\w*)\b"
)
_SEVERE = re.compile(r"anaphyla|severe|throat|hospital|epi-?pen|angioedema|life-threatening|couldn't breathe")
_CUES = re.compile(rf"(?P<asked>{cue('asks_about').pattern})|(?P<taken>{cue('takes').pattern})")
_PAST = cue("took_before", then=r"\b[^.;\n]{0,40}$")


class Patient:
    """What is told of a person; each part is read at its first use. It is None or empty where nothing tells it."""

    def __init__(self, text: str, request: str) -> None:
        self._text = text
        self._request = request

    @shared
    def age_years(self) -> float | None:
        """The age told, else a typical one of the stage of childhood that the request tells of."""
        age = age_in(self._text)
        return age if age is not None else _stage_in(folded(self._request))

    @shared
    def weight_kg(self) -> float | None:
        """The body weight."""
        return weight_in(self._text)

    @shared
    def egfr(self) -> float | None:
        """The glomerular filtration rate, in mL/min."""
        return _egfr(self._text)

    @shared
    def weeks_pregnant(self) -> float | None:
        """None also where only the pregnancy is told."""
        return _weeks_pregnant(self._text)

    @shared
    def conditions(self) -> frozenset[str]:
        """Keys of the table `conditions`."""
        found = frozenset(conditions_in(self._text, self.vocabulary))
        return found | {"pregnancy"} if _dated(self._text) or _EXPECTING.search(self._text) else found

    @property
    def allergens(self) -> frozenset[str]:
        """Keys of the table `drugs`."""
        return self._allergies[0]

    @property
    def severe_allergy(self) -> bool:
        """Whether an anaphylaxis or the like was told."""
        return self._allergies[2]

    @property
    def taken(self) -> frozenset[str]:
        """Keys of the table `drugs`: what the patient takes."""
        return self._medicines[0]

    @property
    def asked(self) -> frozenset[str]:
        """Keys of the table `drugs`: what the question is about."""
        return self._medicines[1]

    @shared
    def named(self) -> tuple[Mention, ...]:
        """All drugs that are named."""
        return NAMES.find(self._text, self.vocabulary)

    @shared
    def vocabulary(self) -> frozenset[str]:
        """The words of all that is told."""
        return frozenset(words(self._text))

    @shared
    def _allergies(self) -> tuple[frozenset[str], list[Span], bool]:
        return _allergies(self._text)

    @shared
    def _medicines(self) -> tuple[frozenset[str], frozenset[str]]:
        return _medicines(self._text, self.named, self._allergies[1]) if self.named else (frozenset(), frozenset())


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
    return Patient(told(subject), subject.input_text[:_MOST_READ])


@once
def layperson_asks(subject: Subject) -> bool:
    """Whether somebody asks for themselves or their family."""
    return bool(_LAYPERSON.search(subject.request_folded)) and not _CLINICIAN.search(subject.request_folded)


@once
def clinician_asks(subject: Subject) -> bool:
    """Whether the request is one clinician's to another."""
    return bool(_CLINICIAN.search(subject.request_folded)) and not _LAYPERSON.search(subject.request_folded)


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
    if match := _dated(text):
        return float(match[match.lastindex or 1])
    match = _TRIMESTER.search(text)
    return _TRIMESTERS[match[1]] if match else None


def _dated(text: str) -> re.Match[str] | None:
    """Where a pregnancy is told by its weeks alone, as obstetricians write: `G2P1 at 33 weeks`."""
    return _GESTATION.search(text) or _OBSTETRIC.search(text)


def conditions_in(text: str, vocabulary: frozenset[str] | None = None) -> Iterator[str]:
    """The conditions that a folded text affirms. vocabulary: its words."""
    for mention in CONDITIONS.find(text, vocabulary):
        before = text[max(mention.start - 60, 0) : mention.start]
        after = text[mention.end : mention.end + 24]
        negated = _NEGATED.search(before) and not _UNLIKE.search(before)
        if not negated and not _DENIED_AFTER.match(after):
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
    for match in chain(_REACTED.finditer(text), _GAVE.finditer(text)):
        if named := NAMES.find(match["to"]):
            found |= {mention.key for mention in named}
            areas.append(match.span("to"))
            severe |= bool(_SEVERE.search(match[0]))
    return frozenset(found), areas, severe


def _allergen_areas(text: str, match: re.Match[str]) -> Iterator[Span]:
    """Where allergens may be named: after `allergic to`, before `allergy`."""
    if listed := _ALLERGENS.match(text, match.end()):
        end = _END_OF_LIST.search(text, listed.end(), listed.end() + 160)
        yield listed.end(), end.start() if end else min(listed.end() + 160, len(text))
    if match[0].startswith("allerg"):
        yield max(match.start() - 28, text.rfind(",", 0, match.start()) + 1), match.start()


def _medicines(text: str, named: Sequence[Mention], allergy_areas: list[Span]) -> tuple[frozenset[str], frozenset[str]]:
    """What is taken, and what is asked about, of the drugs that are named."""
    taken: set[str] = set()
    asked: set[str] = set()
    mentions = [each for each in named if not any(a <= each.start < b for a, b in allergy_areas)]
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
