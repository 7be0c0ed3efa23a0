"""Cues: weighted patterns, each tried only where one of its words occurs, so that clean text costs one set test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod

from processors.text.lexicons import load
from processors.text.words import WORD

# What every lexicon may write between two parts of a pattern: up to four words, or none.
_FRAGMENTS = {"GAP": r"(?:\W{1,3}[\w'-]{1,24}){0,4}?\W{1,3}", "NEXT": r"\W{1,3}"}
# An apostrophe or a hyphen may be of a word or between two, so each doubles the ways to read a gap: 40 hyphens in a row
# cost hours. Where more than these stand together, a gap is read in one way only.
_MOST_UNCLEAR = 10
_GAP_PARTS = re.compile(r"(\[\\w'-\]\{1,\d+\}|\\W\{1,3\})")
_NAMED = re.compile(r"\{([A-Z]+)\}")

_LOOK_BACK = 160  # characters before a phrase that its cue may want something in
_LOOK_AHEAD = 240  # characters after it within which a gap can end
_MOST_PLACES = 50  # of one phrase in one text; a text that repeats a word for ever costs no more


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern over folded text and the chance, 0..1, that a text which has it is what the table looks for.

    `words`: whole words or phrases, one of which must occur. `before` and `after`: patterns that must stand directly on
    either side of it. `near`: words of which those patterns need one; worth naming where `words` are as common as `is`.
    """

    label: str
    weight: float
    words: tuple[str, ...]
    after: str = ""
    before: str = ""
    near: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a cue was found: characters [start, end)."""

    cue: Cue
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What cues say together: how sure, 0..1, and where each was found."""

    score: float
    hits: tuple[Hit, ...]

    @property
    def strongest(self) -> Hit:
        """The hit of the greatest weight. Raises ValueError where there is none."""
        return max(self.hits, key=lambda hit: hit.cue.weight)


NOTHING = Finding(0.0, ())
"""No cue was found."""


class _Matcher:
    """Finds one cue from the place of one of its phrases, so that the text is never scanned with the whole pattern."""

    def __init__(self, cue: Cue) -> None:
        self.cue = cue
        self._after = re.compile(rf"\b{cue.after}")
        self._before = re.compile(rf"(?:{cue.before})\Z") if cue.before else None

    def hit(self, text: str, phrase: str, *, unclear: bool) -> Hit | None:
        """The first place of the phrase that has what the cue wants around it, among the first ones."""
        at, places = text.find(phrase), 0
        while at >= 0 and places < _MOST_PLACES:
            if start_end := self._around(text, at, at + len(phrase), unclear):
                return Hit(self.cue, *start_end)
            at, places = text.find(phrase, at + 1), places + 1
        return None

    def _around(self, text: str, start: int, end: int, unclear: bool) -> tuple[int, int] | None:
        if start and (text[start - 1].isalnum() or text[start - 1] == "_"):
            return None
        wanted = _clear(self._after, text, end, end + _LOOK_AHEAD) if unclear else self._after
        after = wanted.match(text, end)
        if after is None:
            return None
        if self._before is None:
            return start, after.end()
        since = max(start - _LOOK_BACK, 0)
        wanted = _clear(self._before, text, since, start) if unclear else self._before
        before = wanted.search(text, since, start)
        return (before.start(), after.end()) if before else None


def _clear(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Pattern[str]:
    """The pattern, or its twin that reads gaps in one way only where that part of the text would make it run away."""
    return _in_one_way(pattern) if _unclear(text, start, end) else pattern


def _unclear(text: str, start: int, end: int) -> bool:
    return text.count("-", start, end) + text.count("'", start, end) > _MOST_UNCLEAR


@cache
def _in_one_way(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(_GAP_PARTS.sub(r"\1+", pattern.pattern))


class CueTable:
    """A fixed list of cues, found together."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self.cues = tuple(cues)
        self._by_word: dict[str, list[tuple[int, str]]] = {}
        for at, cue in enumerate(self.cues):
            for phrase in cue.words:
                self._by_word.setdefault(WORD.findall(phrase)[0], []).append((at, phrase))
        self._words = frozenset(self._by_word)
        self._matchers = [_Matcher(cue) for cue in self.cues]

    def hits(self, text: str, vocabulary: frozenset[str]) -> list[Hit]:
        """The first place of every cue that occurs, in the table's order.

        `text` is folded; `vocabulary` holds its words (or those of a text around it).
        """
        found: dict[int, Hit] = {}
        present = self._words & vocabulary
        if not present:
            return []
        unclear = _unclear(text, 0, len(text))
        for word in present:
            for at, phrase in self._by_word[word]:
                near = self.cues[at].near
                if near and near.isdisjoint(vocabulary):
                    continue
                hit = self._matchers[at].hit(text, phrase, unclear=unclear)
                if hit and (at not in found or hit.start < found[at].start):
                    found[at] = hit
        return [found[at] for at in sorted(found)]


def read_cues(lexicon: str, table: str) -> tuple[Cue, ...]:
    """The cues of one table of a lexicon, with `{NAME}` in their patterns replaced by its fragments."""
    written = load(lexicon)
    fragments = _FRAGMENTS | written.get("fragments", {})

    def filled(pattern: str) -> str:
        return _NAMED.sub(lambda name: filled(fragments[name[1]]), pattern)

    return tuple(
        Cue(
            label=cue["label"],
            weight=cue["weight"],
            words=_phrases(cue["words"]),
            near=frozenset(_phrases(cue["near"])) if "near" in cue else frozenset(),
            after=filled(cue.get("after", "")),
            before=filled(cue.get("before", "")),
        )
        for cue in written[table]
    )


def _phrases(listed: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in listed.replace("\n", " ").split("|"))


def noisy_or(weights: Iterable[float]) -> float:
    """The chance that at least one of several independent signs is right."""
    return 1.0 - prod(1.0 - weight for weight in weights)
