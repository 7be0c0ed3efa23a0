"""Declared recognisers as the pattern engine runs them, and whether they do what their examples say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import re2  # type: ignore[import-untyped]  # ships no types
import regex
from presidio_analyzer import Pattern, PatternRecognizer

from processors.sanitize.patterns.detector import THRESHOLD, PatternDetector
from processors.sanitize.policy.checksums import CHECKSUMS
from processors.sanitize.policy.custom import CustomRecognizer

PUMPED = 400
"""Times that a piece of an example is repeated to see whether a pattern runs away on it."""

PUMP_TIMEOUT_S = 0.5  # a pattern that does not takes microseconds

_FLAGS = regex.MULTILINE | regex.DOTALL
_PROBES = ("", "a", " ", "1", "a b", "é", "\n")


def recognizer(declared: CustomRecognizer, name: str) -> PatternRecognizer:
    """The recogniser that is declared."""
    return _Declared(declared, name) if declared.checksum == "none" else _Checked(declared, name)


@cache  # what is declared once is read for every domain
def check(declared: CustomRecognizer) -> None:
    """Raises ValueError where it can find nothing, its pattern may run away, or an example does not hold."""
    if declared.score < THRESHOLD and not declared.context and declared.checksum == "none":
        raise ValueError(f"a score below {THRESHOLD} finds nothing by itself; raise it, or give `context` words")
    if declared.regex is not None:
        _check_regex(declared.regex)
    _check_time(declared)
    detector = PatternDetector([recognizer(declared, "tried")])
    for text in (*declared.examples.found, *declared.words):
        if not detector.find(text):
            raise ValueError(f"finds nothing in its example {text!r}, where it should")
    for text in declared.examples.not_found:
        for found in detector.find(text):
            raise ValueError(f"finds {text[found.start : found.end]!r} in its example {text!r}, where it should not")


class _Declared(PatternRecognizer):
    """A recogniser as it is declared."""

    def __init__(self, declared: CustomRecognizer, name: str) -> None:
        super().__init__(
            declared.type,
            name=name,
            patterns=[Pattern(name, _source(declared), declared.score)],
            context=list(declared.context),
            global_regex_flags=_flags(declared),
        )


class _Checked(_Declared):
    """One whose finds have a check digit."""

    def __init__(self, declared: CustomRecognizer, name: str) -> None:
        super().__init__(declared, name)
        self._is_valid = CHECKSUMS[declared.checksum]

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the check digit is right."""
        return self._is_valid(pattern_text)


def _check_regex(source: str) -> None:
    """Raises ValueError where google-re2 refuses the expression, or where it matches the empty text."""
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(source, options)
    except re2.error as error:
        why = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise ValueError(
            f"{source!r} is refused by google-re2, which runs in linear time: {why}. Do without lookaround and "
            "backreferences; a group (?P<value>…) says what of a match is meant"
        ) from error
    if any(match.start() == match.end() for probe in _PROBES for match in compiled.finditer(probe)):
        raise ValueError(f"{source!r} also matches where there is nothing; ask for one character at least")


def _check_time(declared: CustomRecognizer) -> None:
    """Raises ValueError where the engine, which backtracks, takes for ever on what the examples are made of."""
    pattern = regex.compile(_source(declared), _flags(declared))
    try:
        for text in _pumped(declared.examples.found):
            pattern.search(text, timeout=PUMP_TIMEOUT_S)
    except TimeoutError:
        raise ValueError("its regex runs away on longer texts; do not repeat what repeats, as (a+)+ does") from None


def _pumped(texts: Sequence[str]) -> Iterator[str]:
    """Each example with a piece of it repeated and then broken off, for all short pieces."""
    for text in texts:
        for at in range(min(len(text), 100)):
            for size in (1, 2, 3):
                yield f"{text[:at]}{text[at : at + size] * PUMPED}\0{text[at:]}"


def _flags(declared: CustomRecognizer) -> int:
    return _FLAGS if declared.case_sensitive else _FLAGS | regex.IGNORECASE


def _source(declared: CustomRecognizer) -> str:
    return declared.regex if declared.regex is not None else _any_of(declared.words)


def _any_of(words: Sequence[str]) -> str:
    """The words, whole, with any blanks in them; the longest first, because the first that fits wins."""
    return "|".join(map(_whole, sorted(words, key=len, reverse=True)))


def _whole(word: str) -> str:
    parts = word.split()
    before = r"\b" if regex.match(r"\w", parts[0]) else ""
    after = r"\b" if regex.match(r"\w", parts[-1][-1]) else ""
    return before + r"\s+".join(map(regex.escape, parts)) + after
