"""Checklists of clauses: those that a request lists, and those that a playbook in `attributes` asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from domains.legal.cues import cue, entries
from processors.facts.path import output_json, tree
from processors.subject import Subject
from processors.text.words import folded, words

_LISTED = re.compile(
    r"\b(?:(?:clauses?|sections?|provisions?|articles?|terms|headings)(?: set)?(?: (?:on|for|covering|about))?\s?:?"
    r"|(?:covering|covers?|including|includes?|containing|with)\s?:)\s"
    r"(?P<list>[^.:;\n?]{3,300}?(?:, (?:and )?|\sand\s)[^.:;\n?]{3,60})(?=[.;\n?]|\Z)",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r",\s?(?:and\s)?|\s(?:and|&)\s")
_REQUIRES = cue("lists_clauses")
_UNTELLING = frozenset(["of", "the", "and", "for", "to", "on", "a", "an", "claus", "secti", "provi", "gener"])
_MOST_WORDS, _FEWEST, _MOST = 4, 3, 60
_REQUIRED = frozenset(
    ["required", "requiredclauses", "requiredsections", "mustinclude", "mandatoryclauses", "mandatory"]
)
_HELD = frozenset(
    ["clauses", "clausesfound", "clausespresent", "sections", "included", "present", "found", "includedclauses"]
)
_MISSING = frozenset(["missing", "missingclauses", "gaps", "absent", "omitted"])


def listed_clauses(request: str) -> tuple[str, ...]:
    """The clauses that a request lists: `with these clauses: fees, term, governing law`; none where it lists fewer than
    three."""
    for match in _LISTED.finditer(request):
        if not _REQUIRES.search(request[max(match.start() - 60, 0) : match.start("list")]):
            continue
        items = [item.strip() for item in _SEPARATOR.split(match["list"]) if item.strip()]
        if len(items) >= _FEWEST and all(len(item.split()) <= _MOST_WORDS for item in items):
            return tuple(items[:_MOST])
    return ()


def not_said(listed: tuple[str, ...], text: str) -> list[str]:
    """The clauses none of whose telling words, in any form or as the cues `clause_said_as` have it, is in the text."""
    lower = folded(text)
    said = {_root(word) for word in words(lower)}
    return [item for item in listed if said.isdisjoint(_roots(item)) and not _is_said_otherwise(item, lower)]


def unmet(subject: Subject) -> list[str] | None:
    """The clauses that `attributes` require and that a JSON output neither lists as there nor reports as missing; None
    where either list is absent."""
    required = _names(tree(subject).get("attributes"), _REQUIRED)
    held = _names(output_json(subject), _HELD)
    if not required or not held:
        return None
    known = {_key(name) for name in held | _names(output_json(subject), _MISSING)}
    return sorted(name for name in required if _key(name) not in known)


def _names(value: Any, keys: frozenset[str]) -> set[str]:
    return {name for found in _under(value, keys, 0) for name in found}


def _under(value: Any, keys: frozenset[str], depth: int) -> Iterator[list[str]]:
    if depth > 4:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in keys and isinstance(inner, list):
                yield [name for each in inner[:_MOST] if (name := _name(each))]
            yield from _under(inner, keys, depth + 1)


def _name(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title") or value.get("clause")
    return value if isinstance(value, str) else ""


def _key(name: str) -> str:
    return " ".join(sorted(_roots(name.replace("_", " ").replace("-", " "))))


def _roots(name: str) -> set[str]:
    return {_root(word) for word in words(folded(name))} - _UNTELLING


def _root(word: str) -> str:
    """The first five letters: `indemnity` and `indemnification` are one."""
    return word.removesuffix("s")[:5]


@cache
def _otherwise() -> Mapping[str, tuple[str, ...]]:
    """By the root of a clause's name: texts that say it without the name."""
    pairs = (entry.split(": ", 1) for entry in entries("clause_said_as"))
    return {_root(name): tuple(texts.split(", ")) for name, texts in pairs}


def _is_said_otherwise(item: str, text: str) -> bool:
    return any(said in text for root in _roots(item) for said in _otherwise().get(root, ()))
