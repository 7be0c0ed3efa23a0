"""Cues: the expressions of `cues.yaml`, compiled."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("cues.yaml")


@cache
def _lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return lists


def entries(name: str) -> tuple[str, ...]:
    """The entries of a list, as they stand there."""
    return tuple(_lists()[name])


def cue(name: str, *, case: bool = False) -> re.Pattern[str]:
    """Any entry of a list, from where a word begins; blind to case unless `case`."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(entries(name))})", re.NOFLAG if case else re.IGNORECASE)


def said_before(text: str, at: int, reach: int) -> str:
    """What a text says before a place in the same sentence, at most `reach` characters of it."""
    before = text[max(at - reach, 0) : at]
    return re.split(r"[;\n]|[.!?]\s", before)[-1]
