"""Timing: time that runs backwards, commands that come too fast, and gaps longer than the watchdog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, ClassVar

from domains.robotics.telemetry.frames import frames, where
from domains.robotics.telemetry.limits import converted, limits
from domains.robotics.telemetry.motion import motion
from domains.robotics.telemetry.names import UNITS, key_words
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject, once

_EPOCH_UNITS = ((1e17, 1e-9), (1e14, 1e-6), (1e11, 1e-3))  # since 1970, from this number on: seconds in one
_LATE = 2.0  # periods
_TOO_LATE = 5.0
_JITTER = 0.05  # of a period
_STAMPS = frozenset(["time", "timestamp", "stamp", "ts", "t"])


@dataclass(frozen=True, kw_only=True)
class TimeRunsBackwards(Evaluator):
    """Timestamps rise from step to step; equal ones are let pass. Abstains below two."""

    name: ClassVar[str] = "time_runs_backwards"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "time_runs_backwards"
    cites: ClassVar[tuple[str, ...]] = ("iso_8000_8",)

    def evaluate(self, subject: Subject) -> Result:
        times = stamps(subject)
        if len(times) < 2:
            return Abstain("the trace gives no two timestamps")
        steps = [step for (_, before), (step, after) in pairwise(times) if after < before]
        if not steps:
            return Pass()
        return Fail(
            score=0.75,
            severity="high",
            label="timestamps",
            explanation=f"The time at step {steps[0]} is before that of the step before it ({len(steps)} times).",
            evidence=where(subject, steps),
        )


@dataclass(frozen=True, kw_only=True)
class CommandRate(Evaluator):
    """Commands come no faster than the greatest rate allowed, nor later than the watchdog while the machine moves.

    The rate and the watchdog come from the parameters. A rate without `max` is the nominal one: a gap of two periods is
    doubtful, of five a loss of control. Abstains without timestamps or without either.
    """

    name: ClassVar[str] = "command_rate_violated"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "command_rate_violated"
    cites: ClassVar[tuple[str, ...]] = ("iso_13849_1",)

    def evaluate(self, subject: Subject) -> Result:
        rate, nominal, watchdog = _demanded(subject)
        if rate is None and nominal is None and watchdog is None:
            return Abstain("the trace demands no rate of commands")
        at_rest = {frame.step for frame in frames(subject) if motion(frame) is not None and motion(frame) == 0}
        gaps = [(step, after - before) for (_, before), (step, after) in pairwise(stamps(subject)) if after >= before]
        if not gaps:
            return Abstain("the trace gives no two timestamps")
        moving = [gap for gap in gaps if gap[0] not in at_rest]
        step, longest = max(moving or [(gaps[0][0], 0.0)], key=lambda gap: gap[1])
        if watchdog is not None and longest > watchdog * 1.001:
            return _fail(
                subject, step, 0.9, f"{longest:.3g} s pass without a command; the watchdog allows {watchdog:.3g} s"
            )
        fast = [(at, gap) for at, gap in gaps if rate is not None and gap * rate < 1 - _JITTER]
        if fast:
            at, gap = fast[0]
            return _fail(subject, at, 0.85, f"commands come {gap:.3g} s apart; at most {rate:g} a second are allowed")
        if watchdog is None and nominal is not None and longest * nominal > _LATE + _JITTER:
            late = longest * nominal
            score = 0.85 if late >= _TOO_LATE else 0.5
            return _fail(
                subject, step, score, f"{longest:.3g} s pass between commands that should come at {nominal:g} Hz"
            )
        return Pass()


def _fail(subject: Subject, step: int, score: float, why: str) -> Fail:
    return Fail(
        score=score,
        severity="high" if score > 0.7 else "medium",
        label="rate",
        explanation=f"Before step {step} {why}.",
        evidence=where(subject, (step,)),
    )


def _demanded(subject: Subject) -> tuple[float | None, float | None, float | None]:
    """The greatest and the nominal rate in Hz, and the watchdog in seconds."""
    greatest = nominal = watchdog = None
    for limit in limits(subject):
        if limit.quantity == "watchdog" and limit.high:
            watchdog = converted(limit.high[:1], limit.unit, UNITS["watchdog"])[0]
        elif limit.quantity == "command_rate" and limit.high:
            greatest = converted(limit.high[:1], limit.unit, "Hz")[0]
    episode = subject.trace.episode
    told = {**subject.trace.attributes, **(episode.parameters if episode is not None else {})}
    for key, value in told.items():
        words = frozenset(key_words(key))
        is_rate = not words.isdisjoint({"hz", "rate", "frequency", "freq"}) and words.isdisjoint(
            {"max", "maximum", "min"}
        )
        if is_rate and not words.isdisjoint({"control", "command", "cmd", "hz"}) and _is_positive(value):
            nominal = float(value)
    return greatest, nominal, watchdog


def _is_positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


@once
def stamps(subject: Subject) -> tuple[tuple[int, float], ...]:
    """The time of each step that tells one, in seconds, from one key throughout."""
    episode = subject.trace.episode
    if episode is None:
        return tuple(_from_readings(subject))
    written = [(at, stamp) for at, step in enumerate(episode.steps) if (stamp := _iso(step.info) or _iso(step.state))]
    return tuple(written) or tuple(_from_readings(subject))


def _iso(part: Any) -> float | None:
    if not isinstance(part, dict):
        return None
    for key, value in part.items():
        if isinstance(value, str) and not _STAMPS.isdisjoint(key_words(str(key))):
            try:
                return datetime.fromisoformat(value).timestamp()
            except ValueError:
                return None
    return None


def _from_readings(subject: Subject) -> Iterator[tuple[int, float]]:
    first: str | None = None
    for frame in frames(subject):
        for reading in frame.of("time"):
            words = key_words(reading.key.rpartition(".")[2])
            if (
                not words
                or words[0] not in _STAMPS
                or len(reading.values) != 1
                or (first or reading.key) != reading.key
            ):
                continue
            first = reading.key
            value = reading.values[0]
            factor = next((factor for least, factor in _EPOCH_UNITS if value >= least), 1.0)
            yield frame.step, converted([value], reading.unit, "s")[0] if reading.unit else value * factor
            break
