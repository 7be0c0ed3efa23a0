"""Paths into a trace: `attributes.order.quantity`, `episode.steps[].state.joint_velocity[]`, `json.order.side`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec

from processors.subject import Subject, once
from processors.text.structure import fences, looks_like_json
from processors.wrong import nearest

ROOTS = ("attributes", "features", "episode", "json", "kind", "latency_ms", "model", "tags", "timestamp", "usage")
"""Where a path may begin. `json` is the output read as JSON, where it is that."""

_PATH = re.compile(r"\w+(?:\.[\w-]+|\[(?:-?[0-9]{1,6})?\])*", re.ASCII)
_PART = re.compile(r"[\w-]+|\[(?P<index>-?[0-9]*)\]", re.ASCII)
_MAX_JSON_CHARS = 100_000


@lru_cache(maxsize=4096)
def folded_key(key: str) -> str:
    """A key without case, hyphens and underscores: `maxTorque` and `max_torque` are one."""
    return "".join(filter(str.isalnum, key)).lower()


@dataclass(frozen=True, slots=True)
class Path:
    """The way to a value; `parts` are folded keys, list indices, and None for every element of a list or map."""

    source: str
    parts: tuple[str | int | None, ...]

    @classmethod
    def parse(cls, source: str) -> Path:
        """Raises ValueError saying what is wrong with it."""
        if not _PATH.fullmatch(source):
            raise ValueError(f"{source!r} is no path; write it like `attributes.orders[].quantity`")
        root, *parts = _PART.finditer(source)
        if root[0] not in ROOTS:
            raise ValueError(f"{source!r} begins with no part of a trace; {nearest(root[0], ROOTS)}")
        return cls(source, (folded_key(root[0]), *map(_part, parts)))

    @property
    def series(self) -> bool:
        """Whether it leads to many values."""
        return None in self.parts

    @property
    def key(self) -> str:
        """The last key on the way; a trace that has it nowhere has nothing at the path."""
        return [part for part in self.parts if isinstance(part, str)][-1]

    def found(self, subject: Subject) -> list[tuple[Any, int]]:
        """The values there, each with the index in the first list on the way (0 where there is none)."""
        root = output_json(subject) if self.parts[0] == "json" else tree(subject).get(self.parts[0])
        return list(_walk(root, self.parts, 1, None))


def _part(found: re.Match[str]) -> str | int | None:
    index = found["index"]
    if index is None:
        return folded_key(found[0])
    return int(index) if index else None


def _walk(value: Any, parts: tuple[str | int | None, ...], at: int, index: int | None) -> Iterator[tuple[Any, int]]:
    while at < len(parts):
        part = parts[at]
        at += 1
        if part is None:
            elements = list(value.values()) if isinstance(value, dict) else value
            if isinstance(elements, list):
                for position, element in enumerate(elements):
                    yield from _walk(element, parts, at, position if index is None else index)
            return
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and -len(value) <= part < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
        if value is None:
            return
    if value is not None:
        yield value, index or 0


@once
def tree(subject: Subject) -> dict[Any, Any]:
    """What the trace holds beside its texts, as maps with folded keys."""
    trace = subject.trace
    held = {
        "attributes": trace.attributes,
        "features": trace.features,
        "episode": trace.episode,
        "usage": trace.usage,
        "tags": trace.tags,
    }
    plain = {"kind": trace.kind, "model": trace.model, "latencyms": trace.latency_ms, "timestamp": trace.timestamp}
    return {**{key: _folded(value) for key, value in held.items() if value}, **plain}


@once
def keys(subject: Subject) -> frozenset[str]:
    """All folded keys that `tree` and `output_json` have, at any depth; `json` where the output is JSON."""
    found: set[str] = set()
    _gather(tree(subject), found)
    output = output_json(subject)
    if output is not None:
        found.add("json")
        _gather(output, found)
    return frozenset(found)


def _gather(value: Any, found: set[str]) -> None:
    if isinstance(value, dict):
        found.update(value)
        value = value.values()
    elif not isinstance(value, list):
        return
    for inner in value:
        if isinstance(inner, dict | list):
            _gather(inner, found)


@once
def output_json(subject: Subject) -> Any:
    """The output, or the first code block in it that is JSON, read as JSON with folded keys; None where it is none."""
    source = next(_json_sources(subject.output_text), "")
    if len(source) > _MAX_JSON_CHARS:
        return None
    try:
        return _folded(msgspec.json.decode(source))
    except (msgspec.DecodeError, RecursionError):
        return None


def _json_sources(text: str) -> Iterator[str]:
    """The whole text, or the contents of its code blocks, where they open as JSON does."""
    if looks_like_json(text):
        yield text
    for language, (start, end) in fences(text)[0] if "```" in text else ():
        if language in ("", "json") and looks_like_json(text[start:end]):
            yield text[start:end]


def _folded(value: Any) -> Any:
    if isinstance(value, dict):
        held: dict[str, Any] = {}
        for key, inner in value.items():
            held.setdefault(folded_key(str(key)), _folded(inner))
        return held
    if isinstance(value, list):
        return [_folded(inner) for inner in value]
    if isinstance(value, msgspec.Struct):
        return {folded_key(name): _folded(getattr(value, name)) for name in value.__struct_fields__}
    return value
