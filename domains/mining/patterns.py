"""Patterns: the lists of `patterns.yaml` and the misuses of `misuses.yaml` as linear-time regular expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import re2  # type: ignore[import-untyped]  # ships no types
import yaml

from processors.extraction.negation import negated, reported
from processors.subject import Subject
from processors.text.sentences import sentences

Compiled = Any
"""A regex of re2, which ships no types."""

_FOLDER = Path(__file__).parent
_GAP = r"(?:[^\w.;:!?\n]+[\w'’/%-]+){0,7}?[^\w.;:!?\n]+"
_LIST = re.compile(r"<(\w+)>")
_KEY = re.compile(r'"([^"\n]{1,60})"\s*:')
_KEY_REACH = 1_000  # characters before a text of JSON in which its key is
_FORBIDDING = re.compile(
    r"do_?n.?t|do.?not|not_|never|avoid|prohibit|forbid|warn|hazard|reject|unsafe|violation|finding|quote|question"
)
_MEMORY_BYTES = 64 << 20


@dataclass(frozen=True, kw_only=True)
class Misuse:
    """Something that must not be said; see `misuses.yaml`."""

    pattern: str
    wrong: str
    rule: str = ""
    unless: tuple[str, ...] = ()
    against: bool = False

    def allowed_in(self, sentence: str) -> bool:
        """Whether a folded sentence has what makes it sound."""
        return bool(self.unless) and _any_of(self.unless).search(sentence) is not None


@dataclass(frozen=True, slots=True)
class Said:
    """A misuse in an output, characters [start, end)."""

    misuse: Misuse
    start: int
    end: int


@cache
def pattern(name: str) -> Compiled:
    """Any entry of a list, as whole words."""
    return _any_of(tuple(_lists()[name]))


@cache
def words(name: str) -> frozenset[str]:
    """The entries of a list of plain words."""
    return frozenset(_lists()[name])


def misused(subject: Subject, kind: str, excused: str) -> Said | None:
    """The first misuse of a kind that the output says, in a sentence with no entry of the list `excused`.

    What is negated, quoted or reported is not said.
    """
    misuses = _misuses(kind)
    text = subject.output_folded
    if not _any_of(tuple(each.pattern for each in misuses)).search(text):
        return None
    spans = sentences(subject.output_text)
    return next((said for span in spans for each in misuses if (said := _said(subject, span, each, excused))), None)


def _said(subject: Subject, span: tuple[int, int], misuse: Misuse, excused: str) -> Said | None:
    begin, finish = span
    sentence, text = subject.output_folded[begin:finish], subject.output_text
    for match in _any_of((misuse.pattern,)).finditer(sentence):
        start, end = begin + match.start(), begin + match.end()
        rest = sentence if not misuse.against else sentence[: match.start()] + sentence[match.end() :]
        if pattern(excused).search(rest) or misuse.allowed_in(sentence):
            continue
        if _forbidden_by_key(text, start) if _is_json(text) else reported(text, start, end):
            continue
        if misuse.against or not negated(text, start):
            return Said(misuse, start, end)
    return None


def _is_json(text: str) -> bool:
    """There every text is in quotation marks, so that these do not show it to be another's."""
    return text.lstrip().startswith(("{", "["))


def _forbidden_by_key(text: str, start: int) -> bool:
    """Whether the key above a place in JSON says that it is not to be done: `do_not: [...]`."""
    keys = _KEY.findall(text[max(start - _KEY_REACH, 0) : start])
    return bool(keys) and _FORBIDDING.search(keys[-1].lower()) is not None


@cache
def _misuses(kind: str) -> Sequence[Misuse]:
    listed = _read("misuses.yaml")[kind]
    return tuple(Misuse(**{**each, "unless": tuple(each.get("unless", ()))}) for each in listed)


@cache
def _any_of(sources: tuple[str, ...]) -> Compiled:
    options = re2.Options()
    options.max_mem = _MEMORY_BYTES
    return re2.compile(rf"\b(?:{'|'.join(map(_expanded, sources))})(?:\b|$)", options)


def _expanded(source: str) -> str:
    """A pattern with lists and gaps put in."""
    filled = _LIST.sub(lambda match: f"(?:{'|'.join(_lists()[match[1]])})", source)
    return filled.replace(" ... ", _GAP)


@cache
def _lists() -> Mapping[str, list[str]]:
    lists: Mapping[str, list[str]] = _read("patterns.yaml")
    return lists


@cache
def _read(name: str) -> Any:
    return yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
