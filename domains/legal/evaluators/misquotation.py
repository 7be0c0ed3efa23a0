"""Misquotation: what the output puts in quotation marks is not what the source says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import ClassVar

from domains.legal.cues import cue, said_before
from domains.legal.decisions import cited, decisions
from domains.legal.finding import Finding, result_of
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject
from processors.text.words import folded

MOST = 100
"""Quotations that are looked up, the first ones."""

_QUOTATION = re.compile(r"[“\"](?P<words>[^“”\"\n]{20,1500})[”\"]")
_OMITTED = re.compile(r"\[?(?:\. ?){3,4}\]?|\[?…\]?|\[[^\]\n]{0,40}\]\w{0,12}")
_ATTRIBUTED = cue("attributed")
_DRAFT = cue("proposed_wording")
_WORD = re.compile(r"[a-z0-9$%§]+(?:['.,][a-z0-9]+)*")
_FEWEST_WORDS = 6
_GAP, _WIDE = 6, 240  # characters
_FEWEST_SOURCE_WORDS = 25
_NEAR = 0.6
"""Share of the quotation's word pairs that the source has, from which it is a quotation gone wrong."""


@dataclass(frozen=True, kw_only=True)
class Misquotation(Evaluator):
    """Looks for every quotation of six words or more, up to ellipses and brackets, in the context and the input.

    One that the source of another decision has, one that is near to something there, or that the output attributes to a
    source that it was given as context, fails. Proposed wording is no quotation. Abstains without quotations, and
    without sources to compare with.
    """

    name: ClassVar[str] = "misquotation"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "misquotation"
    cites: ClassVar[tuple[str, ...]] = ("model_rule_3_3", "bluebook")

    def evaluate(self, subject: Subject) -> Result:
        quotations = [
            each for each in islice(_QUOTATION.finditer(subject.output_text), MOST) if _is_quotation(subject, each)
        ]
        if not quotations:
            return Abstain("the output quotes nothing of six words or more")
        source = _words(f"{subject.context_text}\n{subject.input_text}")
        if len(source) < _FEWEST_SOURCE_WORDS:
            return Abstain("there is no source to compare quotations with")
        return result_of(list(_findings(subject, quotations, source)))


def _findings(subject: Subject, quotations: list[re.Match[str]], source: list[str]) -> Iterator[Finding]:
    joined = f" {' '.join(source)} "
    pairs = set(pairwise(source))
    has_sources = bool(subject.trace.context)
    for quotation in quotations:
        parts = [words for part in _OMITTED.split(quotation["words"]) if (words := _words(part))]
        if all(f" {' '.join(words)} " in joined for words in parts):
            yield from _of_another(subject, quotation, parts)
            continue
        own = [pair for words in parts for pair in pairwise(words)]
        share = sum(pair in pairs for pair in own) / max(len(own), 1)
        if share >= _NEAR or (has_sources and _is_attributed(subject, quotation)):
            said = "differs from the source" if share >= _NEAR else "is in none of the sources"
            yield Finding(
                "high", "altered" if share >= _NEAR else "invented", f"The quotation {said}.", *quotation.span()
            )


def _of_another(subject: Subject, quotation: re.Match[str], parts: list[list[str]]) -> Iterator[Finding]:
    """A quotation that is cited to one decision and stands in a source that is another."""
    decision = next((each for each in cited(subject) if 0 <= each.start - quotation.end() <= _GAP), None)
    if decision is None or not decision.citation or "quoting" in subject.output_text[quotation.end() :][:_WIDE]:
        return
    holding = [piece for piece in subject.context_texts if _holds(piece, parts)]
    sources = [{each.citation for each in decisions(piece)} for piece in holding]
    if sources and all(found and decision.citation not in found for found in sources):
        explanation = f"The quotation is not from {decision.name or decision.citation}."
        yield Finding("high", "attributed", explanation, quotation.start(), decision.end)


def _holds(piece: str, parts: list[list[str]]) -> bool:
    joined = f" {' '.join(_words(piece))} "
    return all(f" {' '.join(words)} " in joined for words in parts)


def _is_quotation(subject: Subject, match: re.Match[str]) -> bool:
    if len(_words(match["words"])) < _FEWEST_WORDS:
        return False
    before = subject.output_text[max(match.start() - 160, 0) : match.start()]
    return not _DRAFT.search(before.rpartition("\n")[2])


def _is_attributed(subject: Subject, match: re.Match[str]) -> bool:
    return _ATTRIBUTED.search(said_before(subject.output_text, match.start(), 120)) is not None


def _words(text: str) -> list[str]:
    return [word.rstrip(".,'") for word in _WORD.findall(folded(text).replace("-", " "))]
