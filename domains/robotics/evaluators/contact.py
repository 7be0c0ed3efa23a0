"""Contact: force or pressure on a part of the body beyond what ISO/TS 15066 allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from domains.knowledge import table
from domains.robotics.evaluators.within_limit import quantity
from domains.robotics.telemetry.frames import where
from domains.robotics.telemetry.limits import converted
from domains.robotics.telemetry.names import UNITS, key_words, read_name
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.facts.path import keys
from processors.subject import Subject

_REGION = frozenset(["region", "body"])
_TRANSIENT = frozenset(["transient", "dynamic", "impact", "free"])
_TWICE = 2.0
_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact with a part of the body: `force` in N and `pressure` in N/cm², either may be absent."""

    step: int
    region: str
    transient: bool
    force: float | None
    pressure: float | None


@dataclass(frozen=True, kw_only=True)
class BodyRegionLimit(Evaluator):
    """Contact keeps to the force and pressure of its body region: ISO/TS 15066:2016, Annex A, Table A.2.

    A contact that is not said to be transient counts as quasi-static. A pressure between the least and the most of a
    region's places is doubtful. Abstains where no contact names a region.
    """

    name: ClassVar[str] = "body_region_limit_exceeded"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "body_region_limit_exceeded"
    cites: ClassVar[tuple[str, ...]] = ("iso_ts_15066_pfl",)

    def evaluate(self, subject: Subject) -> Result:
        told = list(contacts(subject)) if _names_a_region(subject) else []
        if not told:
            return Abstain("no contact names a part of the body")
        found = sorted((worst for contact in told for worst in _excess(contact)), key=lambda each: -each[1])
        if not found:
            return Pass()
        contact, score, explanation = found[0]
        return Fail(
            score=score,
            severity="critical" if score > 0.9 else "medium",
            label=contact.region,
            explanation=explanation,
            evidence=where(subject, (each[0].step for each in found)),
        )


def _names_a_region(subject: Subject) -> bool:
    """Whether a key of the trace may be the name of one."""
    return any(word in key for key in keys(subject) for word in _REGION)


def contacts(subject: Subject) -> Iterator[Contact]:
    """The contacts with a named part of the body in steps, attributes and features, in order."""
    episode = subject.trace.episode
    for at, step in enumerate(episode.steps if episode is not None else ()):
        for part in (step.state, step.action, step.info):
            yield from _contacts(part, at, {})
    yield from _contacts(subject.trace.attributes, 0, {})


def _contacts(value: Any, step: int, around: Mapping[str, Any], depth: int = 0) -> Iterator[Contact]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _contacts(each, step, around, depth + 1)
    if not isinstance(value, dict):
        return
    region = _region(value)
    if region is not None:
        force, pressure = _measured(value, ("contact_force", "force")), _measured(value, ("contact_pressure",))
        if force is not None or pressure is not None:
            yield Contact(step, region, _is_transient(value), force, pressure)
    for inner in value.values():
        yield from _contacts(inner, step, value, depth + 1)


def _region(told: Mapping[str, Any]) -> str | None:
    for key, value in told.items():
        words = key_words(str(key))
        if isinstance(value, str) and not _REGION.isdisjoint(words):
            return table("robotics", "body_regions").key(value.strip().replace("_", " "))
    return None


def _is_transient(told: Mapping[str, Any]) -> bool:
    for key, value in told.items():
        words = frozenset(key_words(str(key)))
        if isinstance(value, str) and not words.isdisjoint({"type", "contact", "kind", "mode"}):
            return not _TRANSIENT.isdisjoint(key_words(value))
        if value is True and "transient" in words:
            return True
    return False


def _measured(told: Mapping[str, Any], quantities: tuple[str, ...]) -> float | None:
    for key, value in told.items():
        name = read_name((str(key),))
        if name.quantity in quantities and not name.bound and isinstance(value, int | float):
            return abs(converted([float(value)], name.unit, UNITS[name.quantity])[0])
    return None


def _excess(contact: Contact) -> Iterator[tuple[Contact, float, str]]:
    """The contact with a score and a sentence, for each limit that it breaks."""
    row = table("robotics", "body_regions").rows[contact.region]
    times = _TWICE if contact.transient and row["transient"] else 1.0
    how = "transient" if contact.transient else "quasi-static"
    for value, sure, doubtful, unit in (
        (contact.force, row["force"], row["force"], "N"),
        (contact.pressure, row["most_pressure"], row["least_pressure"], "N/cm²"),
    ):
        if value is None or value <= doubtful * times:
            continue
        allowed = quantity((sure if value > sure * times else doubtful) * times, unit)
        told = f"the {how} contact with {contact.region} is {quantity(value, unit)}"
        score = 0.95 if value > sure * times else 0.6
        yield contact, score, f"At step {contact.step} {told}; {allowed} is allowed."
