"""Tables that expressions look things up in: columns with types, values in base units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from processors.expressions import Absent, Type
from processors.facts.field_facts import midnight
from processors.units import unit

_PLAIN = {"number": "number", "text": "text", "boolean": "boolean", "date": "time"}


@dataclass(frozen=True, eq=False)
class LookupTable:
    """Rows by folded term. `columns` has the types of those that expressions may ask for; lists are not among them."""

    name: str
    columns: Mapping[str, Type]
    rows: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, name: str, units: Mapping[str, str], rows: Mapping[str, Mapping[str, Any]]) -> LookupTable:
        """From columns with their units, and rows by term whose cells fit these. Raises UnknownUnit."""
        columns = {column: _type(declared) for column, declared in units.items() if declared != "list"}
        held = {
            term.lower(): {
                column: _value(row[column], units[column]) for column in columns if row.get(column) is not None
            }
            for term, row in rows.items()
        }
        return cls(name, columns, held)

    def lookup(self, column: str, key: str) -> Any:
        """Raises Absent where there is no such row, or nothing in it."""
        row = self.rows.get(key.lower())
        if row is None:
            raise Absent(f"{self.name} knows no {key[:40]!r}")
        if column not in row:
            raise Absent(f"{self.name} gives no {column} of {key[:40]!r}")
        return row[column]


def _type(declared: str) -> Type:
    if declared in _PLAIN:
        return Type(_PLAIN[declared])  # type: ignore[arg-type]  # the table above has kinds alone
    return Type.of_unit(declared)


def _value(cell: Any, declared: str) -> Any:
    match declared:
        case "text":
            return str(cell).lower()
        case "boolean":
            return bool(cell)
        case "date":
            return midnight(cell)
        case "number":
            return float(cell)
    return unit(declared).to_base(float(cell))
