"""Skipped protocol step: the run left out, or did in the wrong order, what its protocol requires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from domains.healthcare.clinical.findings import failed
from processors.evaluator import Abstain, Evaluator, Pass, Result
from processors.subject import Subject

_PARENTS = ("protocol", "pathway", "bundle", "workflow", "checklist", "guideline", "care_pathway", "procedure")
_REQUIRED = ("required_steps", "protocol_steps", "mandatory_steps", "expected_steps", "required", "required_actions")
_DONE = ("completed_steps", "performed_steps", "steps_completed", "steps_performed", "steps_taken", "executed_steps")
_DONE_MORE = ("actions_taken", "completed", "performed", "done", "steps", "actions")
_CHECKLISTS = ("checklist", "checks", "bundle", "safety_checks")
_NAMES = ("name", "step", "action", "id", "title", "item")
_STATES = ("status", "completed", "done", "performed", "result")
_NOT_DONE = frozenset({"false", "no", "skipped", "missed", "omitted", "not done", "pending", "incomplete", "failed"})


@dataclass(frozen=True, kw_only=True)
class SkippedProtocolStep(Evaluator):
    """Required steps of `attributes` against those done: two lists, or a checklist of what is done and what not.

    Names are compared without regard to case, hyphens and underscores. Where `ordered` is true (or the protocol says
    so), the order counts. Abstains without both lists or a checklist.
    """

    name: ClassVar[str] = "skipped_protocol_step"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "skipped_protocol_step"
    cites: ClassVar[tuple[str, ...]] = ("joint_commission_up", "ssc_2021")

    def evaluate(self, subject: Subject) -> Result:
        for place in _places(subject.trace.attributes):
            required, done = _steps(place, _REQUIRED), _steps(place, _DONE + _DONE_MORE)
            if required and done is not None:
                return _compared(required, done, ordered=bool(place.get("ordered") or place.get("in_order")))
        unticked = [_plain(step) for step in _unticked(subject.trace.attributes)]
        if unticked:
            return failed("high", "skipped", f"Not done: {', '.join(unticked[:5])}.")
        return Abstain("the trace has no protocol with what was done") if not _has_checklist(subject) else Pass()


def _places(attributes: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Where the two lists may be: in a protocol of the attributes, among them, or one in each."""
    for parent in _PARENTS:
        inner = attributes.get(parent)
        if isinstance(inner, Mapping):
            yield {**attributes, **inner}
    yield attributes


def _steps(place: Mapping[str, Any], keys: tuple[str, ...]) -> list[str] | None:
    """The names of the steps under the first of the keys that holds a list, those left undone not among them."""
    listed = next((place[key] for key in keys if isinstance(place.get(key), list)), None)
    if listed is None:
        return None
    return [_plain(_name(step)) for step in listed if not _left_undone(step)]


def _name(step: Any) -> str:
    if isinstance(step, Mapping):
        return next((str(step[key]) for key in _NAMES if key in step), "")
    return str(step)


def _left_undone(step: Any) -> bool:
    return isinstance(step, Mapping) and any(str(step.get(key, "")).lower() in _NOT_DONE for key in _STATES)


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())


def _compared(required: list[str], done: list[str], *, ordered: bool) -> Result:
    missing = [step for step in required if step not in done]
    if missing:
        return failed("high", "skipped", f"Not done: {', '.join(missing[:5])}.")
    order = [done.index(step) for step in required]
    if ordered and order != sorted(order):
        return failed("high", "out of order", "All steps were done, but not in the order that the protocol gives.")
    return Pass()


def _checklist(attributes: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for key in _CHECKLISTS:
        ticks = attributes.get(key)
        if isinstance(ticks, Mapping):
            yield from ((str(step), tick) for step, tick in ticks.items() if isinstance(tick, bool))


def _unticked(attributes: Mapping[str, Any]) -> list[str]:
    return [step for step, tick in _checklist(attributes) if not tick]


def _has_checklist(subject: Subject) -> bool:
    return any(True for _ in _checklist(subject.trace.attributes))
