"""Authorities of the snapshot: which decision a citation means, and whether the names agree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from domains.knowledge import table
from domains.legal.decisions import Decision

CASES = table("legal", "cases")
_FABRICATED = table("legal", "fabricated")
_IGNORED = frozenset(
    [
        "inc",
        "co",
        "cos",
        "corp",
        "corporation",
        "company",
        "llc",
        "llp",
        "ltd",
        "lp",
        "pc",
        "pa",
        "sa",
        "ag",
        "ii",
        "of",
        "the",
        "and",
        "for",
        "on",
        "in",
        "re",
        "ex",
        "parte",
        "et",
        "al",
        "de",
        "la",
        "a",
        "an",
        "city",
        "county",
        "state",
        "board",
        "department",
        "commonwealth",
        "people",
        "dr",
        "mr",
        "mrs",
        "ms",
        "estate",
        "matter",
        "rel",
        "case",
        "cases",
    ]
)
_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
_PSEUDONYM = re.compile(r"<[A-Z_]+(?:_[a-z]+)?>")
_SHORT = {"us": "united states", "usa": "united states", "r": "railroad"}


class Landmark(NamedTuple):
    """A decision that the snapshot knows: `410 U.S. 113` and its row in the table `cases`."""

    citation: str
    row: Mapping[str, Any]

    @property
    def described(self) -> str:
        return f"{self.row['name']}, {self.citation} ({self.row['year']})"


class Parties(NamedTuple):
    """The telling words of the two sides of a case's name; a case `In re` has one side."""

    first: frozenset[str]
    second: frozenset[str]


def landmark_at(decision: Decision) -> Landmark | None:
    """The decision that the snapshot has at that volume and page."""
    row = CASES.rows.get(decision.citation)
    return Landmark(decision.citation, row) if row else None


def landmarks_named(decision: Decision) -> tuple[Landmark, ...]:
    """The decisions that the snapshot has by that name, both sides agreeing."""
    if _PSEUDONYM.search(decision.name):
        return ()
    own = parties(decision.name)
    candidates = {citation for word in own.first for citation in _by_word().get(word, ())}
    named = (each for each in sorted(candidates) if any(_is_same(own, other) for other in _names_of(each)))
    return tuple(Landmark(citation, CASES.rows[citation]) for citation in named)


def is_named_as(decision: Decision, landmark: Landmark) -> tuple[bool, bool]:
    """Whether the first and whether the second party, as the text names them, agree with the landmark's. A pseudonym
    agrees with anything, and so does a name that is left out."""
    if not decision.name or _PSEUDONYM.search(decision.name):
        return True, True
    own = parties(decision.name)
    agreements = [
        (_agree(own.first, each.first), _agree(own.second, each.second)) for each in _names_of(landmark.citation)
    ]
    return max(agreements, key=sum)


def known_fabrication(decision: Decision) -> str | None:
    """The name under which a court found that no such decision exists; by citation together with the name or without
    one, or by name alone."""
    row = _FABRICATED.rows.get(decision.citation)
    if row and (not decision.name or any(is_alike(decision.name, row["name"]))):
        return str(row["name"])
    if decision.citation or not decision.second:
        return None
    return next(
        (str(row["name"]) for row in _FABRICATED.rows.values() if all(is_alike(decision.name, row["name"]))), None
    )


def is_alike(name: str, other: str) -> tuple[bool, bool]:
    """Whether the first and the second parties of two names agree; a pseudonym agrees with nothing here."""
    own, known = parties(name), parties(other)
    return bool(own.first & known.first), bool(own.second & known.second)


@cache
def parties(name: str) -> Parties:
    """The two sides of `Roe v. Wade`."""
    first, _, second = re.sub(r"\svs?\.?\s", " v. ", name, count=1).partition(" v. ")
    return Parties(_telling(first), _telling(second))


def _telling(side: str) -> frozenset[str]:
    words = _WORD.findall(re.sub(r"(?<=\b[A-Z])\.\s?(?=[A-Z]\b)", "", side).lower())
    spelled = [part for word in words for part in _SHORT.get(word, word).split()]
    return frozenset(word.removesuffix("'s") for word in spelled) - _IGNORED


@cache
def _by_word() -> Mapping[str, tuple[str, ...]]:
    """Citations of the snapshot by each telling word of a first party."""
    found: dict[str, tuple[str, ...]] = {}
    for citation in CASES.rows:
        for word in {word for each in _names_of(citation) for word in each.first}:
            found[word] = (*found.get(word, ()), citation)
    return found


@cache
def _names_of(citation: str) -> tuple[Parties, ...]:
    row = CASES.rows[citation]
    return tuple(parties(name) for name in (row["name"], *row.get("also", ())))


def _is_same(own: Parties, known: Parties) -> bool:
    return bool(own.first & known.first) and bool(own.second) == bool(known.second) and _agree(own.second, known.second)


def _agree(own: frozenset[str], known: frozenset[str]) -> bool:
    """Two sides agree where they share a telling word, or one abbreviates the other: `NRDC`, `Educ.`"""
    if not own or not known or own & known:
        return True
    return any(a.startswith(b[:4]) or b.startswith(a[:4]) for a in own for b in known if min(len(a), len(b)) > 3)
