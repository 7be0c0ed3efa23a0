"""Anachronistic authority: a dated paper cites a decision or an Act that came after its date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.legal.authorities import landmark_at
from domains.legal.cues import cue
from domains.legal.decisions import cited
from domains.legal.finding import Finding, result_of
from domains.legal.statutes import acts
from processors.evaluator import Abstain, Evaluator, Result
from processors.extraction.dates import dates
from processors.subject import Subject

_PAPER = cue("title_of_paper", case=True)
_DATED = re.compile(
    r"\b(?:date[d]?|filed|entered|decided|executed|as of|made)\b[:* ]{0,4}(?:on |this )?\Z", re.IGNORECASE
)
_HEAD, _TITLE, _REACH = 240, 80, 24  # characters


@dataclass(frozen=True, kw_only=True)
class AnachronisticAuthority(Evaluator):
    """Compares the date at the head of a memorandum, brief, opinion or contract with the years of the decisions and
    Acts that it cites.

    Abstains where the output is no dated paper, and where it cites nothing.
    """

    name: ClassVar[str] = "anachronistic_authority"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "anachronistic_authority"
    cites: ClassVar[tuple[str, ...]] = ("frcp_11", "bluebook")

    def evaluate(self, subject: Subject) -> Result:
        year = _year_of(subject.output_text)
        if year is None:
            return Abstain("the output is no paper with a date at its head")
        dated = list(_dated_authority(subject))
        if not dated:
            return Abstain("the paper cites no authority whose year is known")
        return result_of(
            [
                Finding("high", "later", f"{described} is later than the paper's year, {year}.", start, end)
                for described, enacted, start, end in dated
                if enacted > year
            ]
        )


def _year_of(text: str) -> int | None:
    """The year that the paper itself is dated to; None where the output does not begin as a paper does."""
    head = text[:_HEAD]
    if not _PAPER.search(head[:_TITLE]):
        return None
    of_paper = (each.date.year for each in dates(head) if _DATED.search(head[max(each.start - _REACH, 0) : each.start]))
    return next(of_paper, None)


def _dated_authority(subject: Subject) -> Iterator[tuple[str, int, int, int]]:
    """What is cited, its year and its place."""
    for decision in cited(subject):
        landmark = landmark_at(decision)
        year = landmark.row["year"] if landmark else decision.year
        if year:
            yield (
                landmark.described if landmark else decision.name or decision.citation,
                year,
                decision.start,
                decision.end,
            )
    for act in acts(subject.output_text):
        yield f"The {act.key} ({act.row['enacted']})", act.row["enacted"], act.start, act.end
