"""Misattributed statute: an Act is given another section, or another year, than it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.legal.decisions import Decision, cited
from domains.legal.finding import Finding, is_questioned, result_of
from domains.legal.statutes import Act, Enactment, acts, enactments_in
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_ABBREVIATED = r"(?:\s\([A-Za-z’' \"“”-]{2,40}\))?"
_JOINED = re.compile(
    rf"{_ABBREVIATED}(?:\sof\s\d{{4}})?,?\s?(?:is (?:codified|found) )?(?:at |in |under )?\(?(?:codified at |see )?"
)
_ENACTED = re.compile(
    rf"{_ABBREVIATED},?\s(?:(?:which )?was )?(?:first )?"
    r"(?:enacted|passed|adopted|signed into law|became law|took effect)(?: by Congress)? "
    r"(?:in|on) (?:[A-Z][a-z]{2,8}\.? )?(?:\d{1,2}, )?(?P<year>\d{4})"
)
_APPLIED = re.compile(
    r"\b(?:appl(?:y|ied|ying)|interpret(?:ed|ing)|constru(?:ed|ing)|under|violat\w+|pursuant to)\s"
    r"(?:the\s)?(?:\w+\s)?\Z"
)
_SENTENCE = 160  # characters
_YEARS_OFF = 1


@dataclass(frozen=True, kw_only=True)
class MisattributedStatute(Evaluator):
    """Compares the Acts that the output names with the table `acts`: where they are codified and when they were passed,
    and whether the decision said to apply one is older than it.

    Abstains where the output names no Act of the table.
    """

    name: ClassVar[str] = "misattributed_statute"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "misattributed_statute"
    cites: ClassVar[tuple[str, ...]] = ("popular_names", "frcp_11")

    def evaluate(self, subject: Subject) -> Result:
        named = acts(subject.output_text)
        if not named:
            return Abstain("the output names no Act that the snapshot knows")
        text = subject.output_text
        found = [each for act in named for each in _findings(act, subject)]
        return result_of([each for each in found if not is_questioned(text, each.start, each.end)])


def _findings(act: Act, subject: Subject) -> Iterator[Finding]:
    text = subject.output_text
    for enactment in enactments_in(subject):
        if enactment.start >= act.end and _is_joined(text[act.end : enactment.start]) and not _is_of(enactment, act):
            first, title = int(act.row["first"]), int(act.row["title"])
            explanation = f"The {act.key} is at {title} U.S.C. {first}, not at {enactment.written}."
            yield Finding("high", "section", explanation, act.start, enactment.end)
    enacted = int(act.row["enacted"])
    stated = _ENACTED.match(text, act.end)
    if stated and abs(int(stated["year"]) - enacted) > _YEARS_OFF:
        explanation = f"The {act.key} was enacted in {enacted}, not in {stated['year']}."
        yield Finding("high", "enacted", explanation, act.start, stated.end())
    for decision in cited(subject):
        if _applies_too_early(decision, act, text):
            explanation = f"The {act.key} was enacted in {enacted}, after {decision.name or decision.citation}."
            yield Finding("high", "anachronism", explanation, decision.start, act.end)


def _is_joined(between: str) -> bool:
    return len(between) < _SENTENCE and _JOINED.fullmatch(between) is not None


def _is_of(enactment: Enactment, act: Act) -> bool:
    if enactment.code != "U.S.C.":
        return True
    if enactment.title == act.row["title"] and act.row["first"] <= enactment.section <= act.row["last"]:
        return True
    return f"{enactment.title} U.S.C. {enactment.section}" in act.row.get("also", ())


def _applies_too_early(decision: Decision, act: Act, text: str) -> bool:
    """Whether the text says right after a decision that it applied the Act, which is younger."""
    between = text[decision.end : act.start]
    if decision.year is None or decision.year >= int(act.row["enacted"]) or not 0 < len(between) < _SENTENCE:
        return False
    return "\n" not in between and ". " not in between and _APPLIED.search(between) is not None
