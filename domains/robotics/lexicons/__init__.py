"""The words of robotics as data: one TOML file each, read once when first asked for."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The contents of `<name>.toml`."""
    return tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))


def word_set(lexicon: str, name: str) -> frozenset[str]:
    """One list of words of a lexicon, apart by white space."""
    listed: str = load(lexicon)[name]
    return frozenset(listed.split())
