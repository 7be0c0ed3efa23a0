"""Amount mismatch: an amount in words and the same amount in figures differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from domains.legal.finding import Finding, is_questioned, result_of
from processors.evaluator import Abstain, Evaluator, Result
from processors.extraction.numerals import numerals
from processors.subject import Subject

_MOST = 500
_FIGURES = re.compile(
    r"\((?:US|USD|U\.S\.)?\s?[$€£]?\s?(?P<figures>\d[\d,]{0,15}(?:\.\d{1,4})?)\s?(?:%|percent|dollars|USD)?\)",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s?(?:(?:U\.?S\.? |united states )?dollars?|percent|per cent)?"
    r"(?: and (?:no|\d{1,2})/100(?: dollars?)?)?\s?\Z",
    re.IGNORECASE,
)
_SPELLED = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|teen|ty|hundred|thousand|million)\Z", re.I
)
_REACH = 120  # characters
_CENTS = 1.0


@dataclass(frozen=True, kw_only=True)
class AmountMismatch(Evaluator):
    """Compares `five thousand dollars ($50,000)` and `thirty (60) days`: figures in brackets with the words before.

    Where they differ the words govern (U.C.C. 3-114), and nobody meant that. Abstains where no figures follow words.
    """

    name: ClassVar[str] = "amount_mismatch"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "contradiction"
    cites: ClassVar[tuple[str, ...]] = ("ucc_3_114",)

    def evaluate(self, subject: Subject) -> Result:
        text = subject.output_text
        pairs = [
            (start, match, spelled)
            for match in islice(_FIGURES.finditer(text), _MOST)
            if (found := _spelled_before(text, match.start())) is not None
            for start, spelled in [found]
        ]
        if not pairs:
            return Abstain("no amount is given in words and figures")
        return result_of(
            [
                Finding("high", "amount", f"“{text[start : match.end()]}” gives two amounts.", start, match.end())
                for start, match, spelled in pairs
                if abs(spelled - float(match["figures"].replace(",", ""))) >= _CENTS
                and not is_questioned(text, start, match.end())
            ]
        )


def _spelled_before(text: str, figures: int) -> tuple[int, float] | None:
    """The number in words, with its unit, that ends where the figures begin, and where it begins."""
    begin = max(figures - _REACH, 0)
    unit = _UNIT.search(text, begin, figures)
    end = unit.start() if unit else figures
    if not _SPELLED.search(text, begin, end):
        return None
    spelled = [each for each in numerals(text[begin:end].lower()) if each.spelled]
    if not spelled or begin + spelled[-1].end < end:
        return None
    return begin + spelled[-1].start, spelled[-1].value
