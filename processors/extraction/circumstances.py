"""Circumstances of a dose: its route, whether it is taken as needed, for how many days, and by whom of what weight."""

from __future__ import annotations

import re
from collections.abc import Iterable

from processors.extraction.quantities import Quantity
from processors.text.lexicons import load
from processors.units import convert

_ROUTES: dict[str, str] = load("doses")["routes"]
_ROUTE = re.compile(
    rf"\b(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _ROUTES.items())})(?!\w)", re.IGNORECASE
)
_AS_NEEDED = re.compile(r"\b(?:as|if|when)(?: \w+)? (?:needed|required|necessary)\b|\bp\.?r\.?n\b", re.IGNORECASE)
_FOR = re.compile(r"(?:\bfor|x|×)(?: (?:the next|up to|at least|a total of|about|a))?\s?\Z", re.IGNORECASE)
_COURSE = re.compile(r"[ -]?course", re.IGNORECASE)
_FOR_REACH = 20  # characters
_DAYS = {"day": 1.0, "week": 7.0, "month": 30.0}
_LIGHTEST, _HEAVIEST = 0.3, 500.0  # kg of a patient


def route(text: str) -> str | None:
    """The first route that a text names: oral, intravenous, intramuscular, subcutaneous, sublingual, rectal, …"""
    match = _ROUTE.search(text)
    return match.lastgroup if match else None


def as_needed(text: str) -> bool:
    """Whether a text says "as needed" or the like."""
    return _AS_NEEDED.search(text) is not None


def duration_days(text: str, found: Iterable[Quantity]) -> float | None:
    """For how many days something is done: "for 2 weeks", "a 7-day course". `found` are the quantities of the text."""
    for quantity in found:
        if quantity.unit.name not in _DAYS:
            continue
        before = max(quantity.start - _FOR_REACH, 0)
        if _FOR.search(text, before, quantity.start) or _COURSE.match(text, quantity.end):
            return _DAYS[quantity.unit.name] * (quantity.high or quantity.value)
    return None


def weight_kg(found: Iterable[Quantity]) -> float | None:
    """The first mass among quantities that a patient may have, in kg."""
    for quantity in found:
        if quantity.unit.name in ("kg", "pound"):
            weight = convert(quantity.value, quantity.unit.name, "kg")
            if _LIGHTEST <= weight <= _HEAVIEST:
                return weight
    return None
