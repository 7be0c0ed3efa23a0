"""Mutations: the same trace with one value changed, to see whether a claim notices.

After DeMillo, Lipton and Sayward, Hints on test data selection, IEEE Computer 11(4), 1978: a check that no small change
of a good case makes fail tests nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from processors.scan.phrase import Phrase
from processors.text.sentences import sentences
from schemas.trace import Trace

MAX_MUTANTS = 5_000
MAX_INDEX = 30
"""Elements of a list that are changed one by one; of longer lists the first ones."""

_CHANGED = (
    "input",
    "output",
    "context",
    "attributes",
    "features",
    "episode",
    "tags",
    "model",
    "latency_ms",
    "timestamp",
)
_FACTORS = (10.0, 0.1, -1.0, 0.0, 1.5, 0.5, 1_000.0)
_SHIFTS = tuple(timedelta(days=days) for days in (-3650, -40, -2, 2, 40, 3650))
_NUMBER = re.compile(r"\d[\d,]{0,15}(?:\.\d{1,9})?")
_OTHER_TEXT = "something else"

Place = tuple[str | int, ...]


class Mutant(NamedTuple):
    """A trace with one value changed, and what was changed."""

    what: str
    trace: Trace


def mutants(
    trace: Trace, phrases: Iterable[Phrase] = (), others: Sequence[Trace] = (), values: Sequence[float] = ()
) -> Iterator[Mutant]:
    """Variants of a trace, each with one value changed; at most 5,000.

    phrases: what may be said in a text. others: traces to take single values from. values: to put in place of numbers.
    """
    content = {name: value for name, value in msgspec.to_builtins(trace).items() if name in _CHANGED}
    kept = {name: value for name, value in msgspec.to_builtins(trace).items() if name not in _CHANGED}
    hints = _Hints(tuple(phrases), tuple(values))
    changes = _changes(content, hints, [msgspec.to_builtins(other) for other in others])
    for place, value in islice(changes, MAX_MUTANTS):
        changed = _replaced(content, place, value)
        try:
            mutant = msgspec.convert({**kept, **changed}, Trace)
        except msgspec.ValidationError:
            continue
        yield Mutant(f"{'.'.join(map(str, place))} → {_short(value)}", mutant)


class _Hints(NamedTuple):
    phrases: tuple[Phrase, ...]
    values: tuple[float, ...]


class _Gone:
    def __repr__(self) -> str:
        return "left out"


GONE = _Gone()


def _changes(content: dict[str, Any], hints: _Hints, others: list[Any]) -> Iterator[tuple[Place, Any]]:
    for other in others:
        for name in _CHANGED:
            if name in other and other[name] != content.get(name):
                yield (name,), other[name]
                yield from _taken(content.get(name), other[name], (name,))
    for place, value in _values(content, ()):
        yield from ((place, changed) for changed in _changed(value, place, hints))
        if place[-1] != "output":
            yield place, GONE


def _taken(mine: Any, its: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Values below a place that another trace has otherwise."""
    if isinstance(mine, dict) and isinstance(its, dict):
        for key, value in its.items():
            if mine.get(key) != value:
                yield (*place, key), value
                yield from _taken(mine.get(key), value, (*place, key))


def _values(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Every value at any depth, with its place."""
    if place:
        yield place, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value[:MAX_INDEX]):
            yield from _values(inner, (*place, index))


def _changed(value: Any, place: Place, hints: _Hints) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from hints.values
        yield from (value * factor for factor in _FACTORS)
        yield value + 1
    elif isinstance(value, str):
        yield from _other_texts(value, place, hints)
    elif isinstance(value, list) and value:
        yield [*value, value[0]]
        yield value[::-1]
        yield value[:-1]


def _other_texts(text: str, place: Place, hints: _Hints) -> Iterator[str]:
    yield from _other_times(text)
    if place[0] not in ("input", "output", "context"):
        yield _OTHER_TEXT
    for phrase in hints.phrases if place[0] in ("input", "output") else ():
        if said := spoken(phrase):
            yield f"{text} {said[0].upper()}{said[1:]}."
    for start, end in sentences(text)[:MAX_INDEX]:
        yield text[:start] + text[end:]
    for found in islice(_NUMBER.finditer(text), MAX_INDEX):
        number = float(found[0].replace(",", ""))
        for factor in _FACTORS:
            yield f"{text[: found.start()]}{number * factor:.10g}{text[found.end() :]}"


def _other_times(text: str) -> Iterator[str]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return
    for shift in _SHIFTS:
        try:
            yield (moment + shift).isoformat()
        except OverflowError:
            continue


def spoken(phrase: Phrase) -> str:
    """Words that the phrase matches; empty for a regex."""
    return "" if phrase.regex else phrase.source.replace("*", "").replace(" ... ", " ").replace("…", " ")


def _replaced(value: Any, place: Place, new: Any) -> Any:
    key, *rest = place
    inner = (
        new if not rest else _replaced(value[key] if not isinstance(value, dict) else value.get(key), tuple(rest), new)
    )
    if isinstance(value, dict):
        changed = {**value, key: inner}
        if inner is GONE:
            del changed[key]
        return changed
    return [*value[: int(key)], *([] if inner is GONE else [inner]), *value[int(key) + 1 :]]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
