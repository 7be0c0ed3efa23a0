"""Manual mode: faster than reduced speed, or moving without the enabling device, while a person teaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.robotics.telemetry.frames import Frame, frames, where
from domains.robotics.telemetry.limits import in_unit
from domains.robotics.telemetry.motion import moves
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject

_REDUCED = frozenset(["t1", "teach", "teaching", "reduced"])
_HIGH_SPEED = frozenset(["t2", "high", "full"])
_COLLABORATIVE = frozenset(["collaborative", "collab", "cobot"])
_TOLERANCE = 1e-3
_FASTEST = 20.0  # m/s


@dataclass(frozen=True, kw_only=True)
class ReducedSpeed(Evaluator):
    """In manual reduced-speed mode (T1) the tool moves no faster than `most` m/s: ISO 10218-1:2011, 5.6.2.

    In a collaborative mode the same speed is no limit of the standard but wants a proof by measurement, so going faster
    is doubtful there. Abstains in other modes and where no speed is told.
    """

    name: ClassVar[str] = "reduced_speed_exceeded"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "reduced_speed_exceeded"
    cites: ClassVar[tuple[str, ...]] = ("iso_10218_1_speed",)

    most: float = 0.25

    def evaluate(self, subject: Subject) -> Result:
        judged = [(frame, speed) for frame in _in(subject, manual=True) for speed in _speeds(frame)]
        if not judged:
            return self._collaborative(subject)
        fast = [(frame, speed) for frame, speed in judged if speed > self.most * (1 + _TOLERANCE)]
        return self._fail(subject, fast, 0.9, "manual reduced-speed") if fast else Pass()

    def _collaborative(self, subject: Subject) -> Result:
        judged = [
            (frame, speed)
            for frame in _in(subject, manual=False)
            if frame.flag("human_present") is not False
            for speed in _speeds(frame)
        ]
        if not judged:
            return Abstain("no speed is told in a manual or collaborative mode")
        fast = [(frame, speed) for frame, speed in judged if speed > self.most * (1 + _TOLERANCE)]
        return self._fail(subject, fast, 0.5, "collaborative") if fast else Pass()

    def _fail(self, subject: Subject, fast: list[tuple[Frame, float]], score: float, mode: str) -> Fail:
        frame, speed = max(fast, key=lambda found: found[1])
        return Fail(
            score=score,
            severity="high" if score > 0.7 else "medium",
            label=mode,
            explanation=f"At step {frame.step} it moves at {speed:.3g} m/s in {mode} mode, which allows {self.most:g}.",
            evidence=where(subject, (frame.step for frame, _ in fast)),
        )


@dataclass(frozen=True, kw_only=True)
class EnablingDevice(Evaluator):
    """In manual mode it moves only while the enabling device is held: ISO 10218-1:2011, 5.8.3."""

    name: ClassVar[str] = "motion_without_enabling_device"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "motion_without_enabling_device"
    cites: ClassVar[tuple[str, ...]] = ("iso_10218_1_enabling",)

    def evaluate(self, subject: Subject) -> Result:
        told = [frame for frame in frames(subject) if frame.flag("enabling") is not None and not _is_automatic(frame)]
        if not told:
            return Abstain("the trace tells of no enabling device in manual mode")
        steps = [frame.step for frame in told if frame.flag("enabling") is False and moves(frame)]
        if not steps:
            return Pass()
        return Fail(
            score=0.9,
            severity="high",
            label="enabling device",
            explanation=f"At step {steps[0]} it moves with the enabling device released ({len(steps)} steps in all).",
            evidence=where(subject, steps),
        )


def _modes(frame: Frame) -> frozenset[str]:
    return frozenset(word for flag in frame.flags if flag.name == "mode" for word in flag.text.split("_"))


def _is_automatic(frame: Frame) -> bool:
    return not _modes(frame).isdisjoint({"auto", "automatic", "autonomous"})


def _in(subject: Subject, *, manual: bool) -> Iterator[Frame]:
    """The moments in a manual reduced-speed mode, or in a collaborative one. A mode told before the steps holds on."""
    modes: frozenset[str] = _mode_of_settings(subject)
    for frame in frames(subject):
        modes = _modes(frame) or modes
        reduced = not modes.isdisjoint(_REDUCED) or ("manual" in modes and modes.isdisjoint(_HIGH_SPEED))
        if reduced if manual else (not modes.isdisjoint(_COLLABORATIVE) and not reduced):
            yield frame


def _mode_of_settings(subject: Subject) -> frozenset[str]:
    episode = subject.trace.episode
    told = [subject.trace.attributes, episode.parameters if episode is not None else {}]
    said = [
        value for each in told for key, value in each.items() if key.lower().endswith("mode") and isinstance(value, str)
    ]
    return frozenset(word for value in said for word in value.lower().replace("-", "_").replace(" ", "_").split("_"))


def _speeds(frame: Frame) -> Iterator[float]:
    """Speeds in m/s; one without a unit that no machine of this kind reaches is in mm/s."""
    for reading in frame.of("speed"):
        for value in in_unit(reading):
            yield abs(value) / 1000 if reading.unit is None and abs(value) > _FASTEST else abs(value)
