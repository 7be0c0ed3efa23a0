"""Snapshot tables: small, hand-made from public facts, with their source and date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from metronis.errors import Misconfigured

DOMAINS = Path(__file__).parent.parent


class _Content(BaseModel):
    """What the file of a table says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    url: str = ""
    retrieved: date
    columns: dict[str, str] = {}
    rows: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Table:
    """Rows of facts by key. `columns` gives the unit of each, or `number`, `text`, `boolean`, `date`, `list`."""

    name: str
    source: str
    columns: Mapping[str, str]
    rows: Mapping[str, Mapping[str, Any]]
    retrieved: date

    @cached_property
    def terms(self) -> Mapping[str, str]:
        """Every key and synonym, in lower case, with the key that it stands for."""
        synonyms = {str(term).lower(): key for key, row in self.rows.items() for term in row.get("synonyms", ())}
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
    """Raises Misconfigured naming the file, the place in it and what is wrong."""
    try:
        content = _Content.model_validate(yaml.load(file.read_text(encoding="utf-8"), _LOADER))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise Misconfigured(f"cannot read {file}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise Misconfigured(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    for key, row in content.rows.items():
        for column in row.keys() - content.columns.keys() - {"synonyms"}:
            raise Misconfigured(f"{file}: rows.{key}.{column}: is not among `columns`; declare its unit there")
    return Table(file.stem, content.source, content.columns, content.rows, content.retrieved)


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it was built
