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
_GATES, _OF_A_CELL = word_set("flags", "gates"), word_set("flags", "of_a_cell")
_ONLY_ABOUT = word_set("flags", "only_about")
_OVER, _YET_TO_COME = word_set("flags", "ended"), word_set("flags", "yet_to_come")
Spellings = tuple[tuple[str, tuple[frozenset[str], ...]], ...]


def _spellings(section: str) -> Spellings:
    listed = load("flags")[section].items()
    return tuple((name, tuple(frozenset(words.split()) for words in spellings)) for name, spellings in listed)


_KEYS, _OPPOSITES = _spellings("keys"), _spellings("opposite")
_TOLD = tuple((name, tuple(spelled.split())) for name, spelled in load("flags")["told"].items())
_OF_A_RECORD = frozenset({"type", "kind", "name", "code", "event"})
_SAID = re.compile(r"[a-z0-9]+")
_LONGEST_TEXT = 80  # characters


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
        name, opposite = _flag_name(path)
        if name is not None:
            yield Flag(name, up is not opposite, part)


@lru_cache(maxsize=4096)
def _flag_name(path: tuple[str, ...]) -> tuple[str | None, bool]:
    """What the last key, or the last two, ask a yes or no of, and whether they ask for the opposite."""
    own = frozenset(key_words(path[-1])) if path else frozenset()
    if not own:
        return None, False
    both = own | (frozenset(key_words(path[-2])) if len(path) > 1 else frozenset())
    opposite = _named(_OPPOSITES, own, both)
    if opposite is not None:
        return opposite, True
    return (_named(_KEYS, own, both) if _ABOUT.isdisjoint(own) else None), False


def _named(listed: Spellings, *keys: frozenset[str]) -> str | None:
    for words in keys:
        for name, spellings in listed:
            if any(spelling <= words for spelling in spellings):
                return name
    return None


def _told(path: tuple[str, ...], value: str, part: str) -> Iterator[Flag]:
    """What a text such as `status: EMERGENCY_STOP` or `mode: manual` says."""
    keys = path[-3:] if path[-1:] and path[-1] in _OF_A_RECORD and path[-2:-1] and path[-2].isdigit() else path[-1:]
    keys = path[-2:] if path and path[-1].isdigit() else keys
    words = frozenset(word for key in keys for word in key_words(key))
    said = "_".join(_SAID.findall(value[:_LONGEST_TEXT].lower()))
    yield from _guards(words, said, part)
    if words.isdisjoint(_TOLD_IN):
        return
    if "mode" in words:
        yield Flag("mode", True, part, said)
    parts = frozenset(said.split("_"))
    if said.startswith(("no_", "none", "not_")) or not _ONLY_ABOUT.isdisjoint(parts):
        return
    up = _OVER.isdisjoint(parts) or not _YET_TO_COME.isdisjoint(parts)
    for name, spellings in _TOLD:
        if any(f"_{spelling}_" in f"_{said}_" for spelling in spellings):
            yield Flag(name, up, part)


def _guards(words: frozenset[str], said: str, part: str) -> Iterator[Flag]:
    """Whether a guard, or a gate, is open."""
    guarded = not words.isdisjoint(_GUARDS) or not (words.isdisjoint(_GATES) or words.isdisjoint(_OF_A_CELL))
    if (guarded or not words.isdisjoint(_GATES)) and (said in _GUARD_DOWN or said in _DOWN):
        yield Flag("guard_open" if guarded else "gate_open", said in _GUARD_DOWN, part)


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value > 0
    if isinstance(value, str):
        said = value.strip().lower()
        return True if said in _UP else False if said in _DOWN else None
    return None
