"""The gate: one hyperscan database of all patterns, which says in one pass which of them end where."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import hyperscan
import regex

from processors.scan.cache import DatabaseCache

_FLAGS = {
    regex.IGNORECASE: hyperscan.HS_FLAG_CASELESS,
    regex.MULTILINE: hyperscan.HS_FLAG_MULTILINE,
    regex.DOTALL: hyperscan.HS_FLAG_DOTALL,
}
_MODES = (0, hyperscan.HS_FLAG_PREFILTER)
_UNKNOWN = len(_MODES)

_NEVER = rb"\xff"  # no ASCII; a database may not be empty
_UPPER_BOUND = re.compile(rb"(?<!\\)\{(\d+),\d+\}")


@dataclass(frozen=True, slots=True)
class Expression:
    """A pattern for the gate.

    flags: those of `regex`; others than IGNORECASE, MULTILINE and DOTALL do not count.
    first_only: where it matches first is enough to know. utf8: it reads characters, of texts that are all UTF-8.
    """

    source: bytes
    flags: int = 0
    first_only: bool = False
    utf8: bool = False

    def relaxed(self) -> bytes:
        """Without upper bounds of repeats: hardly any text exceeds them, and databases are huge with them."""
        return _UPPER_BOUND.sub(rb"{\1,}", self.source)

    def hyperscan_flags(self) -> int:
        flags = sum(theirs for ours, theirs in _FLAGS.items() if self.flags & ours)
        flags |= hyperscan.HS_FLAG_SINGLEMATCH if self.first_only else 0
        return flags | (hyperscan.HS_FLAG_UTF8 if self.utf8 else 0)


class Gate:
    """Finds where expressions end. `cache` keeps what is compiled.

    unknown: indices of None, and of expressions that hyperscan understands neither exactly nor approximately.
    """

    def __init__(self, expressions: Sequence[Expression | None], cache: DatabaseCache) -> None:
        key = _key(expressions)
        stored = cache.get(key)
        modes, database = _loaded(stored, len(expressions)) if stored else (b"", None)
        if database is None:
            modes, database = _compiled(expressions)
            cache.put(key, modes + hyperscan.dumpb(database))
        self._database = database
        self._of_thread = _Scratch(database)
        self.unknown = frozenset(index for index, mode in enumerate(modes) if mode == _UNKNOWN)

    def scan(self, shadow: bytes) -> Mapping[int, list[int]]:
        """The indices of the expressions that match, each with all the offsets at which a match of it ends, rising.

        A match that ends elsewhere does not exist; one that ends there may not exist, where the gate approximates.
        """
        ends: defaultdict[int, list[int]] = defaultdict(list)
        self._database.scan(shadow, _note, context=ends, scratch=self._of_thread.scratch)
        return ends


class _Scratch(threading.local):
    """What the engine writes on while it scans: one for each thread."""

    def __init__(self, database: hyperscan.Database) -> None:
        self.scratch = hyperscan.Scratch(database)


def _note(index: int, _start: int, end: int, _flags: int, ends: Any) -> None:
    ends[index].append(end)


def _key(expressions: Sequence[Expression | None]) -> str:
    parts = [each and (each.relaxed(), each.hyperscan_flags()) for each in expressions]
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _loaded(stored: bytes, count: int) -> tuple[bytes, hyperscan.Database | None]:
    try:
        return stored[:count], hyperscan.loadb(stored[count:], hyperscan.HS_MODE_BLOCK)
    except hyperscan.error:  # compiled by another version or for another processor
        return b"", None


def _compiled(expressions: Sequence[Expression | None]) -> tuple[bytes, hyperscan.Database]:
    exact = bytes(_UNKNOWN if each is None else 0 for each in expressions)
    try:
        return exact, _database(expressions, exact)  # a third of the time of trying each alone
    except hyperscan.error:
        modes = bytes(map(_mode, expressions))
        return modes, _database(expressions, modes)


def _database(expressions: Sequence[Expression | None], modes: bytes) -> hyperscan.Database:
    """Of all expressions that are not unknown. Raises hyperscan.error where one does not compile in its mode."""
    known = [
        (index, each.relaxed(), each.hyperscan_flags() | _MODES[mode])
        for index, (each, mode) in enumerate(zip(expressions, modes, strict=True))
        if each is not None and mode != _UNKNOWN
    ]
    indices, sources, flags = zip(*known, (len(expressions), _NEVER, 0), strict=True)
    database = hyperscan.Database()
    database.compile(sources, ids=indices, flags=flags)
    return database


def _mode(expression: Expression | None) -> int:
    if expression is not None:
        for mode in range(len(_MODES)):
            try:
                _database([expression], bytes([mode]))
            except hyperscan.error:
                continue
            return mode
    return _UNKNOWN
