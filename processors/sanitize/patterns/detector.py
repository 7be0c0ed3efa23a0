"""The pattern detector: presidio's recognisers and ours behind one gate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer
from presidio_analyzer.predefined_recognizers import IbanRecognizer, PhoneRecognizer

from processors.sanitize.detector import Entity
from processors.sanitize.patterns.context import Context
from processors.sanitize.patterns.outermost import outermost
from processors.sanitize.patterns.rule import PhoneRule, Rule
from processors.sanitize.patterns.scorer import Scorer
from processors.sanitize.patterns.shadow import shadow
from processors.scan.cache import DatabaseCache
from processors.scan.gate import Expression, Gate

THRESHOLD = 0.4
"""Presidio gives 0.4 and more where the form alone speaks for an entity. Below it are forms that need a word beside
them to mean anything: any 8 to 17 digits as a bank account (0.05), `v1` as a driver's licence (0.3), 3/4 as a date."""

PATTERN_TIMEOUT_S = 5.0

Ends = Mapping[int, Sequence[int] | None]


class Finder(Protocol):
    """Finds what one expression of the gate stands for."""

    @property
    def expression(self) -> Expression | None:
        """None where every text has to be searched."""

    @property
    def shadowed(self) -> bool:
        """Whether the expression matches the shadow of whatever there is to find."""

    @property
    def needs(self) -> Context | None:
        """The context without a word of which there is nothing to find."""

    def find(self, text: str, ends: Sequence[int] | None) -> Iterable[Entity]:
        """`ends`: all offsets, rising, at which the expression matches; None where that is not known."""


class PatternDetector:
    """Runs recognisers of presidio-analyzer as its engine does, but only there where the gate sees something for them.

    threshold: the lowest score that counts. context: whether words before a match may lift its score.
    With `threshold=0, context=False` entities are those of `AnalyzerEngine.analyze` without a language model.
    timeout_s: of one search by one pattern. cache_folder: for compiled patterns, by default in the user's cache folder.

    Raises TypeError where a recogniser is neither driven by patterns nor one of phone numbers. Serves one thread.
    """

    def __init__(
        self,
        recognizers: Iterable[EntityRecognizer],
        *,
        threshold: float = THRESHOLD,
        context: bool = True,
        timeout_s: float = PATTERN_TIMEOUT_S,
        cache_folder: Path | None = None,
    ) -> None:
        finders = [each for recognizer in recognizers for each in _finders(recognizer, threshold, context, timeout_s)]
        contexts = list(dict.fromkeys(finder.needs for finder in finders if finder.needs))
        self._finders = finders
        self._needs = [len(finders) + contexts.index(finder.needs) if finder.needs else None for finder in finders]
        expressions = [*(finder.expression for finder in finders), *(words.expression for words in contexts)]
        self._gate = Gate(expressions, DatabaseCache(cache_folder))
        unsure = {index for index, finder in enumerate(finders) if not finder.shadowed}
        self._everywhere: Ends = dict.fromkeys(self._gate.unknown)
        self._everywhere_beyond_ascii: Ends = dict.fromkeys(self._gate.unknown | unsure)

    def find(self, text: str) -> Sequence[Entity]:
        """All entities that no other of their type contains with an equal or higher score.

        Raises TimeoutError, or TooManyCandidates of phone numbers, rather than leave a text half read.
        """
        return outermost(list(self._found(text)))

    def _found(self, text: str) -> Iterator[Entity]:
        ends = self._ends(text)
        for index, offsets in ends.items():
            if index < len(self._finders):
                need = self._needs[index]
                if need is None or need in ends:
                    yield from self._finders[index].find(text, offsets)

    def _ends(self, text: str) -> Ends:
        seen = self._gate.scan(shadow(text))
        everywhere = self._everywhere if text.isascii() else self._everywhere_beyond_ascii
        return {**seen, **everywhere} if everywhere else seen


def _finders(recognizer: EntityRecognizer, threshold: float, context: bool, timeout_s: float) -> Iterator[Finder]:
    if isinstance(recognizer, PhoneRecognizer):
        yield PhoneRule(recognizer)
        return
    if not isinstance(recognizer, PatternRecognizer) or type(recognizer).analyze not in _KNOWN_WAYS:
        raise TypeError(f"{type(recognizer).__name__} has its own way of looking")
    words = Context(recognizer.context) if context and recognizer.context else None
    patterns: list[Pattern] = recognizer.patterns  # type: ignore[has-type]  # presidio leaves it unannotated
    for pattern in patterns:
        scorer = Scorer(recognizer, pattern.score, threshold, words)
        if scorer.alone or words:
            yield Rule(recognizer, pattern, scorer, timeout_s)


_KNOWN_WAYS = (PatternRecognizer.analyze, IbanRecognizer.analyze)
