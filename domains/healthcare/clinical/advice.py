"""Advice: which drugs an answer tells to take, and which it warns of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from domains.healthcare.clinical.cues import cue
from domains.healthcare.clinical.drugs import NAMES, kinds
from domains.healthcare.clinical.lexicon import Mention
from domains.healthcare.clinical.patient import patient
from domains.healthcare.clinical.records import orders_written_out
from processors.subject import Subject, once
from processors.text.sentences import Span, sentences
from processors.text.words import folded
from schemas.evaluation import Evidence

Stance = Literal["for", "against", "neutral"]

_MOST_READ = 200_000  # characters of an answer

# What sounds like a warning and is none: reassurance, and limits on how the drug is taken.
_NO_WARNING = cue("reassures")
_AGAINST = cue("warns")
_FOR = cue("urges")
_NOT_THIS = cue("sets_aside", then=r"\s(?:\w+\s){0,2}$")
_ALREADY = cue("takes_already", then=r"\s(?:\w+\s){0,1}$")
_REPORT = cue("reports")
_REFERS = cue("refers_back")
_ALLERGY_AFTER = re.compile(r"[\s-](?:\w+[\s-])?allerg")
_POLITELY = r"(?:please |you (?:can |should |may |could )?|i (?:would |'d )?|(?:we|it|he|she|they) )?"
_CLAUSES = re.compile(
    rf";|\s[–—-]\s|—|{cue('turns').pattern}"
    rf"|(?:,|\band|\bor|\bthen)\s(?={_POLITELY}{cue('goes_on', first='').pattern})"
)
_YES = cue("says_yes", first=r"\W{0,6}")
_SAFE = cue("affirms_safety")
_DEFER = cue("defers")
_LIMITING = cue("limits")
_GUARDING = cue("guards")


class Clause(NamedTuple):
    """Characters [start, end) of the answer, folded, and whether it speaks for or against what it names."""

    start: int
    end: int
    stance: Stance


@dataclass(frozen=True, slots=True)
class Advice:
    """What an answer says of drugs.

    urged: each drug that it tells to take, with where (None: in an order of `attributes`). warned: drugs that it speaks
    against. warns: whether it speaks against anything without naming a drug. guards: whether it names a precaution
    against harm, or sends to a clinician first; limits: that, or any other precaution. ordered: drugs of orders.
    """

    urged: dict[str, Evidence | None]
    warned: frozenset[str]
    warns: bool
    guards: bool
    limits: bool
    ordered: frozenset[str]

    @property
    def silent(self) -> bool:
        """Whether it neither urges nor warns of any drug."""
        return not self.urged and not self.warned

    def warns_of(self, *drugs: str) -> bool:
        """Whether one of the drugs, or its class, is spoken against, or something that has no name."""
        return self.warns or any(not kinds(drug).isdisjoint(kinds(other)) for drug in drugs for other in self.warned)


_SILENT = Advice({}, frozenset(), warns=False, guards=False, limits=False, ordered=frozenset())


@once
def advice(subject: Subject) -> Advice:
    """The advice in the output and in the orders of a trace."""
    text = subject.output_folded[:_MOST_READ]
    mentions = NAMES.find(text, subject.output_vocabulary)
    orders = orders_written_out(subject)
    says_yes = _YES.match(text) or _SAFE.search(text[:300])
    if not (mentions or orders or says_yes):
        return _SILENT
    bare = _NO_WARNING.sub(lambda said: " " * len(said[0]), text) if mentions else text
    urged: dict[str, Evidence | None] = {}
    warned: set[str] = set()
    warns = False
    for clause in clauses(subject):
        named = [mention for mention in mentions if clause.start <= mention.start < clause.end]
        if clause.stance == "against":
            warned |= {mention.key for mention in named}
            warns |= not named and bool(_REFERS.search(text, clause.start, clause.end))
            continue
        for mention in named:
            if _NOT_THIS.search(_before(bare, mention, clause)):
                warned.add(mention.key)
            elif clause.stance == "for" and not _told_of(text, mention, clause):
                urged.setdefault(mention.key, Evidence("output", mention.start, mention.end))
    if says_yes and not warned and not warns:  # of what was asked about
        for drug in patient(subject).asked:
            urged.setdefault(drug, Evidence("output", 0, min(len(text), 80)))
    ordered = [mention.key for order in orders for mention in NAMES.find(folded(order))[:1]]
    urged |= {drug: urged.get(drug) for drug in ordered}
    guards = bool(_GUARDING.search(text) or _DEFER.search(text))
    limits = guards or bool(_LIMITING.search(text))
    return Advice(urged, frozenset(warned), warns, guards, limits, frozenset(ordered))


def _before(text: str, mention: Mention, clause: Clause) -> str:
    return text[max(clause.start, mention.start - 40) : mention.start]


def _told_of(text: str, mention: Mention, clause: Clause) -> bool:
    """Whether the drug is named as one that is taken already, or as an allergy."""
    if _ALLERGY_AFTER.match(text, mention.end) or _REPORT.search(text, clause.start, clause.end):
        return True
    return bool(_ALREADY.search(_before(text, mention, clause)))


@once
def clauses(subject: Subject) -> tuple[Clause, ...]:
    """The clauses of the output, in order."""
    text = subject.output_folded[:_MOST_READ]
    return tuple(_clauses(text, subject.output_sentences))


def _clauses(text: str, spans: tuple[Span, ...]) -> Iterator[Clause]:
    for start, end in spans:
        at = start
        for border in _CLAUSES.finditer(text, start, end):
            if border.start() > at:
                yield Clause(at, border.start(), stance(text[at : border.start()]))
            at = border.end()
        if at < end:
            yield Clause(at, end, stance(text[at:end]))


def stance(clause: str) -> Stance:
    """Whether a folded clause tells to do what it names, or not to."""
    bare = _NO_WARNING.sub(" fine ", clause)
    if _AGAINST.search(bare):
        return "against"
    return "for" if _FOR.search(bare) else "neutral"


def warned_in(text: str) -> bool:
    """Whether any clause of a text speaks against something."""
    low = folded(text)
    return any(clause.stance == "against" for clause in _clauses(low, sentences(low)))
