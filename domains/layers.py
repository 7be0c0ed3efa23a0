"""A domain's content, laid over that of the domain it extends, and where each part of it was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from metronis.errors import Misconfigured
from processors.document import Document

NAMED = frozenset({"evaluators", "constraints", "features", "alerts"})
"""Lists whose items have a `name`: one of the same name is replaced, others are added."""

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Layered:
    """What a domain says with all that it inherits. origins: where a part comes from, by its place in `content`."""

    content: dict[str, Any]
    origins: dict[Place, tuple[Document, Place]]
    knowledge: tuple[Path, ...]

    def where(self, place: Sequence[str | int]) -> str:
        """`file, line 12: constraints.3.max` of a place in the content."""
        for length in range(len(place), -1, -1):
            if origin := self.origins.get(tuple(place[:length])):
                document, start = origin
                path = [*start, *place[length:]]
                return f"{document.file}, line {document.line_near(path)}: {self.label(place)}"
        raise KeyError(place)

    def label(self, place: Sequence[str | int]) -> str:
        """A place in words, with names instead of indices."""
        said = [str(part) for part in place]
        if len(place) > 1 and place[0] in NAMED and isinstance(place[1], int):
            said[1] = str(self.content[str(place[0])][place[1]].get("name", place[1]))
        return ".".join(said)


EMPTY = Layered({}, {}, ())


def laid_over(document: Document, base: Layered) -> Layered:
    """The document over its base. Raises Misconfigured where `without` names nothing that is there.

    Lists of named things are merged by name, maps by key, `units` are added up; anything else is replaced.
    """
    own = {key: value for key, value in document.content.items() if key not in ("extends", "without")}
    origins: dict[Place, tuple[Document, Place]] = {(): (document, ())}
    content: dict[str, Any] = {}
    for key in [*base.content, *(key for key in own if key not in base.content)]:
        below, above = base.content.get(key), own.get(key)
        if key in NAMED and isinstance(below or above, list):
            content[key] = _named(key, base, document, origins)
        elif key in own:
            content[key] = _joined(key, below, above)
            _inherit(base, key, origins, unless=own[key] if isinstance(above, dict) else None)
            origins[(key,)] = (document, (key,))
            if isinstance(above, dict):
                origins |= {(key, inner): (document, (key, inner)) for inner in above}
        else:
            content[key] = below
            _inherit(base, key, origins)
    content = _with_whole_paths(content, own, document)
    knowledge = document.file.parent / "knowledge"
    return Layered(content, origins, (*base.knowledge, *((knowledge,) if knowledge.is_dir() else ())))


def _with_whole_paths(content: dict[str, Any], own: dict[str, Any], document: Document) -> dict[str, Any]:
    tables = own.get("tables")
    if not isinstance(tables, dict):
        return content
    whole = {name: str(document.file.parent / str(file)) for name, file in tables.items()}
    return {**content, "tables": {**content["tables"], **whole}}


def _joined(key: str, below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **above}
    if key == "units" and isinstance(below, list) and isinstance(above, list):
        return [*below, *above]
    return above


def _inherit(
    base: Layered, key: str, origins: dict[Place, tuple[Document, Place]], unless: dict[str, Any] | None = None
) -> None:
    """Take over where the parts below `key` come from."""
    for place, origin in base.origins.items():
        if place[:1] == (key,) and not (unless and place[1:2] and place[1] in unless):
            origins[place] = origin


def _named(key: str, base: Layered, document: Document, origins: dict[Place, tuple[Document, Place]]) -> list[Any]:
    left_out = _without(document, base)
    kept = [
        (item, base.origins[(key, index)])
        for index, item in enumerate(base.content.get(key) or ())
        if _name(item) not in left_out
    ]
    position = {_name(item): at for at, (item, _) in enumerate(kept) if _name(item)}
    own = document.content.get(key)
    for index, item in enumerate(own if isinstance(own, list) else ()):
        at = position.get(_name(item), len(kept))
        kept[at : at + 1] = [(item, (document, (key, index)))]
    merged, places = [item for item, _ in kept], [place for _, place in kept]
    origins |= {(key, index): place for index, place in enumerate(places)}
    if key in document.content:
        origins[(key,)] = (document, (key,))
    return merged


def _name(item: Any) -> Any:
    return item.get("name") if isinstance(item, dict) else None


def _without(document: Document, base: Layered) -> frozenset[str]:
    left_out = document.content.get("without") or []
    if not isinstance(left_out, list):
        line = document.line_near(["without"])
        raise Misconfigured(f"{document.file}, line {line}: without: is no list; write it like `[name, name]`")
    known = [str(_name(item)) for key in ("evaluators", "constraints") for item in base.content.get(key) or ()]
    for index, name in enumerate(left_out):
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            line = document.line_near(["without", index])
            raise Misconfigured(f"{document.file}, line {line}: without: nothing inherited is called {name!r}; {hint}")
    return frozenset(map(str, left_out))
