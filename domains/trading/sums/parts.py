"""What the checks of sums have in common: how amounts are written, and when two agree."""

from __future__ import annotations

import re
from typing import NamedTuple

from domains.trading.records import number
from processors.subject import Subject, once

MAX_CHARS = 20_000
AMOUNT = r"\d[\d,]{0,14}+(?:\.\d{1,6}+)?+"
MONEY = rf"(?:usd |us)?[$€£]?\s?({AMOUNT})(?!\s?(?:%|percent|k\b|m\b|bn\b|million|billion|thousand|[-–]\s?\d))"
PERCENT = r"\d{1,4}(?:\.\d{1,4})?"


class Wrong(NamedTuple):
    """A sum that does not come out: its kind, a sentence, and characters [start, end) of the output if it is there."""

    label: str
    what: str
    start: int = 0
    end: int = 0


@once
def told(subject: Subject) -> str:
    """The request and the output, folded, one below the other."""
    return f"{subject.request_folded[:MAX_CHARS]}\n{subject.output_folded[:MAX_CHARS]}"


def amounts(pattern: re.Pattern[str], text: str) -> set[float]:
    """The different amounts, other than zero, that the first group of a pattern finds."""
    return {value for match in pattern.finditer(text) if (value := number(match[1]))}


def near(said: float, worked: float, tolerance: float = 0.5) -> bool:
    """Whether two amounts agree up to rounding: by the tolerance, or by half a percent."""
    return abs(said - worked) <= max(tolerance, 0.005 * abs(worked))
