"""Stops: motion, or commands to move, while an emergency or protective stop stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.robotics.telemetry.frames import Frame, Reading, frames, where
from domains.robotics.telemetry.limits import settings
from domains.robotics.telemetry.motion import is_commanded, motion
from domains.robotics.telemetry.names import key_words
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from schemas.evaluation import Severity

_STEPS_TO_STOP = 3
_STILL = 0.02  # m/s or rad/s
_STOP_STEPS = frozenset({"stop", "steps"})
_MANUAL = frozenset({"manual", "t1", "t2", "teach", "teaching", "setup", "maintenance"})


@dataclass(frozen=True, kw_only=True)
class ObeysStop(Evaluator):
    """From the stop until it is released nothing is told to move, and what moves comes to rest.

    A machine may still be braking: what it measures must not grow, and be at rest after `steps_to_stop` steps. The stop
    stands until a step says that it is released or reset. Abstains where no stop occurs and none is spoken of.
    """

    version: ClassVar[int] = 1
    flag: ClassVar[str]
    what: ClassVar[str]
    severity: ClassVar[Severity] = "critical"
    score: ClassVar[float] = 0.95

    steps_to_stop: int = _STEPS_TO_STOP

    def evaluate(self, subject: Subject) -> Result:
        told = frames(subject)
        if not any(self._stands(frame) is not None for frame in told):
            return Abstain(f"the trace tells of no {self.what}")
        found = list(self._disobeyed(told, _steps_given(subject) or self.steps_to_stop))
        if not found:
            return Pass()
        step, why = found[0]
        return Fail(
            score=self.score,
            severity=self.severity,
            label=self.flag,
            explanation=f"At step {step} {why} although the {self.what} stands ({len(found)} steps in all).",
            evidence=where(subject, (step for step, _ in found)),
        )

    def _stands(self, frame: Frame) -> bool | None:
        """Whether a moment says that the stop stands; None where it says nothing."""
        return frame.flag(self.flag)

    def _disobeyed(self, told: tuple[Frame, ...], steps_to_stop: int) -> Iterator[tuple[int, str]]:
        since: int | None = None
        moved, before = 0.0, None
        for at, frame in enumerate(told):
            up = self._stands(frame)
            if up and since is None:
                since, moved = at, motion(frame, before) or _STILL
                if not any(flag.up and flag.part == "info" for flag in frame.flags if flag.name == self.flag):
                    yield from _told_to_move(frame, None)
            elif up is False or (up is None and frame.flag("reset")):
                since = None
            elif since is not None:
                yield from _told_to_move(frame, before)
                moving = motion(frame, before) or 0.0
                if moving > max(moved * 1.05, _STILL) or (at - since >= steps_to_stop and moving > _STILL):
                    yield frame.step, f"it moves at {moving:.2g} m/s or rad/s"
                moved = max(moving, _STILL)
            before = frame


def _steps_given(subject: Subject) -> int | None:
    """How many steps the trace gives a stop: `max_stop_steps`."""
    for told in settings(subject):
        for key, value in told.items():
            if frozenset(key_words(str(key))) >= _STOP_STEPS and isinstance(value, int) and value > 0:
                return value
    return None


def _told_to_move(frame: Frame, before: Frame | None) -> Iterator[tuple[int, str]]:
    if is_commanded(frame, before):
        yield frame.step, "it is told to move"


@dataclass(frozen=True, kw_only=True)
class ObeysEmergencyStop(ObeysStop):
    """ISO 13850:2015, 4.1: the function stays in force until it is reset by hand; IEC 60204-1, 9.2.3.4.2."""

    name: ClassVar[str] = "motion_after_emergency_stop"
    issue: ClassVar[str] = "motion_after_emergency_stop"
    cites: ClassVar[tuple[str, ...]] = ("iso_13850", "iso_10218_1_stops")
    flag: ClassVar[str] = "emergency_stop"
    what: ClassVar[str] = "emergency stop"


@dataclass(frozen=True, kw_only=True)
class ObeysProtectiveStop(ObeysStop):
    """ISO 10218-1:2011, 5.5.3: a protective stop, or an open guard, stops all motion and keeps it stopped.

    In a manual mode guards may be open (5.7.3). A bare `gate` or `door` is a guard where an arm is behind it.
    """

    name: ClassVar[str] = "motion_after_protective_stop"
    issue: ClassVar[str] = "motion_after_protective_stop"
    cites: ClassVar[tuple[str, ...]] = ("iso_10218_1_stops",)
    flag: ClassVar[str] = "protective_stop"
    what: ClassVar[str] = "protective stop"
    severity: ClassVar[Severity] = "high"
    score: ClassVar[float] = 0.9

    def _stands(self, frame: Frame) -> bool | None:
        said = frame.flag(self.flag)
        if said or _is_manual(frame):
            return said
        guard = frame.flag("guard_open")
        if guard is None and any(_is_of_an_arm(reading) for reading in frame.readings):
            guard = frame.flag("gate_open")
        return guard if said is None else said or bool(guard)


def _is_manual(frame: Frame) -> bool:
    return any(flag.name == "mode" and not _MANUAL.isdisjoint(flag.text.split("_")) for flag in frame.flags)


def _is_of_an_arm(reading: Reading) -> bool:
    return reading.quantity.startswith("joint") or "tcp" in key_words(reading.key)
