"""Snapshot tables: small, hand-made from public facts, with their source and date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from metronis.errors import Misconfigured
from processors.document import Document
from processors.units import UnknownUnit, unit
from processors.wrong import nearest

DOMAINS = Path(__file__).parent.parent
SYNONYMS = "synonyms"


class _Content(BaseModel):
    """What the file of a table says. compiled: the day on which it was put together from its sources, by hand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    url: str = ""
    compiled: date
    columns: dict[str, str] = {}
    rows: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Table:
    """Rows of facts by key. `columns` gives the unit of each, or `number`, `text`, `boolean`, `date`, `list`."""

    name: str
    source: str
    columns: Mapping[str, str]
    rows: Mapping[str, Mapping[str, Any]]
    compiled: date

    @cached_property
    def terms(self) -> Mapping[str, str]:
        """Every key and synonym, in lower case, with the key that it stands for."""
        synonyms = {str(term).lower(): key for key, row in self.rows.items() for term in row.get(SYNONYMS, ())}
        return {**synonyms, **{key.lower(): key for key in self.rows}}

    @property
    def rows_by_term(self) -> Mapping[str, Mapping[str, Any]]:
        """The rows by every key and synonym."""
        return {term: self.rows[key] for term, key in self.terms.items()}

    def key(self, term: str) -> str | None:
        """The key of the row that a term, in any case, stands for."""
        return self.terms.get(term.lower())


@cache
def table(domain: str, name: str) -> Table:
    """The table `name` that comes with a domain. Raises Misconfigured as `read_table` does."""
    return read_table(DOMAINS / domain / "knowledge" / f"{name}.yaml")


def read_table(file: Path) -> Table:
    """Raises Misconfigured naming the file, the line and what is wrong there."""
    try:
        status = file.stat()
    except OSError as error:
        raise Misconfigured(f"cannot read {file}: {error}") from error
    return _read(file, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)  # evaluators and domains read the same ones
def _read(file: Path, _mtime_ns: int, _size_bytes: int) -> Table:
    document = Document.read(file)
    try:
        content = _Content.model_validate(document.content)
    except ValidationError as error:
        first = error.errors()[0]
        raise _wrong(document, first["loc"], first["msg"]) from error
    for column, declared in content.columns.items():
        if declared not in _CELLS:
            _check_unit(document, column, declared)
    for key, row in content.rows.items():
        for column, cell in row.items():
            _check_cell(document, content.columns, (key, column), cell)
    return Table(file.stem, content.source, content.columns, content.rows, content.compiled)


def _check_unit(document: Document, column: str, declared: str) -> None:
    try:
        unit(declared)
    except UnknownUnit as error:
        problem = f"{error}; there are {', '.join(_CELLS)} as well"
        raise _wrong(document, ("columns", column), problem) from error


def _check_cell(document: Document, columns: Mapping[str, str], place: tuple[str, str], cell: Any) -> None:
    column = place[1]
    if column not in columns and column != SYNONYMS:
        problem = f"is not among `columns`; {nearest(column, (*columns, SYNONYMS))}"
        raise _wrong(document, ("rows", *place), problem)
    declared = "list" if column == SYNONYMS else columns[column]
    if cell is not None and not _CELLS.get(declared, _is_number)(cell):
        raise _wrong(document, ("rows", *place), f"is {cell!r}, but the column is of {declared}")


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


_CELLS: Mapping[str, Callable[[Any], bool]] = {
    "number": _is_number,
    "text": lambda cell: not isinstance(cell, dict | list),
    "boolean": lambda cell: isinstance(cell, bool),
    "date": lambda cell: isinstance(cell, date),
    "list": lambda cell: isinstance(cell, list),
}
"""What may stand in columns that have no unit."""


def _wrong(document: Document, place: Sequence[str | int], problem: str) -> Misconfigured:
    return Misconfigured(f"{document.file}, line {document.line_near(place)}: {'.'.join(map(str, place))}: {problem}")
