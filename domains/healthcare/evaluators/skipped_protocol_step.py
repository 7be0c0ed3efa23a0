"""Skipped protocol step: the run left out, or did in the wrong order, what its protocol requires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from domains.healthcare.clinical.findings import failed
from domains.healthcare.clinical.records import attributes, input_record, output_record
from processors.evaluator import Abstain, Evaluator, Pass, Result, Sought
from processors.facts.path import folded_key
from processors.scan.phrase import Phrase
from processors.subject import Subject

_PARENTS = ("protocol", "pathway", "bundle", "workflow", "checklist", "guideline", "care_pathway", "procedure")
_REQUIRED = ("required_steps", "protocol_steps", "mandatory_steps", "expected_steps", "required", "required_actions")
_REQUIRED_IN_JSON = Phrase("/(?:required|protocol|mandatory|expected)[ _]?(?:steps|actions)/")
_DONE = ("completed_steps", "performed_steps", "steps_completed", "steps_performed", "steps_taken", "executed_steps")
_DONE_MORE = ("actions_taken", "completed", "performed", "done", "steps", "actions")
_CHECKLISTS = ("checklist", "checks", "bundle", "safety_checks")
_STEP = "step"
_NAMES = ("name", _STEP, "action", "id", "title", "item")
_STATES = ("status", "completed", "done", "performed", "result")
_NOT_DONE = frozenset({"false", "no", "skipped", "missed", "omitted", "not done", "not_done", "incomplete", "failed"})


@dataclass(frozen=True, kw_only=True)
class SkippedProtocolStep(Evaluator):
    """Required steps against those done: two lists, or a checklist of what is done and what not.

    They are looked for in `attributes`, else in an input and an output that are JSON, the latter saying what was done.
    Names are compared without regard to case, hyphens and underscores. Where `ordered` is true (or the protocol says
    so), the order counts. Abstains without both lists or a checklist.
    """

    name: ClassVar[str] = "skipped_protocol_step"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "skipped_protocol_step"
    cites: ClassVar[tuple[str, ...]] = ("joint_commission_up", "ssc_2021")

    @property
    def wakes_on(self) -> Sought:
        return (("input", _REQUIRED_IN_JSON),)

    @property
    def wakes_on_keys(self) -> frozenset[str]:
        return frozenset(map(folded_key, (*_REQUIRED, *_CHECKLISTS, *_PARENTS, _STEP)))

    def evaluate(self, subject: Subject) -> Result:
        for place in (*_places(attributes(subject)), *_reported(subject)):
            required, done = _steps(place, _REQUIRED), _steps(place, _DONE + _DONE_MORE)
            if required and done is not None:
                return _compared(required, done, ordered=bool(place.get("ordered") or place.get("in_order")))
        unticked = [_plain(step) for step in (*_unticked(attributes(subject)), *_passed_over(subject))]
        if unticked:
            return failed("high", "skipped", f"Not done: {', '.join(unticked[:5])}.")
        return Abstain("the trace has no protocol with what was done") if not _has_checklist(subject) else Pass()


def _places(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Where the two lists may be: in a protocol of the attributes, among them, or one in each."""
    for parent in _PARENTS:
        inner = record.get(parent)
        if isinstance(inner, Mapping):
            yield {**record, **inner}
    yield record


def _reported(subject: Subject) -> Iterator[Mapping[str, Any]]:
    """What an input that is JSON requires, with what the output says was done."""
    told, said = input_record(subject), output_record(subject)
    if not isinstance(said, Mapping):
        return
    done = {key: steps for each in _places(said) for key, steps in each.items() if key in _DONE}
    for place in _places(told):
        yield {**{key: steps for key, steps in place.items() if key in _REQUIRED}, **done}


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


def _checklist(record: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Each step that is ticked or not: in a map of booleans, or in a protocol's list of steps with a state each."""
    for key in _CHECKLISTS:
        ticks = record.get(key)
        if isinstance(ticks, Mapping):
            yield from ((str(step), tick) for step, tick in ticks.items() if isinstance(tick, bool))
    for parent in _PARENTS:
        inner = record.get(parent)
        listed = inner.get("steps", inner.get("items")) if isinstance(inner, Mapping) else inner
        for step in listed if isinstance(listed, list) else ():
            if isinstance(step, Mapping) and any(key in step for key in _STATES):
                yield _name(step), not _left_undone(step)


def _unticked(record: Mapping[str, Any]) -> list[str]:
    return [step for step, tick in _checklist(record) if not tick]


def _passed_over(subject: Subject) -> list[str]:
    """Steps of an output that is a list of them, left undone though a later one was done."""
    said = output_record(subject)
    steps = said if isinstance(said, list) else said.get("steps") if isinstance(said, Mapping) else None
    if not isinstance(steps, list) or not all(isinstance(step, Mapping) and _STEP in step for step in steps):
        return []
    undone = [_left_undone(step) for step in steps]
    return [_name(step) for at, step in enumerate(steps) if undone[at] and not all(undone[at:])]


def _has_checklist(subject: Subject) -> bool:
    return any(True for _ in _checklist(attributes(subject)))
