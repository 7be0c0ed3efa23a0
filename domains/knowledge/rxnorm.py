"""RxNorm, the US standard names of drugs, through the RxNav API of the National Library of Medicine.

Documentation: https://lhncbc.nlm.nih.gov/RxNav/APIs/RxNormAPIs.html. Its interaction API was retired in January 2024.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from domains.knowledge.base import Answer, Drug, searchable
from domains.knowledge.http import Service
from domains.knowledge.source import Source

TTL_S = 86_400
_MOST_SIMILAR = 10

Rxcui = Annotated[str, Meta(pattern="^[0-9]{1,9}$")]


class _IdGroup(Struct, rename="camel"):
    rxnorm_id: list[Rxcui] | None = None


class _Identifiers(Struct, rename="camel"):
    id_group: _IdGroup


class _Properties(Struct):
    name: str
    tty: str


class _PropertiesOf(Struct):
    properties: _Properties | None = None


class _ConceptGroup(Struct, rename="camel"):
    tty: str
    concept_properties: list[_Properties] | None = None


class _RelatedGroup(Struct, rename="camel"):
    concept_group: list[_ConceptGroup] | None = None


class _Related(Struct, rename="camel"):
    related_group: _RelatedGroup


class _Candidate(Struct):
    name: str | None = None


class _ApproximateGroup(Struct):
    candidate: list[_Candidate] | None = None


class _Approximate(Struct, rename="camel"):
    approximate_group: _ApproximateGroup


def service(url: str) -> Service:
    """RxNav at an address. Its terms of service allow 20 requests a second; it answers 403 to more."""
    return Service(name="RxNorm", url=url, per_s=18, burst=2)


class RxNorm:
    """Drugs of RxNorm. A name is matched exactly, then without salt, word order and punctuation."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def drug(self, name: str) -> Answer[Drug]:
        """See `domains.knowledge.base.Drugs`."""
        term = searchable(name).lower()
        return self._source.answer(("drug", term), Answer[Drug], lambda: self._drug(term))

    def similar(self, name: str) -> Answer[tuple[str, ...]]:
        """Names that RxNorm may show to anybody; those of licensed vocabularies come without."""
        term = searchable(name).lower()
        return self._source.answer(("similar", term), Answer[tuple[str, ...]], lambda: self._similar(term))

    def _drug(self, term: str) -> Drug | None:
        best_match = {"name": term, "search": "2"}
        identified = self._source.client.get("/REST/rxcui.json", best_match, _Identifiers)
        if identified is None or not identified.id_group.rxnorm_id:
            return None
        rxcui = identified.id_group.rxnorm_id[0]
        described = self._source.client.get(f"/REST/rxcui/{rxcui}/properties.json", {}, _PropertiesOf)
        if described is None or described.properties is None:
            return None
        related = self._related(rxcui)
        own = described.properties
        ingredients = (own.name,) if own.tty == "IN" else related.get("IN", ())
        return Drug(own.name, rxcui, ingredients, related.get("BN", ()))

    def _related(self, rxcui: str) -> dict[str, tuple[str, ...]]:
        """Names by term type: IN ingredients, BN brands. Far smaller than all that is related."""
        found = self._source.client.get(f"/REST/rxcui/{rxcui}/related.json", {"tty": "IN BN"}, _Related)
        groups = found.related_group.concept_group if found else None
        return {group.tty: tuple(each.name for each in group.concept_properties or ()) for group in groups or ()}

    def _similar(self, term: str) -> tuple[str, ...]:
        asked = {"term": term, "maxEntries": str(_MOST_SIMILAR)}
        found = self._source.client.get("/REST/approximateTerm.json", asked, _Approximate)
        candidates = (found.approximate_group.candidate if found else None) or ()
        return tuple(dict.fromkeys(each.name.lower() for each in candidates if each.name))
