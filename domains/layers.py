"""A domain's content, laid over that of the domain it extends, and where each part of it was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metronis.errors import Misconfigured
from processors.document import Document
from processors.wrong import nearest

JOINED = frozenset({"evaluators", "constraints", "features", "alerts", "units"})
"""Lists that are added to what is inherited; an item takes the place of an inherited one of the same `name`."""

Place = tuple[str | int, ...]
Origin = tuple[Document, Place]
Origins = dict[Place, Origin]


@dataclass(frozen=True, slots=True)
class Layered:
    """What a domain says with all that it inherits.

    documents: its own file, behind those that it extends. origins: where a part of `content` comes from, by its place.
    """

    documents: tuple[Document, ...]
    content: dict[str, Any]
    origins: Origins

    @property
    def document(self) -> Document:
        """The domain's own file."""
        return self.documents[-1]

    @property
    def lineage(self) -> tuple[str, ...]:
        """The names of the domains that it extends, and its own."""
        return tuple(str(document.content.get("name")) for document in self.documents)

    @property
    def knowledge(self) -> tuple[Path, ...]:
        """The folders of the tables."""
        return tuple(document.file.parent / "knowledge" for document in self.documents)

    def where(self, place: Sequence[str | int]) -> str:
        """`file, line 12: constraints.tall.max` of a place in the content, or of what is nearest above it."""
        for length in range(len(place), -1, -1):
            if origin := self.origins.get(tuple(place[:length])):
                document, start = origin
                line = document.line_near([*start, *place[length:]])
                return f"{document.file}, line {line}" + (f": {self.label(place)}" if place else "")
        raise KeyError(place)

    def label(self, place: Sequence[str | int]) -> str:
        """A place in words, with names instead of indices."""
        said = [str(part) for part in place]
        if len(place) > 1 and place[0] in JOINED and isinstance(place[1], int):
            said[1] = str(_name(self.content[str(place[0])][place[1]]) or place[1])
        return ".".join(said)


EMPTY = Layered((), {}, {})


def laid_over(document: Document, base: Layered) -> Layered:
    """The document over its base. Lists of named things are joined by name, maps by key; anything else is replaced.

    Raises Misconfigured where `without` names nothing that is inherited, or a list has one name twice.
    """
    own = {key: value for key, value in document.content.items() if key not in ("extends", "without")}
    own = {key: value for key, value in own.items() if value is not None}  # a section that is begun and empty
    left_out = _left_out(document, base)
    content: dict[str, Any] = {}
    origins: Origins = {(): (document, ())}
    for key in {**base.content, **own}:
        below = base.content.get(key)
        above = _with_whole_paths(document, own[key]) if key == "tables" and key in own else own.get(key)
        inherited = {place: origin for place, origin in base.origins.items() if place[:1] == (key,)}
        if key in JOINED and isinstance(above, list | None) and isinstance(below, list | None):
            kept = _joined_lists(document, key, base, left_out)
            content[key] = [item for item, _ in kept]
            origins |= {(key, index): origin for index, (_, origin) in enumerate(kept)}
        elif key not in own:
            content[key] = below
            origins |= inherited
        elif isinstance(above, dict) and isinstance(below, dict | None):
            content[key] = {**(below or {}), **above}
            origins |= {place: origin for place, origin in inherited.items() if place[1:2] not in {(k,) for k in above}}
            origins |= {(key, inner): (document, (key, inner)) for inner in above}
        else:
            content[key] = above
        if key in own:
            origins[(key,)] = (document, (key,))
    return Layered((*base.documents, document), content, origins)


def _with_whole_paths(document: Document, tables: Any) -> Any:
    if not isinstance(tables, dict):
        return tables
    folder = document.file.parent
    return {name: str(folder / file) if isinstance(file, str) else file for name, file in tables.items()}


def _joined_lists(document: Document, key: str, base: Layered, left_out: frozenset[str]) -> list[tuple[Any, Origin]]:
    """What is inherited and not left out, and what the document has, each with its origin."""
    kept = [
        (item, base.origins[key, index])
        for index, item in enumerate(base.content.get(key) or ())
        if key not in ("evaluators", "constraints") or _name(item) not in left_out
    ]
    replaced = {_name(item): at for at, (item, _) in enumerate(kept) if _name(item)}
    seen = set()
    for index, item in enumerate(document.content.get(key) or ()):
        name = _name(item)
        if name in seen:
            where = f"{document.file}, line {document.line([key, index])}"
            raise Misconfigured(f"{where}: {key}: {name!r} is there twice; rename one of them")
        seen |= {name} if name else set()
        at = replaced.get(name, len(kept)) if name else len(kept)
        kept[at : at + 1] = [(item, (document, (key, index)))]
    return kept


def _name(item: Any) -> str | None:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else None


def _left_out(document: Document, base: Layered) -> frozenset[str]:
    """Names of inherited evaluators and constraints that the document wants to be without."""
    names = document.content.get("without") or []
    if not isinstance(names, list):
        line = document.line(["without"])
        raise Misconfigured(f"{document.file}, line {line}: without: is no list; write it like `[refusal]`")
    inherited = [each for key in ("evaluators", "constraints") for each in base.content.get(key) or ()]
    known = [name for each in inherited if (name := _name(each))]
    for index, name in enumerate(names):
        if name not in known:
            where = f"{document.file}, line {document.line(['without', index])}"
            raise Misconfigured(f"{where}: without: nothing inherited is called {name!r}; {nearest(name, known)}")
    return frozenset(names)
