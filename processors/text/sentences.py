"""Sentences: where each one of a text begins and ends."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter

# It begins with the set of all marks, so that the search leaps from one to the next. A run of marks is taken whole, and
# only from its first, so that a text of nothing but dots still costs linear time. Then it goes on to the next sentence.
_END = re.compile(r"([.!?…。！？\n](?:(?<=[。！？\n])|(?<![.!?…]{2})[.!?…]*+[\"'”’)\]]*+(?=\s|\Z)))[^\S\n]*+")
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "vs",
        "etc",
        "no",
        "fig",
        "inc",
        "ltd",
        "co",
        "corp",
        "jr",
        "sr",
        "e.g",
        "i.e",
    ]
)
_UNITS = frozenset({"ms", *"acgjklmnsvw"})  # behind a number: `220 ms. The next` are two sentences
_LONG_WORD = 5  # letters; no short form has as many

Span = tuple[int, int]
"""Characters [start, end) of the text."""


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text, each without the white space around it. A line break always ends one."""
    spans: list[Span] = []
    begin, closed = len(text) - len(text.lstrip()), 0
    for match in _END.finditer(text):
        at, end = match.span(1)
        if text[at] == "\n":
            _append(spans, text, begin, at)
        elif end - at == 1 and text[at] == "." and end < len(text) and _abbreviates(text, closed, at):
            continue
        else:
            spans.append((begin, end))
        begin, closed = match.end(), end
    _append(spans, text, begin, len(text))
    return tuple(spans)


def sentence_at(spans: Sequence[Span], at: int) -> Span | None:
    """That of the sentences, which are in order, in which the character `at` stands."""
    index = bisect_right(spans, at, key=itemgetter(0)) - 1
    return spans[index] if index >= 0 and at < spans[index][1] else None


def _append(spans: list[Span], text: str, begin: int, end: int) -> None:
    """The sentence from `begin`, which is no white space, up to `end`, without any before that."""
    if length := len(text[begin:end].rstrip()):
        spans.append((begin, begin + length))


def _abbreviates(text: str, start: int, at: int) -> bool:
    """Whether the full stop at `at` belongs to a short form, an initial or a list number of the sentence at `start`."""
    if at - start >= _LONG_WORD and text[at - _LONG_WORD : at].isalpha():
        return False
    before = text[max(start, at - 7) : at]
    rest, _, word = before.rpartition(" ")
    word = word.lstrip("(\n").lower()
    if word in _UNITS and rest[-1:].isdigit():
        return False
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or (word.isdigit() and before.strip() == word)
