"""Frequencies: how many times a day something is to be done, in the words of leaflets and the codes of doctors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Literal, NamedTuple

import re2  # type: ignore[import-untyped]  # ships no types

from processors.text.lexicons import load

Manner = Literal["interval", "time of day", "single"]

_WORDS: dict[str, float] = load("words")["number_words"]
_NUMBER = "(?:[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|once|twice|thrice)"
_TO = "(?: ?[-–] ?| to | or )"
_SPAN = "(?:minutes?|mins?|hours?|hrs?|hourly|h|days?|d|weeks?|wks?|months?)"
_DAYS = {"mi": 1 / 1440, "h": 1 / 24, "d": 1.0, "w": 7.0, "mo": 30.0}
_PER = (
    "(?P<per>daily|weekly|monthly"
    "|(?:an? |per |each |every |/ ?|in (?:a |any )?)(?:day|24[ -]?h(?:ours?|rs?)?|week|month))"
)


def _times_by_phrase(table: str) -> dict[str, float]:
    listed: dict[str, str] = load("doses")[table]
    return {
        phrase.strip(): float(Fraction(times)) for times, phrases in listed.items() for phrase in phrases.split("|")
    }


_CODES = _times_by_phrase("codes")
_MOMENTS = _times_by_phrase("moments")
_AT_TIME = "(?:every|each|in the|at|before|after|with|in the early) (?:each |every )?"


def _any(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


_PATTERN = (
    rf"(?i)\b(?:(?:every |each |q\.? ?)(?P<every>{_NUMBER})(?:{_TO}(?P<every_to>{_NUMBER}))?[ -]?(?P<span>{_SPAN})\b"
    rf"|(?P<hourly>[0-9]{{1,2}})(?:{_TO}(?P<hourly_to>[0-9]{{1,2}}))?[ -]hourly\b"
    rf"|(?P<times>{_NUMBER})(?:{_TO}(?P<times_to>{_NUMBER}))?(?:[ -]?(?P<counted>x|×|times?|doses?))? ?{_PER}\b"
    rf"|(?:(?:divided|split|given) )?(?:in|into|as) (?P<doses>{_NUMBER})(?:{_TO}(?P<doses_to>{_NUMBER}))? "
    rf"(?:equal |equally )?(?:divided )?doses"
    rf"|(?P<single>once only|as a single dose|one[- ]time|single dose|stat|right now|immediately|as a loading dose)\b"
    rf"|{_AT_TIME}(?P<moment>{_any(_MOMENTS)})\b"
    rf"|(?P<code>{_any(_CODES)})(?:\W|$))"
)
_FREQUENCY = re2.compile(_PATTERN)  # a scan of an automaton
_GROUPS = re.compile(_PATTERN, re.ASCII)  # its groups take a tenth of the time
_ONCE = frozenset({"once", "twice", "thrice"})


class Frequency(NamedTuple):
    """From `low` to `high` times a day, written in the characters [start, end).

    `manner`: given as an interval or a count, as times of day and meals, or as a single time, whose numbers are 0.
    """

    low: float
    high: float
    manner: Manner
    start: int
    end: int


def frequencies(text: str, start: int, end: int) -> list[Frequency]:
    """The frequencies that text[start:end] writes, in order: `every 4-6 hours`, `q6h`, `twice a day`, `BID`."""
    found = []
    for place in _FREQUENCY.finditer(text[start:end]):
        match = _GROUPS.match(text, start + place.start())
        times, manner = _times(match) if match else ((), "interval")
        if match and times:
            close = match.end("code") if match["code"] else match.end()
            found.append(Frequency(min(times), max(times), manner, match.start(), close))
    return found


def _times(match: re.Match[str]) -> tuple[tuple[float, ...], Manner]:
    """The ends of the times a day, in no order; none where the words are about something else."""
    if match["every"]:
        days = _DAYS[_unit(match["span"])]
        return tuple(1 / (count * days) for count in _ends(match, "every")), "interval"
    if match["hourly"]:
        return tuple(24 / count for count in _ends(match, "hourly")), "interval"
    if match["times"]:
        days = _DAYS[_unit(match["per"])]
        return tuple(count / days for count in _ends(match, "times") if _counts(match)), "interval"
    if match["doses"]:
        return _ends(match, "doses"), "interval"
    if match["single"]:
        return (0.0,), "single"
    if match["moment"]:
        return (_MOMENTS[match["moment"].lower()],), "time of day"
    return (_CODES[match["code"].lower()],), "interval"


def _ends(match: re.Match[str], name: str) -> tuple[float, ...]:
    """The number or the two numbers of a group, without zeros."""
    written = (match[name], match[f"{name}_to"])
    counts = (_WORDS.get(word.lower()) or float(word) for word in written if word)
    return tuple(count for count in counts if count)


def _counts(match: re.Match[str]) -> bool:
    """Whether the number counts times: "two daily" may be two of anything."""
    return match["times"].lower() in _ONCE or match["counted"] is not None


def _unit(written: str) -> str:
    """The key of _DAYS for a span or a rate: `every 24 hours` is of hours, but `in 24 hours` a day."""
    word = written.lower().removeprefix("in ").split()[-1].lstrip("/ ")
    if "24" in written:
        return "d"
    return word[:2] if word.startswith("m") else word[0]
