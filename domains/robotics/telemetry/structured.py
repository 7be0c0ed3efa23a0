"""Structured text: JSON and calls such as `move(speed=0.4)` in what was said, and amounts that are written as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec

from domains.robotics.lexicons import load
from processors.extraction.quantities import quantities
from processors.subject import Subject, once
from processors.units import convert, unit

_LONGEST_JSON = 100_000  # characters
_MOST_OBJECTS = 50  # of one text
_OBJECT_BEGINS = re.compile(r"(?:^|(?<=[\s:`]))(?=[{\[]\s*[\"{\[])", re.MULTILINE)
_CALL = re.compile(r"\b(?P<name>[A-Za-z_]\w{0,60})\((?P<arguments>[^()\n]{0,300})\)")
_ARGUMENT = re.compile(
    r"(?P<key>[A-Za-z_]\w{0,60})\s*=\s*"
    r"(?P<value>-?\d{1,12}(?:\.\d{1,12})?|\"[^\"]{0,80}\"|'[^']{0,80}'|p?\[[-\d., ]{1,200}\])"
)
_FIRST_LIST = re.compile(r"\s*p?(?P<list>\[[-\d., ]{1,200}\])")
_LONGEST_AMOUNT = 40  # characters
_WORD = re.compile(r"[^\W\d_]{2,}")
_MOST_WORDS = 3  # beside the number
_POSITIONAL: dict[str, str] = load("names")["positional"]


@once
def structured_context(subject: Subject) -> tuple[Any, ...]:
    """The input and the pieces of context that are JSON."""
    texts = (subject.request, *subject.context_texts)
    return tuple(_parsed(text) for text in map(str.strip, texts) if text[:1] == "{" and len(text) <= _LONGEST_JSON)


def structured_output(subject: Subject) -> Iterator[tuple[str, Any]]:
    """The JSON values and the calls in the output, with the role of who wrote them."""
    output = subject.trace.output
    texts = [("assistant", output)] if isinstance(output, str) else [(turn.role, turn.content) for turn in output]
    for role, text in texts:
        for value in _embedded(text[:_LONGEST_JSON]):
            yield from ((role, each) for each in (value if isinstance(value, list) else [value]))
        for call in _CALL.finditer(text[:_LONGEST_JSON]):
            arguments = dict(_arguments(call["name"], call["arguments"]))
            if arguments:
                yield role, {"command": call["name"], **arguments}


def _embedded(text: str) -> Iterator[Any]:
    """The text as JSON, or the JSON values that begin a line, a code block or follow a colon."""
    whole = text.strip()
    value = _parsed(whole) if whole[:1] in ("{", "[") else None
    if value is not None:
        yield value
        return
    decoder, read_to = json.JSONDecoder(), 0
    for tried, begin in enumerate(_OBJECT_BEGINS.finditer(text)):
        if tried >= _MOST_OBJECTS:
            return
        if begin.start() >= read_to:
            try:
                value, read_to = decoder.raw_decode(text, begin.start())
            except (ValueError, RecursionError):
                continue
            yield value


def _arguments(name: str, written: str) -> Iterator[tuple[str, Any]]:
    """Named arguments; a list that comes first is what commands of that name take first."""
    first = _FIRST_LIST.match(written)
    if first is not None and name in _POSITIONAL:
        yield _POSITIONAL[name], _parsed(first["list"])
    for found in _ARGUMENT.finditer(written):
        yield found["key"], _literal(found["value"])


def _parsed(source: str) -> Any:
    try:
        return msgspec.json.decode(source)
    except (msgspec.DecodeError, RecursionError):
        return None


def _literal(written: str) -> Any:
    if written[0] in "\"'":
        return written[1:-1]
    return _parsed(written.lstrip("p")) if written[-1] == "]" else float(written)


@lru_cache(maxsize=4096)
def written_amount(text: str, target: str) -> tuple[float, ...] | None:
    """The number, or the two ends of a range, in the unit `target`, that a short text is: `60 N`, `max 180 deg/s`."""
    if len(text) > _LONGEST_AMOUNT or not any(map(str.isdigit, text)):
        return None
    found = [each for each in quantities(text) if each.unit.dimension == unit(target).dimension]
    if len(found) != 1:
        return None
    beside = text[: found[0].start] + " " + text[found[0].end :]
    if any(map(str.isdigit, beside)) or len(_WORD.findall(beside)) > _MOST_WORDS:
        return None
    values = (found[0].value,) if found[0].high is None else (found[0].value, found[0].high)
    return tuple(convert(value, found[0].unit.name, target) for value in values)
