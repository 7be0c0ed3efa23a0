"""Answers out of the tables that come with the domains: no network, the same on every machine, as old as they say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from difflib import get_close_matches
from typing import Any, TypeVar

from domains.knowledge.base import Answer, Company, Drug, Label, searchable
from domains.knowledge.table import Table

T = TypeVar("T")

WITHOUT_UNIT = frozenset({"number", "text", "boolean", "date", "list"})
_MOST_SIMILAR = 5


class SnapshotDrugs:
    """Drugs by key and synonym; columns `rxcui` and `contains`, a combination's ingredients, say more if there."""

    def __init__(self, drugs: Table) -> None:
        self._drugs = drugs

    def drug(self, name: str) -> Answer[Drug]:
        """See `domains.knowledge.base.Drugs`, for both of these."""
        key = self._drugs.key(searchable(name))
        return _answer(self._drugs, None if key is None else _drug(key, self._drugs.rows[key]))

    def similar(self, name: str) -> Answer[tuple[str, ...]]:
        near = get_close_matches(searchable(name).lower(), self._drugs.terms, _MOST_SIMILAR)
        return _answer(self._drugs, tuple(near))


class SnapshotLabels:
    """What tables took from labels: the limits of `drugs`, and who and what the drug does not go together with.

    A row of `contraindications` is `of` a drug or one of its `classes`, `with` a condition; one of `interactions` is
    `between` two drugs or classes. Both name the effect, and the label that says so.
    """

    def __init__(self, drugs: Table, contraindications: Table, interactions: Table) -> None:
        self._drugs = drugs
        self._contraindications = contraindications
        self._interactions = interactions

    def label(self, drug: str) -> Answer[Label]:
        """See `domains.knowledge.base.Labels`. None too for a drug of which no section is there."""
        key = self._drugs.key(searchable(drug))
        if key is None:
            return _answer(self._drugs, None)
        names = {key, *self._drugs.rows[key].get("classes", ())}
        lines = {
            "dosage_and_administration": self._limits(self._drugs.rows[key]),
            "contraindications": self._conditions(names),
            "drug_interactions": self._partners(names),
        }
        sections = {name: "\n".join(found) for name, found in lines.items() if found}
        return _answer(self._drugs, Label(key, sections) if sections else None)

    def _limits(self, row: Mapping[str, Any]) -> list[str]:
        units = {name: unit for name, unit in self._drugs.columns.items() if unit not in WITHOUT_UNIT}
        return [f"{name.replace('_', ' ')}: {row[name]:g} {unit}" for name, unit in units.items() if name in row]

    def _conditions(self, names: set[str]) -> list[str]:
        found = [row for row in self._contraindications.rows.values() if row["of"] in names]
        return [f"{row['with']}: {row['effect']} ({row['label']})" for row in found]

    def _partners(self, names: set[str]) -> list[str]:
        found = [row for row in self._interactions.rows.values() if names.intersection(row["between"])]
        return [f"{' and '.join(row['between'])}: {row['effect']} ({row['label']})" for row in found]


class SnapshotCompanies:
    """Companies by ticker, with columns `cik` and `name`."""

    def __init__(self, companies: Table) -> None:
        self._companies = companies

    def company(self, ticker: str) -> Answer[Company]:
        """See `domains.knowledge.base.Companies`."""
        key = self._companies.key(searchable(ticker))
        return _answer(self._companies, None if key is None else _company(key, self._companies.rows[key]))


def _answer(table: Table, found: T | None) -> Answer[T]:
    return Answer(found, table.source, datetime.combine(table.compiled, time(), UTC), "snapshot")


def _drug(key: str, row: Mapping[str, Any]) -> Drug:
    rxcui = row.get("rxcui")
    ingredients = tuple(map(str, row.get("contains", (key,))))
    return Drug(key, None if rxcui is None else str(rxcui), ingredients, tuple(map(str, row.get("synonyms", ()))))


def _company(ticker: str, row: Mapping[str, Any]) -> Company:
    return Company(int(row["cik"]), ticker, str(row["name"]))
