"""Decisions that a text cites: names of the parties, reporter citations, court and year."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from domains.knowledge import table
from domains.legal.cues import entries
from processors.subject import Subject, once

MOST = 500
"""Decisions read from one text, the first ones."""

_REPORTERS = table("legal", "reporters")
_UNTABLED = (
    *("Cal.", "Cal. 2d", "Cal. 3d", "Cal. 4th", "Cal. 5th", "Cal. App. 2d", "Cal. App. 3d", "Cal. App. 4th"),
    *("Cal. App. 5th", "Cal. Rptr.", "Cal. Rptr. 2d", "Cal. Rptr. 3d", "N.Y.", "N.Y.2d", "N.Y.3d", "N.Y.S.2d"),
    *("N.Y.S.3d", "A.D.2d", "A.D.3d", "Misc. 2d", "Misc. 3d", "N.E.3d", "L. Ed.", "F.R.D.", "B.R.", "F. App'x"),
    *("Fed. Cl.", "Ill. 2d", "Mass.", "N.J.", "N.J. Super.", "Pa.", "Tex.", "Va.", "Mich.", "N.H.", "Wash. 2d", "WL"),
)


def _pressed(name: str) -> str:
    return re.sub(r"[\s.’']", "", name).lower()


def _loose(name: str) -> str:
    """The reporter's name with each space and full stop optional."""
    parts = re.findall(r"[A-Za-z]+(?:'x)?|\d\w\w?", name)
    return r"\.?\s?".join(part.replace("'", "['’]") for part in parts) + r"\.?"


