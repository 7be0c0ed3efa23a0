"""What can be said of a pattern without running it: how far its matches reach and whether shadows suffice for it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from re import _constants as op  # type: ignore[attr-defined]  # private: the only parser of patterns in reach
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import regex

from processors.sanitize.patterns.shadow import CAST

MAX_WIDTH = 4_096
"""Characters. A pattern that may take more counts as unbounded."""

_FLAGS = {regex.IGNORECASE: re.I, regex.MULTILINE: re.M, regex.DOTALL: re.S, regex.ASCII: re.A, regex.UNICODE: re.U}
# `{,3}` and fuzzy `{e<=1}` are repeats to `regex` and plain characters to other engines.
_FOREIGN = re.compile(r"\{,|\{[^}|]*[eids<]")

_LAST_ASCII = 127
_SPACE = ord(" ")
_TAKES_SPACE = frozenset({op.CATEGORY_SPACE, op.CATEGORY_NOT_DIGIT, op.CATEGORY_NOT_WORD})


@dataclass(frozen=True, slots=True)
class Shape:
    """Facts about the matches of a pattern.

    width: most characters of a match; None where unbounded.
    reach: most characters that are looked at after it; None where unbounded.
    spaceless: no match holds a blank.
    shadowed: wherever the pattern matches a text, it matches the text's shadow with the same end.
    """

    width: int | None
    reach: int | None
    spaceless: bool
    shadowed: bool


UNKNOWN = Shape(width=None, reach=None, spaceless=False, shadowed=False)


def shape(pattern: str, flags: int) -> Shape | None:
    """The shape of a pattern of the `regex` library; None where it says what Python's own `re` would not understand."""
    tree = _parsed(pattern, flags)
    if tree is None:
        return None
    return Shape(
        width=_bounded(tree.getwidth()[1]),
        reach=_bounded(sum(_reaches(tree))),
        spaceless=not any(_takes_space(code, value) for code, value in _consumed(tree)),
        shadowed=not any(_sees_more(code, value, bool(flags & regex.ASCII)) for code, value in _nodes(tree)),
    )


def _parsed(pattern: str, flags: int) -> Any:
    known = sum(flag for flag in _FLAGS if flags & flag)
    if known != flags or _FOREIGN.search(pattern):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # `re` warns of what is going to mean something else
        try:
            return parser.parse(pattern, sum(ours for theirs, ours in _FLAGS.items() if flags & theirs))
        except (re.error, Warning, OverflowError):
            return None


def _bounded(characters: int) -> int | None:
    return characters if characters <= MAX_WIDTH else None


def _children(code: Any, value: Any) -> Iterator[Any]:
    """The patterns inside a node."""
    if code is op.BRANCH:
        yield from value[1]
    elif code is op.SUBPATTERN:
        yield value[3]
    elif code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        yield value[2]
    elif code is op.ATOMIC_GROUP:
        yield value
    elif code in (op.ASSERT, op.ASSERT_NOT):
        yield value[1]
    elif code is op.GROUPREF_EXISTS:
        yield from (each for each in value[1:] if each is not None)


def _nodes(tree: Any, within: Callable[[Any], bool] = lambda _code: True) -> Iterator[tuple[Any, Any]]:
    for code, value in tree:
        yield code, value
        if within(code):
            for child in _children(code, value):
                yield from _nodes(child, within)


def _consumed(tree: Any) -> Iterator[tuple[Any, Any]]:
    return _nodes(tree, lambda code: code not in (op.ASSERT, op.ASSERT_NOT))


def _reaches(tree: Any) -> Iterator[int]:
    """Characters ahead that each assertion may look at."""
    for code, value in _nodes(tree):
        if code is op.AT:
            yield 1
        elif code in (op.ASSERT, op.ASSERT_NOT) and value[0] > 0:
            yield value[1].getwidth()[1]


def _takes_space(code: Any, value: Any) -> bool:
    if code is op.LITERAL:
        return bool(value == _SPACE)
    if code is op.NOT_LITERAL:
        return bool(value != _SPACE)
    if code is op.IN:
        negated, members = _set(value)
        return negated is not any(
            what in _TAKES_SPACE if kind is op.CATEGORY else _covers(kind, what, _SPACE) for kind, what in members
        )
    return code is op.ANY


def _sees_more(code: Any, value: Any, ascii_only: bool) -> bool:
    """Whether a node tells a character from the one that stands for it in a shadow."""
    if code is op.NOT_LITERAL:
        return chr(value) in CAST or value > _LAST_ASCII
    if code is op.AT:
        return ascii_only and value in (op.AT_BOUNDARY, op.AT_NON_BOUNDARY)
    if code is not op.IN:
        return code is op.SUBPATTERN and bool(value[1] & re.A)
    negated, members = _set(value)
    named = [member for member in members if member[0] is not op.CATEGORY]
    if ascii_only and len(named) < len(members):
        return True
    if negated:
        return any(_covers(*member, ord(char)) for member in named for char in CAST) or any(map(_beyond_ascii, named))
    return any(kind is op.RANGE and _beyond_ascii((kind, what)) for kind, what in named)


def _set(members: Any) -> tuple[bool, list[tuple[Any, Any]]]:
    negated = members[0][0] is op.NEGATE
    return negated, members[1:] if negated else members


def _covers(kind: Any, what: Any, code: int) -> bool:
    return bool(what == code if kind is op.LITERAL else what[0] <= code <= what[1])


def _beyond_ascii(member: tuple[Any, Any]) -> bool:
    kind, what = member
    return bool((what if kind is op.LITERAL else what[1]) > _LAST_ASCII)
