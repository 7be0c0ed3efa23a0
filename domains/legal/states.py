"""States: their names and abbreviations in texts and citations, and the law that a text speaks of."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from domains.knowledge import table

STATES = table("legal", "states")
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
_LAW = re.compile(
    rf"\b(?:(?P<state>{STATE})(?:['’]s)?|(?P<short>{_ABBREVIATED}))(?:\s(?:[A-Z][\w.&,-]*|and|of|Rev\.|Gen\.)){{0,6}}?"
    r"\s?(?:(?:Code|Codes|Statutes?|Stat\.|Laws?|law|Act|Ann\.|CPLR|Rules?|Constitution|Const\.)\b|§)"
)
_UK_LAW = re.compile(
    r"\b(?:Companies Act 2006|Equality Act 2010|Employment Rights Act 1996|Housing Act (?:1985|1988|2004)|Landlord and Tenant Act 19\d\d"
    r"|Consumer Rights Act 2015|Limitation Act 1980|Data Protection Act (?:1998|2018)|Human Rights Act 1998|Theft Act 1968"
    r"|Unfair Contract Terms Act 1977|Sale of Goods Act 1979|Insolvency Act 1986|Employment Tribunal|Crown Prosecution Service"
    r"|ACAS|Acas|Tenancy Deposit Scheme|English law)\b"
)
_US_LAW = re.compile(
    r"\b(?:U\.?S\.?C\.?A?\.?\s?§|C\.F\.R\.|Fair Labor Standards Act|FLSA|Americans with Disabilities Act|Title VII|EEOC|at-will employment"
    r"|Family and Medical Leave Act|FMLA|Federal Rules of|Uniform Commercial Code|U\.C\.C\.|Chapter (?:7|11|13) bankruptcy)"
)


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
