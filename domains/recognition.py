"""Recognition: of which domain a trace is whose producer named none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from domains.domain import Domain
from schemas.trace import DEFAULT_DOMAIN, Trace


class Recogniser:
    """Knows domains by the marks that they declare; see domains.sections.Recognise."""

    def __init__(self, domains: Mapping[str, Domain]) -> None:
        self.domains = domains
        self._tags: dict[str, str] = {}
        self._models: dict[str, str] = {}
        self._attributes: dict[str, str] = {}
        self._features: dict[str, str] = {}
        for name, domain in domains.items():
            marks = domain.spec.recognise
            for known, own in (
                (self._tags, marks.tags),
                (self._models, marks.models),
                (self._attributes, marks.attributes),
                (self._features, marks.features),
            ):
                for mark in own:
                    known.setdefault(mark, name)

    def recognised(self, trace: Trace) -> Trace:
        """The trace with the domain that its marks show; as it is where it names one, or its marks show two or none."""
        if trace.domain != DEFAULT_DOMAIN:
            return trace
        shown = {
            *_shown(self._tags, trace.tags),
            *_shown(self._models, (trace.model,)),
            *_shown(self._attributes, trace.attributes),
            *_shown(self._features, trace.features),
        }
        return msgspec.structs.replace(trace, domain=shown.pop()) if len(shown) == 1 else trace


def _shown(known: Mapping[str, str], marks: Iterable[Any]) -> Iterable[str]:
    return (known[mark] for mark in marks if mark in known)
