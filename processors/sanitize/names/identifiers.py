"""Identifiers: names of fields and signals, codes and enumerations, which are no names of people."""

from __future__ import annotations

import re
from collections.abc import Callable

from processors.sanitize.names.words import Lexicon

# Begins small, as names by themselves do not: `maxTorqueNm`, `stopping_distance_mm`, `order-id`.
_IDENTIFIER = re.compile(r"[a-z][A-Za-z0-9]{0,40}(?:[_-][A-Za-z0-9]{1,40}){0,12}")
_PART = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*")
_BOUNDS = frozenset({"amber", "mark", "max", "min"})  # people are called so, but fields more often


def identifiers(lexicon: Lexicon) -> Callable[[str], bool]:
    """Whether a whole text is an identifier of whose words none is in a list of names: `mary_smith` is not."""

    def is_identifier(text: str) -> bool:
        if not _IDENTIFIER.fullmatch(text):
            return False
        words = [part.lower() for part in _PART.findall(text)]
        return not any(lexicon.is_name(word) and word not in _BOUNDS for word in words)

    return is_identifier
