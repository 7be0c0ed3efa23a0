"""Statutes and rules that a text cites: U.S.C., C.F.R., the Federal Rules, and Acts by their popular name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from domains.knowledge import table
from processors.subject import Subject, once

MOST = 500
"""Statutes read from one text, the first ones."""

ACTS = table("legal", "acts")
_CODES = table("legal", "codes")
_CODE = re.compile(
    r"\d(?<![\w.$]\d)\d{0,2}\s(?P<code>U\.?\s?S\.?\s?C\.?(?:\s?A\.)?|C\.?\s?F\.?\s?R\.?)\s?"
    r"(?:§§?|[Ss]ections?|[Ss]ec\.|[Pp]arts?)?\s?(?P<section>\d{1,6})(?P<rest>[\w.:-]{0,20})"
)
_RULE = re.compile(
    r"\b(?:(?P<set>Fed(?:\.|eral)\s?R(?:\.|ules?)\s?(?:of\s)?(?P<kind>Civ(?:\.|il)|Crim(?:\.|inal)|App(?:\.|ellate)|Evid(?:\.|ence))"
    r"(?:\s?P(?:\.|rocedure))?)(?:\s[Rr]ule)?|(?P<short>FRCP|FRCrP|FRAP|FRE)(?:\s[Rr]ule)?)\s(?P<number>\d{1,4})\b"
)
_KINDS = {"civ": "Fed. R. Civ. P.", "cri": "Fed. R. Crim. P.", "app": "Fed. R. App. P.", "evi": "Fed. R. Evid."}
_SHORT = {"FRCP": "civ", "FRCrP": "cri", "FRAP": "app", "FRE": "evi"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enactment:
    """A section of a code or a rule: `code` as in the table `codes`; `title` is 0 for rules."""

    code: str
    title: int
    section: int
    written: str
    start: int
    end: int


class Act(NamedTuple):
    """An Act named in a text, with its key and row in the table `acts`."""

    key: str
    row: Mapping[str, Any]
    start: int
    end: int


@once
def enactments_in(subject: Subject) -> tuple[Enactment, ...]:
    """The sections and rules that the output cites."""
    return enactments(subject.output_text)


def enactments(text: str) -> tuple[Enactment, ...]:
    """The sections of the U.S.C. and C.F.R., and the Federal Rules, that a text cites, in order."""
    found = [*islice(_sections(text), MOST), *islice(_rules(text), MOST)]
    return tuple(sorted(found, key=lambda each: each.start))


def unenacted(enactment: Enactment) -> str:
    """Why there can be no such section or rule, as a clause; empty where nothing speaks against it."""
    row = _CODES.rows[enactment.code]
    if "rules" in row:
        fits = any(low <= enactment.section <= high for low, high in _ranges(enactment.code))
        return "" if fits else f"the {enactment.code} have no Rule {enactment.section}"
    if not 0 < enactment.title <= row["titles"]:
        return f"the {enactment.code} has {row['titles']} titles"
    last = _last_sections(enactment.code).get(enactment.title)
    if last is not None and enactment.section > last:
        return f"title {enactment.title} of the {enactment.code} ends before section {enactment.section}"
    return ""


def acts(text: str) -> tuple[Act, ...]:
    """The Acts that a text names in full or, in capitals, by their initials, in order."""
    return tuple(
        Act(key, ACTS.rows[key], *match.span())
        for match in islice(_act_names().finditer(text), MOST)
        if (key := ACTS.key(match[0]))
    )


@cache
def _act_names() -> re.Pattern[str]:
    names = [str(name) for key, row in ACTS.rows.items() for name in (key, *row.get("synonyms", ()))]
    return re.compile(r"\b(?=[A-Z])(?:" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + r")\b")


def _sections(text: str) -> Iterator[Enactment]:
    for match in _CODE.finditer(text):
        yield Enactment(
            code="U.S.C." if match["code"].startswith("U") else "C.F.R.",
            title=int(match[0].split(maxsplit=1)[0]),
            section=int(match["section"]),
            written=match[0].rstrip(".:-"),
            start=match.start(),
            end=match.end(),
        )


def _rules(text: str) -> Iterator[Enactment]:
    for match in _RULE.finditer(text):
        kind = _SHORT[match["short"]] if match["short"] else match["kind"][:3].lower()
        code, number = _KINDS[kind], int(match["number"])
        yield Enactment(
            code=code, title=0, section=number, written=f"{code} {number}", start=match.start(), end=match.end()
        )


@cache
def _ranges(code: str) -> tuple[tuple[int, int], ...]:
    bounds = (entry.partition("-") for entry in _CODES.rows[code]["rules"])
    return tuple((int(low), int(high or low)) for low, _, high in bounds)


@cache
def _last_sections(code: str) -> Mapping[int, int]:
    pairs = (entry.split(":") for entry in _CODES.rows[code].get("last", ()))
    return {int(title): int(section) for title, section in pairs}
