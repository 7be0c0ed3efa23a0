"""Results: values of the table `labs` as a text gives them."""

from __future__ import annotations

import re
from collections import defaultdict

from domains.healthcare.clinical.cues import cue
from domains.healthcare.clinical.lexicon import Lexicon, Mention
from domains.knowledge import table

RESULTS = table("healthcare", "labs")
NAMES = Lexicon(RESULTS.terms)
_VALUE = re.compile(r"[^\d\n.;]{0,28}?(\d{1,6}(?:\.\d+)?)(?![\d/]|\.\d|\s?(?:-|–|to)\s?\d)\s?([a-zµ°%/^0-9·²]{0,14})")
_PRESSURE = re.compile(r"[^\d\n.;]{0,20}?(\d{2,3})(?: ?/ ?\d{2,3})?\s?(mmhg)?")
_RANGE = cue("gives_a_range")
_COMPARES = frozenset("<>≤≥")
_SI = {
    ("glucose", "mmol/l"): 18.016,
    ("haemoglobin", "g/l"): 0.1,
    ("creatinine", "µmol/l"): 1 / 88.42,
    ("creatinine", "umol/l"): 1 / 88.42,
    ("ldl", "mmol/l"): 38.67,
    ("calcium level", "mmol/l"): 4.008,
}
"""Factors from SI units to those of the table; source: AMA Manual of Style, table of conversion factors."""

_PLAIN_TEMPERATURE = 45.0  # above it is Fahrenheit


def values_in(text: str) -> dict[str, list[float]]:
    """The values that a folded text gives of each test of the table, in its unit."""
    values: defaultdict[str, list[float]] = defaultdict(list)
    for mention in NAMES.find(text):
        if (value := value_after(text, mention)) is not None:
            values[mention.key].append(value)
    return dict(values)


def value_after(text: str, mention: Mention) -> float | None:
    """The value that follows a mention in a folded text, in the table's unit; None where that is no plausible one."""
    match = (_PRESSURE if mention.key == "systolic" else _VALUE).match(text, mention.end)
    if match is None:
        return None
    between = text[mention.end : match.start(1)]
    if _RANGE.search(between) or not _COMPARES.isdisjoint(between):
        return None
    row = RESULTS.rows[mention.key]
    value = float(match[1]) * _SI.get((mention.key, match[2]), 1.0)
    if mention.key == "temperature" and value > _PLAIN_TEMPERATURE:
        value = (value - 32) * 5 / 9
    return value if row["least"] <= value <= row["most"] else None
