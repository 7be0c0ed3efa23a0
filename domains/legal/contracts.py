"""Contracts in texts: their numbered sections, and the counts that their clauses state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from domains.legal.cues import entries
from processors.subject import Subject, once
from processors.text.lexicons import load

MOST = 2_000
"""Sections, references or clauses read from one text, the first ones."""

_FEWEST_SECTIONS = 3
_SECTION = re.compile(
    r"(?:^|\n|(?<=[.;:)”\"] ))[ \t#*]{0,8}"
    r"(?:(?:Section|Sec\.|SECTION|Article|ARTICLE|Clause|CLAUSE|Paragraph|§)[ \t]?)?"
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,2})(?:[.):]|[ \t][-–—])?[ \t*]{1,4}(?=[A-Z\"“*<])"
)
_OF_CONTRACTS = frozenset(entries("language_of_contracts"))
_FEWEST_WORDS = 2

_UNITS: dict[str, float] = load("words")["number_words"]
_TENS: dict[str, float] = load("words")["tens"]
_SPELLED = "|".join(sorted({*_UNITS, *_TENS, "hundred"}, key=len, reverse=True))
COUNT = rf"(?:(?:(?:{_SPELLED})[- ]?){{1,4}}\(?(?P<figure>\d{{1,4}})?\)?|(?P<digits>\d{{1,4}})(?:\s\(\d{{1,4}}\))?)"
"""Regex of a count in figures, in words, or in words with the figures in brackets; blind to case where compiled so."""


class Section(NamedTuple):
    """A numbered section: `7` or `7.2`, and where it begins."""

    number: str
    start: int


@once
def drafted(subject: Subject) -> tuple[Section, ...]:
    """The numbered sections of the contract that the output is, in order; none where it is none."""
    if not is_contract(subject):
        return ()
    found = tuple(
        Section(match["number"], match.start()) for match in islice(_SECTION.finditer(subject.output_text), MOST)
    )
    return found if len(found) >= _FEWEST_SECTIONS else ()


def is_contract(subject: Subject) -> bool:
    """Whether the output has the words of a contract."""
    return len(_OF_CONTRACTS & subject.output_vocabulary) >= _FEWEST_WORDS


def count_of(match: re.Match[str]) -> int:
    """The number that COUNT matched, the figures first."""
    figures = match["figure"] or match["digits"]
    return int(figures) if figures else int(_spelled(match[0]))


def _spelled(words: str) -> float:
    values = [
        _value(word)
        for word in re.findall(r"[a-z]+", words.lower())
        if word in _UNITS or word in _TENS or word == "hundred"
    ]
    total = 0.0
    for value in values:
        total = total * value if value == 100 and total else total + value
    return total


def _value(word: str) -> float:
    return 100.0 if word == "hundred" else _UNITS.get(word, 0.0) + _TENS.get(word, 0.0)


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Characters [start, end) of the clauses of a contract: up to a full stop, a semicolon or a line's end."""
    start = 0
    for match in islice(re.finditer(r"[.;](?=\s|\Z)|\n", text), MOST):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)
