"""Recognition: of which domain a trace is whose producer named none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from domains.domain import Domain
from processors.facts.path import folded_key
from schemas.trace import DEFAULT_DOMAIN, Trace

_SORTS = ("tags", "models", "attributes", "features")


class Recogniser:
    """Knows domains by the marks that they declare; see domains.sections.Recognise.

    A mark that several declare shows the one that the others extend, or else all of them. Like the keys of facts, marks
    are blind to case, hyphens and underscores.
    """

    def __init__(self, domains: Mapping[str, Domain]) -> None:
        self.domains = domains
        self._shown: dict[str, dict[str, set[str]]] = {sort: _by_mark(domains, sort) for sort in _SORTS}

    def recognised(self, trace: Trace) -> Trace:
        """The trace with the domain that its marks show; as it is where it names one, or its marks show two or none."""
        if trace.domain != DEFAULT_DOMAIN:
            return trace
        shown = {
            *self._of("tags", trace.tags),
            *self._of("models", [trace.model] if trace.model else ()),
            *self._of("attributes", trace.attributes),
            *self._of("features", trace.features),
        }
        return msgspec.structs.replace(trace, domain=shown.pop()) if len(shown) == 1 else trace

    def _of(self, sort: str, marks: Iterable[str]) -> Iterator[str]:
        known = self._shown[sort]
        for mark in marks if known else ():
            yield from known.get(folded_key(mark), ())


def _by_mark(domains: Mapping[str, Domain], sort: str) -> dict[str, set[str]]:
    """The domains that each mark shows."""
    declared: defaultdict[str, set[str]] = defaultdict(set)
    for name, domain in domains.items():
        for mark in getattr(domain.spec.recognise, sort):
            declared[folded_key(mark)].add(name)
    return {mark: {name for name in names if domains[name].extends not in names} for mark, names in declared.items()}
