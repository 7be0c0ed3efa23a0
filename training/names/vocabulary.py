"""The lists and the grammar that slots are filled from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def _tables(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


_LISTS = _tables("vocabulary.toml")
_GRAMMAR = _tables("grammar.toml")

VOCABULARY: Mapping[str, Sequence[str]] = {
    name: [phrase.replace("_", " ") for phrase in phrases.split()] for name, phrases in _LISTS["values"].items()
}
LOCALES: Mapping[str, Sequence[str]] = {name: locales.split() for name, locales in _LISTS["locales"].items()}
"""By script. One that is named twice is met twice as often."""

PATTERNS: Mapping[str, tuple[Sequence[str], Sequence[int]]] = {
    name: (list(weights), list(weights.values())) for name, weights in _GRAMMAR["patterns"].items()
}
"""Patterns of a slot, and their weights."""

FORMS: Mapping[str, Sequence[str]] = _GRAMMAR["forms"]
"""Forms of a slot: # is a digit, ? a capital letter."""

TYPES_OF: Mapping[str, str] = _GRAMMAR["types"]
"""Entity types of the slots that are entities."""
