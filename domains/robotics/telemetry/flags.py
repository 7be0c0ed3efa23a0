"""Flags: what a step says is so or not: an emergency stop, a collision, a fall, an open guard, a mode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from domains.robotics.lexicons import load, word_set
from domains.robotics.telemetry.names import key_words

_UP, _DOWN = word_set("flags", "up"), word_set("flags", "down")
_ABOUT = word_set("flags", "about")
_GUARDS, _GUARD_DOWN = word_set("flags", "guards"), word_set("flags", "guard_down")
_TOLD_IN = word_set("flags", "told_in")
_KEYS: tuple[tuple[str, tuple[frozenset[str], ...]], ...] = tuple(
    (name, tuple(frozenset(words.split()) for words in spellings)) for name, spellings in load("flags")["keys"].items()
)
_TOLD = tuple((name, tuple(spelled.split())) for name, spelled in load("flags")["told"].items())
_SAID = re.compile(r"[a-z0-9]+")
_LONGEST_TEXT = 80  # characters
_ENDED = ("_released", "_cleared", "_reset", "_avoided", "_free")


@dataclass(frozen=True, slots=True)
class Flag:
    """A thing that a step says is so (`up`) or not. `mode` flags carry the mode as `text`. `part`: who says it."""

    name: str
    up: bool
    part: str
    text: str = ""


def flags_of(path: tuple[str, ...], value: Any, part: str) -> Iterator[Flag]:
    """The flags that a leaf raises or lowers."""
    if isinstance(value, str):
        yield from _told(path, value, part)
    up = _truth(value)
    if up is not None:
        name = _flag_name(path)
        if name is not None:
            yield Flag(name, up, part)


@lru_cache(maxsize=4096)
def _flag_name(path: tuple[str, ...]) -> str | None:
    """What the last key, or the last two, ask a yes or no of."""
    own = frozenset(key_words(path[-1])) if path else frozenset()
    if not own or not _ABOUT.isdisjoint(own):
        return None
    both = own | (frozenset(key_words(path[-2])) if len(path) > 1 else frozenset())
    for words in (own, both):
        for name, spellings in _KEYS:
            if any(spelling <= words for spelling in spellings):
                return name
    return None


def _told(path: tuple[str, ...], value: str, part: str) -> Iterator[Flag]:
    """What a text such as `status: EMERGENCY_STOP` or `mode: manual` says."""
    keys = path[-2:] if path and path[-1].isdigit() else path[-1:]
    words = frozenset(word for key in keys for word in key_words(key))
    said = "_".join(_SAID.findall(value[:_LONGEST_TEXT].lower()))
    if said in _GUARD_DOWN and not words.isdisjoint(_GUARDS):
        yield Flag("protective_stop", True, part)
    if words.isdisjoint(_TOLD_IN):
        return
    if "mode" in words:
        yield Flag("mode", True, part, said)
    if said.startswith(("no_", "none", "not_")) or said.endswith(_ENDED):
        return
    for name, spellings in _TOLD:
        if any(f"_{spelling}_" in f"_{said}_" for spelling in spellings):
            yield Flag(name, True, part)


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value > 0
    if isinstance(value, str):
        said = value.strip().lower()
        return True if said in _UP else False if said in _DOWN else None
    return None
