"""Rules: a pattern of a recogniser, searched where the gate saw matches end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import regex
from phonenumbers import Leniency
from presidio_analyzer import Pattern, PatternRecognizer
from presidio_analyzer.predefined_recognizers import IbanRecognizer, PhoneRecognizer

from processors.sanitize.detector import Entity
from processors.sanitize.patterns.phones import MAX_EXAMINATIONS, MIN_DIGITS, Phones
from processors.sanitize.patterns.scorer import Scorer
from processors.sanitize.patterns.shadow import shadow
from processors.sanitize.patterns.shape import UNKNOWN, shape
from processors.scan.gate import Expression

VALUE = "value"
"""Name of the group that is the entity, where a pattern has one: the label before it belongs to the match alone."""

_IBAN_ENDS = (3, 2, 1)  # groups; the last of what looks like an IBAN may be the words that follow it


class Rule:
    """One pattern of one recogniser.

    A recogniser may have an attribute that presidio does not know: where it is `overlapped`, matches count that begin
    within an earlier one, as in `3456 4111 1111 1111 1111`, which holds a card. So may a pattern: its `core` is a
    smaller pattern that matches within every match of it, and what the gate looks for.

    expression: what the gate is to look for; None where every text has to be searched.
    shadowed: whether what the gate sees in the shadow of a text is enough.
    needs: the context without a word of which no match counts.
    """

    def __init__(self, recognizer: PatternRecognizer, pattern: Pattern, scorer: Scorer, timeout_s: float) -> None:
        flags = recognizer.global_regex_flags or 0
        known = shape(pattern.regex, flags)
        core: str = getattr(pattern, "core", pattern.regex)
        seen = shape(core, flags)
        self.expression = Expression(shadow(core), flags) if known and seen else None
        self.shadowed = seen is not None and seen.shadowed
        self.needs = scorer.needs
        self._scorer = scorer
        self._shape = known or UNKNOWN
        self._cored = core != pattern.regex
        self._compiled = regex.compile(pattern.regex, flags)
        self._group = VALUE if VALUE in self._compiled.groupindex else 0
        self._tails = _IBAN_ENDS if isinstance(recognizer, IbanRecognizer) else ()
        self._type: str = recognizer.supported_entities[0]
        self._overlapped: bool = getattr(recognizer, "overlapped", False)
        self._timeout_s = timeout_s

    def find(self, text: str, ends: Sequence[int] | None) -> Iterator[Entity]:
        """What matches. `ends`: all the offsets, rising, at which matches may end; None where that is not known.

        Raises TimeoutError rather than leave a text half read.
        """
        matches = self._matches_anywhere(text) if ends is None else self._matches(text, ends)
        for match in matches:
            start, end = match.span(self._group)
            if start < 0:  # the group is one of several alternatives, and it was another
                start, end = match.span()
            for tail in self._ends(match) if self._tails else (end,):
                score = self._scorer.score(text, start, tail)
                if score:
                    yield Entity(self._type, start, tail, score)
                    break

    def _matches_anywhere(self, text: str) -> Iterable[Any]:
        return self._compiled.finditer(text, overlapped=self._overlapped, timeout=self._timeout_s)

    def _matches(self, text: str, ends: Sequence[int]) -> Iterator[Any]:
        """What `_matches_anywhere` finds, by searches that look at no more of the text than they must."""
        at = 0
        for first, end in self._regions(text, ends):
            at = max(at, first)
            stop = self._latest_look(text, end)
            while at < end:
                match = self._compiled.search(text, at, stop, timeout=self._timeout_s)
                if match is not None and match.start() < end < match.end() and not self._cored:
                    # No match ends behind `end`. This one took `stop` for the end of the text.
                    match = self._compiled.search(text, at, timeout=self._timeout_s)
                if match is None or match.start() >= end:
                    break
                yield match
                at = match.start() + 1 if self._overlapped else match.end()

    def _regions(self, text: str, ends: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Parts of the text, none touching another, in one of which each match begins and ends."""
        first, last = self._earliest_start(text, ends[0]), ends[0]
        for end in ends:
            start = self._earliest_start(text, end)
            if start > last:
                yield first, last
                first = start
            last = end
        yield first, last

    def _earliest_start(self, text: str, end: int) -> int:
        """Of a match that ends at `end`."""
        if self._shape.width is not None:
            return max(0, end - self._shape.width)
        return text.rfind(" ", 0, end) + 1 if self._shape.spaceless else 0

    def _latest_look(self, text: str, end: int) -> int:
        """How far a match may look that ends at `end`, or of which the core does."""
        behind = self._shape.width if self._cored else 0
        return len(text) if behind is None or self._shape.reach is None else end + behind + self._shape.reach

    def _ends(self, match: Any) -> Iterable[int]:
        """Where the entity may end, the farthest first."""
        for group in self._tails:
            end = match.end(group)
            yield end if end > 0 else match.end()


class PhoneRule:
    """A recogniser of phone numbers, which has no patterns of its own.

    It may have attributes that presidio does not know: `min_digits` and `max_examinations`, as `Phones` has them.
    Raises TypeError where it takes numbers that are not valid, or grouped in one way alone.
    """

    shadowed = True
    needs = None

    def __init__(self, recognizer: PhoneRecognizer) -> None:
        if recognizer.leniency != Leniency.VALID:
            raise TypeError("phone numbers of this leniency cannot be told from other digits")
        self._phones = Phones(
            recognizer.supported_regions,
            min_digits=getattr(recognizer, "min_digits", MIN_DIGITS),
            max_examinations=getattr(recognizer, "max_examinations", MAX_EXAMINATIONS),
        )
        self.expression = self._phones.expression
        self._type: str = recognizer.supported_entities[0]
        self._score: float = recognizer.SCORE

    def find(self, text: str, ends: Sequence[int] | None) -> Iterator[Entity]:
        """Raises TooManyCandidates rather than leave a text half read."""
        for start, end in self._phones.spans(text, ends):
            yield Entity(self._type, start, end, self._score)
