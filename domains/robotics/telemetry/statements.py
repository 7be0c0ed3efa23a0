"""Statements: limits that prose lays down, and what an output says in prose that it does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from domains.robotics.lexicons import word_set
from domains.robotics.telemetry.names import quantity_in_words
from processors.extraction.quantities import Quantity, quantities
from processors.subject import Subject, once
from processors.text.sentences import sentences
from processors.text.words import folded, words
from processors.units import unit

Side = Literal["low", "high"]

LONGEST_TEXT = 50_000  # characters
_MOST_QUANTITIES = 1_000  # of one text
_REACH = 300  # characters around a number that are looked at
_BEFORE, _AFTER = 12, 5  # words around a number that tell what it is
_CLAUSE = re.compile(r"[;,(]|\b(?:and|but|with)\b")
_MOST = re.compile(
    r"\b(?:max\w*|limit\w*|caps?|capped|at most|(?:no|not) (?:more|faster|higher|greater|heavier) than"
    r"|(?:not|never|n't) (?:to )?(?:exceed|go (?:over|above)|\w+(?: \w+)? (?:faster|higher|heavier|more) than)"
    r"|up to|below|under|less than|within|ceiling|rated|(?:not|never) above|slower than)\b"
)
_MOST_AFTER = re.compile(r"\W{0,3}(?:or (?:less|slower|below)|max\w*|at (?:the )?most|limit|ceiling)\b")
_LEAST = re.compile(
    r"\b(?:min\w*|at least|(?:no|not) (?:less|closer|nearer|lower) than"
    r"|(?:no|not|never) (?:come|get|be|go|approach) (?:closer|nearer)"
    r"|(?:not|never|n't) (?:come|get|go|move|approach|be)? ?(?:within|closer than)"
    r"|keep \w+(?: \w+)?|keep(?= $)|stay|reserve|more than|above)\b"
)
_LEAST_AFTER = re.compile(r"\W{0,3}(?:or more|min\w*|away|clear|at least)\b")
_FORBIDS = re.compile(r"\b(?:never|not|keep|stay|min\w*|at least|n't)\b")
_NEAR_PEOPLE = re.compile(
    r"\b(?:person|persons|people|humans?|operators?|workers?|pedestrians?|pickers?|visitors?|patients?|technicians?"
    r"|child|children|bystanders?|occupied)\b"
)
_CONDITION = re.compile(r"\b(?:if|when|while|whenever|where|near|around|within|during|in the presence)\b")
_WITHIN = re.compile(
    r"\b(?:within|closer than|nearer than|less than) (?P<distance>\d{1,2}(?:\.\d{1,3})?) ?m(?:et(?:er|re)s?)?\b"
)
_SUPPOSED = re.compile(
    r"\b(?:if|when|while|whenever|where|within|must|should|shall|may|can|could|would|at least|less than|more than"
    r"|closer|limit\w*|minimum|maximum|keep|stay|no (?:person|one|human)|nobody|rule|allowed|required|requires?"
    r"|until|unless|measur\w*|separation|formula|plus)\b|[?=]"
)
_REDUCED = re.compile(r"\b(?:t1|teach\w*|manual|collaborative|reduced[- ]speed)\b")
_DOES, _ONLY_SPOKEN_OF = word_set("statements", "does"), word_set("statements", "only_spoken_of")


class Stated(NamedTuple):
    """A quantity that a text states: `value` in `unit` (a name), and the condition of a limit (see `limits.holds`).

    within: how near, in metres, a person must be for the limit to hold, where the text says so.
    """

    quantity: str
    value: float
    unit: str
    side: Side | None
    when: str
    start: int
    end: int
    within: float | None = None


@once
def stated_limits(subject: Subject) -> tuple[Stated, ...]:
    """The limits that input and context lay down in prose; of several of one kind, as of zones, the loosest."""
    loosest: dict[tuple[str, Side | None, str], Stated] = {}
    for stated in _laid_down(subject):
        key = (stated.quantity, stated.side, stated.when)
        known = loosest.get(key)
        if known is None or (_si(stated) > _si(known)) == (stated.side == "high"):
            loosest[key] = stated
    return tuple(loosest.values())


def _laid_down(subject: Subject) -> Iterator[Stated]:
    """Limits. A payload in the context, which describes the machine, is what it may carry."""
    for text in subject.context_texts:
        for stated in _stated(text, amounts(text)):
            if stated.quantity == "payload" and "payload" in folded(text[max(stated.start - _REACH, 0) : stated.start]):
                yield stated._replace(side="high")
            elif stated.side is not None:
                yield stated
    asked = subject.input_text
    yield from (stated for stated in _stated(asked, amounts(asked)) if stated.side is not None)


@once
def stated_deeds(subject: Subject) -> tuple[Stated, ...]:
    """What the output says in prose that it does or that is to be done."""
    text = subject.output_text
    if _DOES.isdisjoint(subject.output_vocabulary) or text.lstrip()[:1] in ("{", "["):
        return ()
    return tuple(stated for stated in _stated(text, output_amounts(subject), deeds=True) if stated.side is None)


@once
def stated_distances(subject: Subject) -> tuple[Stated, ...]:
    """The distances at which request, context and output say that a person is: no limits, nothing supposed."""
    texts = (subject.request, *subject.context_texts, subject.output_text)
    return tuple(stated for text in texts for stated in _told_distances(text))


def _told_distances(text: str) -> Iterator[Stated]:
    if text.lstrip()[:1] in ("{", "[") or not _NEAR_PEOPLE.search(folded(text[:LONGEST_TEXT])):
        return
    for stated in _stated(text, amounts(text), nothing_supposed=True):
        if stated.quantity == "human_distance" and stated.side is None:
            yield stated


@once
def output_amounts(subject: Subject) -> list[Quantity]:
    """The quantities with a unit in the output."""
    return amounts(subject.output_text)


def amounts(text: str) -> list[Quantity]:
    """The quantities with a unit in the beginning of a text."""
    return [quantity for quantity in quantities(text[:LONGEST_TEXT]) if quantity.unit.name != "1"]


def _si(stated: Stated) -> float:
    return unit(stated.unit).to_base(stated.value)


def _stated(
    text: str, found: list[Quantity], *, deeds: bool = False, nothing_supposed: bool = False
) -> Iterator[Stated]:
    if not found:
        return
    low = folded(text[:LONGEST_TEXT])
    for (start, end), within in _by_sentence(sentences(low), found[:_MOST_QUANTITIES]):
        if deeds and not _is_deed(low[start:end]):
            continue
        if nothing_supposed and _SUPPOSED.search(low[start:end]):
            continue
        for quantity in within:
            stated = _read(low, start, end, quantity)
            if stated is not None:
                yield stated


def _is_deed(sentence: str) -> bool:
    said = frozenset(words(sentence))
    return "=" not in sentence and not _DOES.isdisjoint(said) and _ONLY_SPOKEN_OF.isdisjoint(said)


def _by_sentence(
    spans: Iterable[tuple[int, int]], found: list[Quantity]
) -> Iterator[tuple[tuple[int, int], list[Quantity]]]:
    at = 0
    for start, end in spans:
        within = []
        while at < len(found) and found[at].start < end:
            within.append(found[at])
            at += 1
        if within:
            yield (start, end), within


def _read(low: str, start: int, end: int, found: Quantity) -> Stated | None:
    start, end = max(start, found.start - _REACH), min(end, found.end + _REACH)
    before, after = low[start : found.start], low[found.end : end]
    near = words(before)[-_BEFORE:] + words(_CLAUSE.split(after, maxsplit=1)[0])[:_AFTER]
    quantity = quantity_in_words(tuple(near), found.unit.dimension)
    if quantity is None:
        return None
    side = _side(before, after, quantity)
    sentence = low[start:end]
    when = ""
    if quantity not in ("human_distance", "distance"):
        if _CONDITION.search(sentence) and _NEAR_PEOPLE.search(sentence):
            when = "human"
        elif _REDUCED.search(sentence):
            when = "reduced"
    value = found.high if found.high is not None and side != "low" else found.value
    zone = _WITHIN.search(sentence) if when == "human" else None
    within = float(zone["distance"]) if zone is not None else None
    return Stated(quantity, value, found.unit.name, side, when, found.start, found.end, within)


def _side(before: str, after: str, quantity: str) -> Side | None:
    """Whether the nearest words make the number a limit, and of which side."""
    most = max((match.start() for match in _MOST.finditer(before)), default=-1)
    least = max((match.end() for match in _LEAST.finditer(before)), default=-1)
    if quantity in ("human_distance", "distance", "battery"):
        if _CONDITION.search(before.rpartition(",")[2]) and not _FORBIDS.search(before):
            return None
        if least >= 0 or most >= 0 or _LEAST_AFTER.match(after):
            return "low"
        return None
    if _MOST_AFTER.match(after) or most > least:
        return "high"
    if quantity == "altitude" and least >= 0:
        return "low"
    return None
