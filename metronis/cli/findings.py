"""How findings of tier 0 are shown: their places and types, and never a value."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from metronis.cli.render import printable, table

if TYPE_CHECKING:  # takes a second to import
    from processors.sanitize.text import Clean

MAX_SHOWN = 50


def coloured_text(clean: Clean) -> Text:
    """The clean text with what stands for the entities in colour."""
    shown = Text(printable(clean.text))
    grown = 0
    for entity, replacement in zip(clean.entities, clean.replacements, strict=True):
        start = entity.start + grown
        shown.stylize("bold cyan", start, start + len(replacement))
        grown += len(replacement) - (entity.end - entity.start)
    return shown


def entity_table(text: str, clean: Clean) -> Group:
    """Where in the text (line:column, from 1) which entity was, what it is under HIPAA, and what stands there now."""
    line_starts = [0, *(at + 1 for at, char in enumerate(text) if char == "\n")]
    shown = table(">where", "type", ">HIPAA", "what", ">score", "now")
    for entity, replacement in islice(zip(clean.entities, clean.replacements, strict=True), MAX_SHOWN):
        line = bisect_right(line_starts, entity.start)
        where = f"{line}:{entity.start - line_starts[line - 1] + 1}"
        shown.add_row(where, entity.type, *_meaning(entity.type), f"{entity.score:.2f}", Text(printable(replacement)))
    hidden = len(clean.entities) - MAX_SHOWN
    more = [Text(f"and {hidden:,} more; --json lists all", style="dim")] if hidden > 0 else []
    return Group(shown, *more) if clean.entities else _nothing()


def entity_counts(counts: Mapping[str, int]) -> Group:
    """How many entities of each type, the commonest first."""
    shown = table("type", ">HIPAA", "what", ">found")
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        shown.add_row(name, *_meaning(name), f"{count:,}")
    return Group(shown) if counts else _nothing()


def _meaning(name: str) -> tuple[str, str]:
    from processors.sanitize.types import ENTITY_TYPES

    known = ENTITY_TYPES.get(name)
    if known is None:
        return "–", "declared by the policy"
    return str(known.hipaa or "–"), known.what


def _nothing() -> Group:
    return Group(Text("nothing found", style="dim"))
