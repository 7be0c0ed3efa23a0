"""Self-contradiction: the output says of one thing that it is so and that it is not, or gives it two numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from processors.text.answers import leading_yes_no
from processors.text.numbers import Number
from processors.text.polarity import AFFIRMED, POLAR_WORDS, claim_of
from processors.text.sentences import Span
from schemas.evaluation import Evidence

_COMPARED = 6  # content words of a sentence looked up in the rest: enough to rule most sentences out
_OPPOSED, _COUNTED_TWICE, _YES_THEN_NO = 0.85, 0.75, 0.8
_OWNERS = ("the ", "his ", "her ", "its ", "their ", "our ")
_QUANTITY = re.compile(
    rf"(?P<what>(?:{'|'.join(_OWNERS)})(?:[a-z-]{{1,24}} ){{1,5}}?)"
    r"(?:is|was|are|were|equals|totals) (?:about |exactly |only )?(?=[$€£¥]?\d)"
)
_CONCLUSION = re.compile(
    r"\b(?:the (?:final |correct |short )?answer (?:to [^.\n]{1,60} )?is|in short,|so,|therefore,)"
    r" ?[\"“*]*(?P<said>yes|no)\b"
)


@dataclass(frozen=True, slots=True)
class _Clash:
    """Two places of an output that cannot both hold."""

    score: float
    label: str
    first: Span
    second: Span


@dataclass(frozen=True, kw_only=True)
class SelfContradiction(Evaluator):
    """Compares the sentences of an output with each other. Precise, not complete: it judges what is said in like words.

    Abstains on fewer than two sentences. fail_at: score, 0..1, from which the output counts as contradicting itself.
    """

    name: ClassVar[str] = "self_contradiction"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "contradiction"

    fail_at: float = 0.7

    def evaluate(self, subject: Subject) -> Result:
        if len(subject.output_sentences) < 2:
            return Abstain("the output has fewer than two sentences")
        clash = _opposed(subject) or _yes_then_no(subject) or _counted_twice(subject)
        if clash is None or clash.score < self.fail_at:
            return Pass(score=clash.score if clash else 0.0)
        one, other = (subject.output_text[slice(*span)] for span in (clash.first, clash.second))
        return Fail(
            score=clash.score,
            severity="medium",
            label=clash.label,
            explanation=f"“{_short(one)}” and “{_short(other)}” cannot both hold.",
            evidence=(Evidence("output", *clash.first), Evidence("output", *clash.second)),
        )


def _opposed(subject: Subject) -> _Clash | None:
    """Two sentences of the same content words in the same order, but of opposite polarity."""
    if not _says_twice(subject):
        return None
    said: dict[tuple[str, ...], tuple[bool, Span]] = {}
    for span in subject.output_sentences:
        claim = claim_of(subject.output_folded[slice(*span)])
        if claim is None:
            continue
        positive, earlier = said.setdefault(claim.content, (claim.positive, span))
        if positive != claim.positive:
            return _Clash(_OPPOSED, "opposed statements", earlier, span)
    return None


def _says_twice(subject: Subject) -> bool:
    """Whether some sentence with a negation or an opposite says nothing that is not said elsewhere too."""
    polar = POLAR_WORDS & subject.output_vocabulary
    if not polar:
        return False
    said = subject.output_words
    for span in subject.output_sentences:
        sentence = subject.output_folded[slice(*span)]
        if any([word in sentence for word in polar]) and (claim := claim_of(sentence)):
            plain = (word for word in claim.content if word not in AFFIRMED)
            if all(said.count(word) > 1 for word in islice(plain, _COMPARED)):
                return True
    return False


def _yes_then_no(subject: Subject) -> _Clash | None:
    """An answer that opens with yes and concludes no, or the other way round."""
    opening = leading_yes_no(subject.output_text[:12]) if "yes" in subject.output_folded else None
    if opening is None:
        return None
    for match in _CONCLUSION.finditer(subject.output_folded):
        if match["said"] != opening:
            return _Clash(_YES_THEN_NO, "yes and no", subject.output_sentences[0], match.span())
    return None


def _counted_twice(subject: Subject) -> _Clash | None:
    """`The total is 5.` and later `The total is 8.`: the same words and unit with another number."""
    text, at = subject.output_folded, 0
    owned = [span for span in subject.output_sentences if text.startswith(_OWNERS, *span)]
    if len(owned) < 2:
        return None
    openings = [match for span in owned if (match := _QUANTITY.match(text, *span))]
    if len(openings) < 2:
        return None
    stated = subject.output_numbers
    said: dict[tuple[str, str], tuple[Number, Span]] = {}
    for match in openings:
        while at < len(stated) and stated[at].start < match.end():
            at += 1
        if at == len(stated) or stated[at].start > match.end() + 1:
            continue
        number = stated[at]
        span = (match.start(), number.end)
        first, earlier = said.setdefault((match["what"], _unit(text, number)), (number, span))
        if abs(first.value - number.value) > max(first.tolerance, number.tolerance):
            return _Clash(_COUNTED_TWICE, "two numbers", earlier, span)
    return None


def _unit(text: str, number: Number) -> str:
    if number.percent:
        return "%"
    return "".join(text[number.end : number.end + 24].split()[:1]).rstrip(".,;:")


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:99] + "…"
