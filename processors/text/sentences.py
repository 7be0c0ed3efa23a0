"""Sentences: where each one of a text begins and ends."""

from __future__ import annotations

import re

# A run of closing marks is taken whole, so that a text of nothing but dots still costs linear time.
_MARK = re.compile(r"[.!?…]++[\"'”’)\]]*+|[。！？]|\n")
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

Span = tuple[int, int]
"""Characters [start, end) of the text."""


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text, each without the white space around it. A line break always ends one."""
    spans: list[Span] = []
    start = 0
    for mark in _MARK.finditer(text):
        end = mark.end()
        if not _closes(text, start, mark):
            continue
        _append(spans, text, start, end)
        start = end
    _append(spans, text, start, len(text))
    return tuple(spans)


def _closes(text: str, start: int, mark: re.Match[str]) -> bool:
    end = mark.end()
    if mark.group() in "\n。！？" or end == len(text):
        return True
    if not text[end].isspace():
        return False
    return mark.group() != "." or not _abbreviates(text[max(start, end - 8) : end - 1])


def _abbreviates(before: str) -> bool:
    """Whether the full stop after these characters belongs to a short form, an initial or a list number."""
    word = before.rpartition(" ")[2].lstrip("(\n").lower()
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or (word.isdigit() and before.strip() == word)


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        begin = start + piece.index(stripped[0])
        spans.append((begin, begin + len(stripped)))
