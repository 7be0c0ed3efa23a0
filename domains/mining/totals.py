"""Totals: tonnages of a table by category, and the total that stands beside or below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domains.mining.names import meaning, words_of
from domains.mining.record import Figure
from processors.units import unit

_CATEGORY = ("category", "class", "classification", "confidence", "name", "type")
_TOTALS = frozenset({"total", "subtotal", "sum", "all", "combined", "and"})
_MASS = unit("g").dimension


def totals(values: Mapping[Any, Any]) -> Iterator[tuple[Figure, tuple[float, ...]]]:
    """Every total in a map with the sums that the rows of a table in it may have.

    Beside the table it is `total_mt`, in the table a row called `Total`. Inferred tonnes may be left out of it.
    """
    for rows in values.values():
        if isinstance(rows, list) and len(rows) > 1 and all(isinstance(row, dict) for row in rows):
            yield from _of_table(rows, values)


def _of_table(
    rows: Sequence[Mapping[Any, Any]], around: Mapping[Any, Any]
) -> Iterator[tuple[Figure, tuple[float, ...]]]:
    named = [(_category(row), row) for row in rows]
    if not all(words for words, _ in named):
        return
    parts = [(words, row) for words, row in named if _TOTALS.isdisjoint(words)]
    whole = next((row for words, row in named if words == ("total",)), {})
    for key in parts[0][1] if len(parts) > 1 else ():
        stated = whole.get(key, around.get(f"total_{key}"))
        known = meaning(f"production_{key}") if isinstance(key, str) else None
        tonnes = [(words, row[key]) for words, row in parts if _is_number(row.get(key))]
        if known is None or known.unit is None or known.unit.dimension != _MASS or stated is None:
            continue
        if _is_number(stated) and len(tonnes) == len(parts):
            sums = {sum(t for _, t in tonnes), sum(t for words, t in tonnes if "inferred" not in words)}
            yield Figure(float(stated), known.unit, f"total {key}"), tuple(sums)


def _category(row: Mapping[Any, Any]) -> tuple[str, ...]:
    said = next((row[key] for key in _CATEGORY if isinstance(row.get(key), str)), "")
    return words_of(said.replace("+", " and ").replace("&", " and "))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