_NAMES = {_pressed(name): name for name in (*_REPORTERS.rows, *_UNTABLED)}
_CITATION = re.compile(
    r"\d(?<![\w.$]\d)\d{0,3}\s{1,2}(?P<reporter>"
    + "|".join(_loose(name) for name in sorted(_NAMES.values(), key=len, reverse=True))
    + r")\s{1,2}(?P<page>\d{1,7})\b(?!\s(?:U\.?S|F\.))"
)
_PINS = re.compile(r"(?:(?:,|\s?[-–]|\s&)\s?(?:at\s)?\d{1,5}(?:\sn\.\s?\d{1,3})?){0,4}")
_COURT_AND_YEAR = re.compile(
    r",?\s?\((?P<court>[A-Z][^()\d\n]{0,40}?|\d{1,2}(?:st|nd|rd|th|d)\sCir\.|)\s*"
    r"(?:(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s\d{1,2},\s)?(?P<year>\d{4})\)"
)
_LINKS = "of|the|and|for|on|de|ex|et|la|von|van"
_WORD = (
    rf"(?:<[A-Z_]+_[a-z]+>|(?:[A-Z]\.){{1,5}}|(?:{'|'.join(entries('abbreviated'))})\."
    rf"|[a-z]?[A-Z&][\w&'’/-]*(?:\.[A-Z]\.?)*|{_LINKS})"
)
_BEFORE = re.compile(rf"(?:(?:{_WORD}|[A-Z][a-z]{{1,5}}\.),?\s){{1,14}}\Z")
_AFTER = re.compile(rf"{_WORD}(?:,?\s{_WORD}){{0,13}}")
_TRAILING = re.compile(rf"(?:,?\s(?:{_LINKS}))+\Z")
_VERSUS = re.compile(r"\svs?\.?\s(?=[A-Z<\d&])")
_MATTER = re.compile(r"(?:In re|Ex parte|Matter of|Estate of)\s(?:[A-Z<][^\s,()]{0,40}\s?){1,8}(?=,\s\Z)")
_SIGNALS = frozenset({*entries("leads_to_name"), *_LINKS.split("|")})
_WINDOW = 160
_GAP_TO_PARALLEL = re.compile(r"(?:,\s?\d{1,5}(?:[-–]\d{1,5})?)?,\s\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision as a text cites it. `first`, `second`: the parties as written, where there are any. `citation`:
    volume, reporter and page, such as `410 U.S. 113`, and its parts; empty and 0 where only the name is there."""

    first: str = ""
    second: str = ""
    volume: int = 0
    reporter: str = ""
    page: int = 0
    court: str = ""
    year: int | None = None
    start: int
    end: int

    @property
    def citation(self) -> str:
        return f"{self.volume} {self.reporter} {self.page}" if self.reporter else ""

    @property
    def name(self) -> str:
        return f"{self.first} v. {self.second}" if self.second else self.first


@once
def cited(subject: Subject) -> tuple[Decision, ...]:
    """The decisions that the output cites."""
    return decisions(subject.output_text)


def decisions(text: str) -> tuple[Decision, ...]:
    """The decisions that a text cites, in order: by reporter, and those that it only names."""
    reported = _with_shared_years([_reported(match, text) for match in islice(_CITATION.finditer(text), MOST)], text)
    named = islice(_named(text, reported), MOST)
    return tuple(sorted((*reported, *named), key=lambda decision: decision.start))


def _reported(match: re.Match[str], text: str) -> Decision:
    pins = _PINS.match(text, match.end())
    place = _COURT_AND_YEAR.match(text, pins.end() if pins else match.end())
    first, second, start = _name_before(text, match.start())
    return Decision(
        first=first,
        second=second,
        volume=int(match[0].split(maxsplit=1)[0]),
        reporter=_NAMES[_pressed(match["reporter"])],
        page=int(match["page"]),
        court=place["court"].strip() if place else "",
        year=int(place["year"]) if place else None,
        start=start,
        end=place.end() if place else match.end(),
    )


def _with_shared_years(found: list[Decision], text: str) -> list[Decision]:
    """`248 N.Y. 339, 162 N.E. 99 (1928)`: parallel citations share name and year."""
    for index in range(len(found) - 1, 0, -1):
        decision, before = found[index], found[index - 1]
        if before.year is None and not decision.name and _GAP_TO_PARALLEL.match(text[before.end : decision.start]):
            found[index - 1] = replace(before, year=decision.year, court=decision.court)
    for index in range(1, len(found)):
        decision, before = found[index], found[index - 1]
        if not decision.name and _GAP_TO_PARALLEL.match(text[before.end : decision.start]):
            found[index] = replace(decision, first=before.first, second=before.second)
    return found


def _named(text: str, reported: list[Decision]) -> Iterator[Decision]:
    starts = [decision.start for decision in reported]
    for versus in _VERSUS.finditer(text):
        at = bisect_right(starts, versus.start()) - 1
        if at >= 0 and versus.start() < reported[at].end:
            continue
        first, start = _party_before(text, versus.start())
        after = _AFTER.match(text, versus.end(), versus.end() + _WINDOW)
        if not first or not after:
            continue
        second = _TRAILING.sub("", after[0])
        place = _COURT_AND_YEAR.match(text, after.end())
        yield Decision(
            first=first,
            second=second,
            court=place["court"].strip() if place else "",
            year=int(place["year"]) if place else None,
            start=start,
            end=place.end() if place else versus.end() + len(second),
        )


def _name_before(text: str, end: int) -> tuple[str, str, int]:
    """The parties named right before a citation, and where that begins."""
    window_start = max(end - _WINDOW, 0)
    window = text[window_start:end]
    if not window.endswith((", ", " ")):
        return "", "", end
    if matter := _MATTER.search(window):
        return matter[0].rstrip(" ,"), "", window_start + matter.start()
    for versus in reversed(list(_VERSUS.finditer(window))):
        after = _AFTER.match(window, versus.end())
        if not after or window[after.end() :].strip(" ,."):
            break
        first, start = _party_before(text, window_start + versus.start())
        return first, after[0].rstrip(" ,."), start
    return "", "", end


def _party_before(text: str, end: int) -> tuple[str, int]:
    """The party whose name ends there, without the words that lead to it, and where it begins."""
    window_start = max(end - _WINDOW, 0)
    match = _BEFORE.search(text[window_start:end] + " ")
    if not match:
        return "", end
    words, start = match[0].rstrip(), window_start + match.start()
    while words.partition(" ")[0].strip(".,").lower() in _SIGNALS:
        lead, _, words = words.partition(" ")
        start += len(lead) + 1
        if not words:
            return "", end
    return words.rstrip(" ,"), start
