"""Detectors: where in a text there is personal data, and of which type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

import regex
from cachetools import LRUCache
from presidio_analyzer import EntityRecognizer

from processors.sanitize.recognizers import english
from processors.sanitize.scanner import scanner

CACHED_TEXTS = 20_000

# What every text has in which any recogniser finds anything. Most short strings of a trace have none of it.
_CANDIDATE = regex.compile(r"\d|\.\w|:[:/]|[0-9a-f][:-][0-9a-f]", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entity:
    """Characters [start, end) of a text, what they are, and how surely (0..1)."""

    type: str
    start: int
    end: int
    score: float


class Detector(Protocol):
    """Finds personal data. One detector serves one thread."""

    def find(self, text: str) -> Sequence[Entity]:
        """All entities, in no order; they may overlap. May take seconds on megabytes; does no input or output.

        May raise anything. The caller may not assume that what it raises is free of the text.
        """


class NoDetector:
    """Finds nothing: for measuring everything else."""

    def find(self, text: str) -> Sequence[Entity]:  # noqa: ARG002 - that is the point
        return ()


class PresidioDetector:
    """Runs presidio-analyzer's recognisers one by one, without its engine and the language model that it wants.

    Recognisers other than the default ones must need a digit, an inner dot, `::`, `:/` or hex digits joined by `:` or
    `-`: texts without any of these are skipped.
    """

    def __init__(self, recognizers: Iterable[EntityRecognizer] | None = None) -> None:
        self._scanners = [scanner(recognizer) for recognizer in (english() if recognizers is None else recognizers)]
        self._found: LRUCache[bytes, Sequence[Entity]] = LRUCache(CACHED_TEXTS)
        self.search("ann@example.org, 212-555-0123")  # what the libraries load at first use, they load now

    def find(self, text: str) -> Sequence[Entity]:
        """What `search` finds, remembered by the text's hash: conversations repeat their history at every turn."""
        if not _CANDIDATE.search(text):
            return ()
        key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self.search(text)
        return found

    def search(self, text: str) -> Sequence[Entity]:
        """What the recognisers find, none contained in a surer one of its type."""
        results = [result for each in self._scanners for result in each.scan(text)]
        kept = EntityRecognizer.remove_duplicates(results)
        return tuple(Entity(result.entity_type, result.start, result.end, result.score) for result in kept)
