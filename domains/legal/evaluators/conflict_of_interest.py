"""Conflict of interest: a matter is taken on against somebody who is a client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from domains.legal.authorities import parties
from domains.legal.cues import cue
from domains.legal.finding import Finding, result_of
from processors.evaluator import Abstain, Evaluator, Result
from processors.facts.path import tree
from processors.subject import Subject

_CLIENTS = ("clients", "currentclients", "existingclients", "formerclients", "clientlist", "firmclients")
_ADVERSE = (
    *("adverseparties", "adverseparty", "opposingparties", "opposingparty", "adverse", "against", "defendants"),
    *("counterparty", "counterparties", "opponent", "opponents", "otherside"),
)
_NESTED = ("matter", "intake", "newmatter", "conflictcheck", "engagement", "case", "database", "records", "firm")
_ACCEPTED = cue("matter_accepted")
_WAIVED = cue("conflict_known")


@dataclass(frozen=True, kw_only=True)
class ConflictOfInterest(Evaluator):
    """Compares adverse parties with clients, both of `attributes` (or of its `matter`, `intake`, `conflict_check`),
    where the output clears or opens the matter.

    Abstains where either list is absent, and where the output does not clear the matter or knows of the conflict.
    """

    name: ClassVar[str] = "conflict_of_interest"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "conflict_of_interest"
    cites: ClassVar[tuple[str, ...]] = ("model_rule_1_7", "model_rule_1_9")

    def evaluate(self, subject: Subject) -> Result:
        clients, adverse = _names(subject, _CLIENTS), _names(subject, _ADVERSE)
        if not clients or not adverse:
            return Abstain("the trace does not list both clients and adverse parties")
        accepted = _ACCEPTED.search(subject.output_text)
        if not accepted or _WAIVED.search(subject.output_text):
            return Abstain("the output does not clear the matter")
        both = sorted(name for name in adverse if any(_is_same(name, client) for client in clients))
        explanation = f"{', '.join(both)} is a client and an adverse party, and the output clears the matter."
        return result_of([Finding("critical", "adverse_client", explanation, *accepted.span())] if both else [])


def _names(subject: Subject, keys: tuple[str, ...]) -> set[str]:
    attributes = tree(subject).get("attributes", {})
    nested = [attributes[key] for key in _NESTED if isinstance(attributes.get(key), Mapping)]
    return {name for place in (attributes, *nested) for key in keys if key in place for name in _flat(place[key])}


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _flat(value.get("name", ""))
    elif isinstance(value, list):
        for each in value:
            yield from _flat(each)


def _is_same(name: str, other: str) -> bool:
    """The same party up to the form of the company; a pseudonym is the same only as itself."""
    if name.strip().lower() == other.strip().lower():
        return bool(name.strip())
    own, known = parties(name).first, parties(other).first
    return bool(own) and own == known and "<" not in name + other
