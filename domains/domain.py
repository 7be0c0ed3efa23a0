"""A domain, read and compiled: its file, its tables, and the policy that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from domains.compiler import Compiler
from domains.knowledge.table import Table
from domains.layers import EMPTY, Layered, laid_over
from domains.spec import DomainSpec
from metronis.errors import Misconfigured
from processors.constraints.declaration import Scope
from processors.document import Document
from processors.expressions import Expression
from processors.policy import Policy
from processors.wrong import nearest

Stamp = tuple[tuple[str, int, int], ...]
"""Files with the times of their last change and their sizes."""


@dataclass(frozen=True, eq=False)
class Domain:
    """A domain that is ready for use. features: of tier 2, by name. stamp: of its own files when they were read."""

    spec: DomainSpec
    layers: Layered
    tables: Mapping[str, Table]
    scope: Scope
    policy: Policy
    features: Mapping[str, Expression]
    stamp: Stamp

    @property
    def file(self) -> Path:
        """Where it is declared."""
        return self.layers.document.file

    @property
    def extends(self) -> str | None:
        """The domain that it inherits from."""
        extended: str | None = self.layers.document.content.get("extends")
        return extended


def stamp_of(file: Path) -> Stamp:
    """What changes whenever a domain's file does, or a table beside it."""
    stamp = []
    for each in (file, *sorted(file.parent.glob("knowledge/*.yaml"))):
        with suppress(OSError):  # gone since it was listed
            status = each.stat()
            stamp.append((str(each), status.st_mtime_ns, status.st_size))
    return tuple(stamp)


def compiled(document: Document, known: Mapping[str, Domain], *, shipped: bool = False) -> Domain:
    """The domain that a file declares, which may extend any of those `known`.

    shipped: it comes with the program, whose tests try its recognisers; trying them here takes a second.
    Raises Misconfigured naming the file, the line, what is wrong there and the nearest name that would be right.
    """
    extended = document.content.get("extends")
    if extended is not None and (not isinstance(extended, str) or extended not in known):
        where = f"{document.file}, line {document.line(['extends'])}: extends"
        raise Misconfigured(f"{where}: no domain is called {extended!r}; {nearest(extended, known)}")
    layers = laid_over(document, known[extended].layers if extended else EMPTY)
    stamp = stamp_of(document.file)
    made = Compiler(layers, shipped=shipped)
    return Domain(made.spec, layers, made.tables, made.scope, made.policy, made.features, stamp)
