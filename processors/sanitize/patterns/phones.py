"""Phone numbers: what presidio's recogniser finds, by one walk over the candidates instead of one for each region."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from phonenumbers import Leniency
from phonenumbers.phonenumbermatcher import _PATTERN as CANDIDATE
from phonenumbers.phonenumbermatcher import _SLASH_SEPARATED_DATES as DATE_WITH_SLASHES
from phonenumbers.phonenumberutil import _SECOND_NUMBER_START_PATTERN as SECOND_NUMBER

from processors.sanitize.patterns.numbering import NumberMatcher, digit_runs, fewest_digits, may_be_dialled
from processors.sanitize.patterns.shadow import shadow
from processors.scan.gate import Expression

MIN_DIGITS = 4
"""Of the shortest numbers that are valid anywhere: German pagers, for one."""

MAX_EXAMINATIONS = 100_000
"""In one text, of candidates by regions: some ten seconds. Presidio stops at 65,535 and says nothing."""

CACHED_CANDIDATES = 20_000

# What candidates hold beside digits, in shadow: punctuation, and the letters of the words for an extension.
_FILLING = b"-x ()[].\\/~+,;=#:\taeinostAEINOSTX_\x0b\x7f"
_FILLINGS = b"[%s]*" % re.escape(_FILLING)
_STRETCH = re.compile(b"[%s0-9]*" % re.escape(_FILLING))

# No extension, and too short for the longest candidate: it ended where it did because of what follows it.
_PLAIN = re.compile(r"[0-9 ()\[\]./+-]*")
_MAX_PLAIN_DIGITS = 20

Regions = tuple[str, ...]
Span = tuple[int, int]


class TooManyCandidates(Exception):
    """The text holds more things like phone numbers than anyone would look through."""


class _Outcome(NamedTuple):
    """Of looking at a candidate: spans of numbers in it, and from where which regions look on; offsets within it."""

    spans: tuple[Span, ...]
    onward: tuple[tuple[int, Regions], ...]


class Phones:
    """Finds numbers that are valid in one of the regions, as `PhoneRecognizer` of presidio-analyzer 2.2.366 does.

    min_digits: numbers of fewer are left out. max_examinations: of one text; those remembered do not count.
    phonenumbers 9.0 does the looking; what it made of a candidate is remembered. Serves one thread.
    """

    def __init__(
        self,
        regions: Sequence[str],
        *,
        min_digits: int = MIN_DIGITS,
        max_examinations: int = MAX_EXAMINATIONS,
    ) -> None:
        self.expression = Expression(rb"[0-9](?:%s[0-9]){%d,}(?:[^0-9]|\z)" % (_FILLINGS, min_digits - 1))
        self._regions = tuple(regions)
        self._min_digits = min_digits
        self._max_examinations = max_examinations
        self._examinations = 0  # of the text that is looked at
        self._outcome = lru_cache(CACHED_CANDIDATES)(self._examined)

    def spans(self, text: str, ends: Sequence[int] | None = None) -> set[Span]:
        """Where the numbers are. `ends`: where `expression` matches the shadow of the text; None where not known.

        Raises TooManyCandidates rather than stop looking.
        """
        self._examinations = 0
        stretches = [(0, len(text))] if ends is None else _stretches(shadow(text), ends)
        return set(chain.from_iterable(self._walk(text, *stretch) for stretch in stretches))

    def _walk(self, text: str, begin: int, stop: int) -> Iterator[Span]:
        """The numbers between two characters that are in no candidate.

        Regions walk together until one finds a number inside a candidate and looks on behind it.
        """
        pending = {begin: self._regions}
        while pending:
            index = min(pending)
            regions = pending.pop(index)
            match = CANDIDATE.search(text, index, stop)
            if match is None:
                continue
            start, candidate = match.start(), _first_number(match[0])
            before, after = text[max(0, start - 1) : start], _after(text, start + len(candidate))
            spans, onward = self._outcome(regions, before, candidate, after)
            for first, last in spans:
                yield start + first, start + last
            for offset, group in onward:
                waiting = pending.get(start + offset)
                pending[start + offset] = self._joined(group, waiting) if waiting else group

    def _joined(self, *groups: Regions) -> Regions:
        return tuple(region for region in self._regions if any(region in group for group in groups))

    def _examined(self, regions: Regions, before: str, candidate: str, after: str) -> _Outcome:
        size = len(candidate)
        whole = _Outcome(((0, size),), ((size, regions),))
        digits = _digits(candidate)
        if digits < self._min_digits or DATE_WITH_SLASHES.search(candidate):
            return whole._replace(spans=())
        spans = []
        onward: defaultdict[int, list[str]] = defaultdict(list)
        possible = _possible(regions, candidate, digits)
        for region in regions:
            span = self._number(region, before, candidate, after) if region in possible else None
            if span == (0, size) and digits <= _MAX_PLAIN_DIGITS and _PLAIN.fullmatch(candidate):
                return whole  # what other regions find lies within it, and they too look on behind it
            onward[span[1] if span else size].append(region)
            if span and _digits(candidate[slice(*span)]) >= self._min_digits:
                spans.append(span)
        return _Outcome(tuple(spans), tuple((offset, tuple(group)) for offset, group in onward.items()))

    def _number(self, region: str, before: str, candidate: str, after: str) -> Span | None:
        self._examinations += 1
        if self._examinations > self._max_examinations:
            raise TooManyCandidates(f"more than {self._max_examinations} examinations")
        matcher = NumberMatcher(before + candidate + after, region, Leniency.VALID)
        match = matcher.number_in(candidate, len(before))
        return None if match is None else (match.start - len(before), match.end - len(before))


def _possible(regions: Regions, candidate: str, digits: int) -> Collection[str]:
    """The regions in which something in the candidate may be a number."""
    if "+" in candidate or "＋" in candidate:
        return regions
    runs = digit_runs(candidate)
    enough = (region for region in regions if digits >= fewest_digits(region))
    return [region for region in enough if runs is None or any(may_be_dialled(run, region) for run in runs)]


def _stretches(shadowed: bytes, ends: Sequence[int]) -> Iterator[Span]:
    """The parts of a text that hold candidates, each widened to characters that are in no candidate."""
    done = 0
    for end in ends:
        if end > done:
            last = end - 1  # the digit at the end of the text, or what follows the digits
            begin = done + len(shadowed[done:last].rstrip(_FILLING + b"0123456789"))
            done = _STRETCH.match(shadowed, last).end()  # type: ignore[union-attr]  # it matches nothing, too
            yield begin, max(done, last)


def _first_number(candidate: str) -> str:
    """Without the slash and the x where a second number begins."""
    second = SECOND_NUMBER.search(candidate)
    return candidate[: second.start()] if second else candidate


def _after(text: str, end: int) -> str:
    """What of the following text may matter: one character, or the minutes of a time."""
    return text[end : end + 3] if text[end : end + 1] == ":" else text[end : end + 1]


def _digits(text: str) -> int:
    return sum(map(str.isdecimal, text))
