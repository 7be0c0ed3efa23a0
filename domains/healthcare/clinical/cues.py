"""Cues: the patterns of `cues.yaml`, compiled."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("cues.yaml")


@cache
def _lists() -> dict[str, list[str]]:
    content: Any = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return content  # type: ignore[no-any-return]  # the file is ours, and a map of lists


def cue(name: str, *, first: str = r"\b", then: str = r"\b") -> re.Pattern[str]:
    """Any entry of a list, as whole words; `first` and `then` stand around it instead of the borders of words."""
    return re.compile(f"{first}(?:{'|'.join(_lists()[name])}){then}")
