"""Every string of a value, at any depth: visited and replaced, with the structure kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

Rewrite = Callable[[str, str], str]
"""(place, text) → the text to put there."""

MAX_KEY_CHARS = 64  # of a key within a place


def rewritten(value: Any, place: str, rewrite: Rewrite) -> Any:
    """The value with every string rewritten, keys of maps too; the very same object where nothing changed.

    `place` is where the value stands (`attributes.user`, `input[2].content`); keys in it are already rewritten.
    Raises TypeError at anything that is neither JSON nor a struct: what is not understood is not clean.
    """
    kind = type(value)
    if kind is str:
        return rewrite(place, value)
    if value is None or kind in (bool, int, float):
        return value
    if kind is list:
        return _list(value, place, rewrite)
    if kind is dict:
        return _map(value, place, rewrite)
    if isinstance(value, msgspec.Struct):
        return rewritten_fields(value, value.__struct_fields__, f"{place}.", rewrite)
    raise TypeError(f"no rule for {kind.__name__}")


def rewritten_fields(struct: Any, fields: Iterable[str], prefix: str, rewrite: Rewrite) -> Any:
    """The struct with the strings in these fields rewritten; the very same object where nothing changed."""
    changes = {}
    for field in fields:
        old = getattr(struct, field)
        if not old:
            continue  # nothing is as clean as it was
        new = rewritten(old, prefix + field, rewrite)
        if new is not old:
            changes[field] = new
    return msgspec.structs.replace(struct, **changes) if changes else struct


def _list(values: list[Any], place: str, rewrite: Rewrite) -> list[Any]:
    new = [rewritten(value, f"{place}[{index}]", rewrite) for index, value in enumerate(values)]
    return new if any(old is not clean for old, clean in zip(values, new, strict=True)) else values


def _map(values: dict[Any, Any], place: str, rewrite: Rewrite) -> dict[Any, Any]:
    new: dict[Any, Any] = {}
    changed = False
    for key, value in values.items():
        clean_key = rewritten(key, f"{place}.(key)", rewrite)
        if clean_key is not key:
            clean_key = _distinct(clean_key, values, new)
        clean = rewritten(value, f"{place}.{str(clean_key)[:MAX_KEY_CHARS]}", rewrite)
        changed = changed or clean_key is not key or clean is not value
        new[clean_key] = clean
    return new if changed else values


def _distinct(key: Any, *taken: dict[Any, Any]) -> Any:
    """Two spellings of one value become one pseudonym; as keys they must stay two."""
    candidate, number = key, 1
    while any(candidate in keys for keys in taken):
        number += 1
        candidate = f"{key}#{number}"
    return candidate
