"""Every string of a value, at any depth: collected, and replaced with the structure kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import msgspec

MAX_KEY_CHARS = 64  # of a key within a place

Label = Callable[[str], str | None]
"""Key of a map → what its value is, None where the key does not say."""


class Rewriter(Protocol):
    """What is put in the place of what is found. Returns the very same object where nothing is to be changed."""

    def label(self, key: str) -> str | None:
        """See `Label`."""

    def text(self, place: str, text: str) -> str:
        """The text to put there."""

    def labelled(self, place: str, label: str, value: str | int | float) -> Any:
        """The value to put under a key that says what it is. GONE: the key goes too."""


GONE = object()


def collect(value: Any, label: Label, texts: list[str], labelled: dict[str, str]) -> None:
    """Append every string of the value, keys of maps too, to `texts`, and enter in `labelled` what stands under labels.

    Raises TypeError at anything that is neither JSON nor a struct: what is not understood is not clean.
    """
    kind = type(value)
    if kind is str:
        texts.append(value)
    elif kind is list:
        for item in value:
            collect(item, label, texts, labelled)
    elif kind is dict:
        for key, item in value.items():
            texts.append(key)
            collect(item, label, texts, labelled)
            if (said := label(key)) is not None:
                labelled.update((str(each), said) for each in (item if type(item) is list else [item]))
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            collect(getattr(value, field), label, texts, labelled)
    elif value is not None and kind not in (bool, int, float):
        raise TypeError(f"no rule for {kind.__name__}")


def rewritten(value: Any, place: str, rewriter: Rewriter) -> Any:
    """The value with every string rewritten, keys of maps too; the very same object where nothing changed.

    `place` is where the value stands (`attributes.user`, `input[2].content`); keys in it are already rewritten.
    Raises TypeError as `collect` does.
    """
    kind = type(value)
    if kind is str:
        return rewriter.text(place, value)
    if value is None or kind in (bool, int, float):
        return value
    if kind is list:
        return _list(value, place, rewriter)
    if kind is dict:
        return _map(value, place, rewriter)
    if isinstance(value, msgspec.Struct):
        return rewritten_fields(value, value.__struct_fields__, f"{place}.", rewriter)
    raise TypeError(f"no rule for {kind.__name__}")


def rewritten_fields(struct: Any, fields: Iterable[str], prefix: str, rewriter: Rewriter) -> Any:
    """The struct with the strings in these fields rewritten; the very same object where nothing changed."""
    changes = {}
    for field in fields:
        old = getattr(struct, field)
        if not old:
            continue  # nothing is as clean as it was
        new = rewritten(old, prefix + field, rewriter)
        if new is not old:
            changes[field] = new
    return msgspec.structs.replace(struct, **changes) if changes else struct


def _list(values: list[Any], place: str, rewriter: Rewriter) -> list[Any]:
    new = [rewritten(value, f"{place}[{index}]", rewriter) for index, value in enumerate(values)]
    return new if any(old is not clean for old, clean in zip(values, new, strict=True)) else values


def _map(values: dict[Any, Any], place: str, rewriter: Rewriter) -> dict[Any, Any]:
    new: dict[Any, Any] = {}
    changed = False
    for key, value in values.items():
        clean_key = rewriter.text(f"{place}.(key)", key)
        if clean_key is not key:
            clean_key = _distinct(clean_key, values, new)
        clean = _under(rewriter.label(key), value, f"{place}.{clean_key[:MAX_KEY_CHARS]}", rewriter)
        changed = changed or clean_key is not key or clean is not value
        if clean is not GONE:
            new[clean_key] = clean
    return new if changed else values


def _under(label: str | None, value: Any, place: str, rewriter: Rewriter) -> Any:
    """What to put under a key; a list under a label is one of such values."""
    if label is None or value is None or type(value) is bool or not value:
        return rewritten(value, place, rewriter)
    if type(value) in (str, int, float):
        return rewriter.labelled(place, label, value)
    if type(value) is list:
        new = [_under(label, item, f"{place}[{index}]", rewriter) for index, item in enumerate(value)]
        return new if any(old is not clean for old, clean in zip(value, new, strict=True)) else value
    return rewritten(value, place, rewriter)


def _distinct(key: str, *taken: dict[Any, Any]) -> str:
    """Two spellings of one value become one pseudonym; as keys they must stay two."""
    candidate, number = key, 1
    while any(candidate in keys for keys in taken):
        number += 1
        candidate = f"{key}#{number}"
    return candidate
