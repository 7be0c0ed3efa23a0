"""States: their names and abbreviations in texts and citations, and the law that a text speaks of."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from domains.knowledge import table
from domains.legal.cues import cue

STATES = table("legal", "states")
_CITIES = table("legal", "cities")
STATE = "|".join(sorted(STATES.rows, key=len, reverse=True))
"""Regex of the names of the fifty states."""

UNITED_KINGDOM = "the United Kingdom"
UNITED_STATES = "the United States"
MOST = 500
"""Mentions read from one text, the first ones."""

_BY_ABBREVIATION = {row["abbreviation"]: name for name, row in STATES.rows.items()}
_ABBREVIATED = "|".join(re.escape(each) for each in sorted(_BY_ABBREVIATION, key=len, reverse=True) if "." in each)
_UK = r"the UK|U\.K\.|United Kingdom|England and Wales|England|Scotland|Wales|Northern Ireland"
_MENTION = re.compile(rf"\b(?:(?P<state>{STATE})|(?P<uk>{_UK}))(?!\w)")
_CITY = re.compile(rf"\b(?:{'|'.join(sorted(_CITIES.rows, key=len, reverse=True))})(?!\w)")
_LAW = re.compile(
    rf"(?<![\w.])(?:(?P<state>{STATE})(?:['’]s)?|(?P<short>{_ABBREVIATED}))(?:\s(?:[A-Z][\w.&,-]*|and|of|Rev\.|Gen\.)){{0,6}}?"
    r"\s?(?:(?:Code|Codes|Statutes?|Stat\.|Laws?|law|Act|Ann\.|CPLR|Rules?|Constitution|Const\.)\b|§)"
)
_UK_LAW = cue("british_law", case=True)
_US_LAW = cue("federal_law", case=True)


class Law(NamedTuple):
    """Law of a place that a text speaks of: a state by its name, or one of the two countries; and where."""

    place: str
    start: int
    end: int


def places(text: str) -> frozenset[str]:
    """The states and the United Kingdom, where the text names them; `Washington, D.C.` is no state."""
    found = {
        match["state"] or UNITED_KINGDOM
        for match in islice(_MENTION.finditer(text), MOST)
        if not text.startswith((", D.C", " D.C", ", DC", " v."), match.end())
    }
    return frozenset(found | {law.place for law in laws(text) if law.place != UNITED_STATES})


def places_of_cities(text: str) -> frozenset[str]:
    """The places in which the cities lie that the text names."""
    return frozenset(_CITIES.rows[match[0]]["place"] for match in islice(_CITY.finditer(text), MOST))


def laws(text: str) -> tuple[Law, ...]:
    """The laws of states and of the United Kingdom that a text cites or names, and of the United States where it is
    known by its names only."""
    states = [
        Law(match["state"] or _BY_ABBREVIATION[match["short"]], *match.span())
        for match in islice(_LAW.finditer(text), MOST)
    ]
    british = [Law(UNITED_KINGDOM, *match.span()) for match in islice(_UK_LAW.finditer(text), MOST)]
    federal = [Law(UNITED_STATES, *match.span()) for match in islice(_US_LAW.finditer(text), MOST)]
    return (*states, *british, *federal)
