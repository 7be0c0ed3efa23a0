"""Commands: actions that are no numbers, leave their bounds, oscillate, or jump further than allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from domains.robotics.telemetry.frames import Reading, frames, where
from domains.robotics.telemetry.limits import limits, settings
from domains.robotics.telemetry.names import key_words
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject, once

_ACTION = frozenset({"action", "actions"})
_NOT_OF_COMMANDS = frozenset(
    {"time", "t", "temp", "temperature", "reward", "altitude", "height", "velocity", "speed", "v"}
)
_TOLERANCE = 1e-6
_LEAST_STEPS = 8
_OSCILLATING = 0.8  # share of steps at which a command turns back
_SHARE_OF_LIMIT = 0.5  # a swing of this much of what is allowed is no dither
_DITHER = 0.2  # of the greatest command
Series = Sequence[tuple[int, float]]


@dataclass(frozen=True, kw_only=True)
class UndefinedCommand(Evaluator):
    """Every number of an action is finite. NaN and infinity arrive as null or as words in JSON.

    One in a state is doubtful: a sensor may fail, but the policy acted on it. Abstains where there is no action.
    """

    name: ClassVar[str] = "undefined_command"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "undefined_command"
    cites: ClassVar[tuple[str, ...]] = ("iso_13849_1",)

    def evaluate(self, subject: Subject) -> Result:
        told = frames(subject)
        holes = [(frame.step, part, key) for frame in told for part, key in frame.holes]
        commanded = [hole for hole in holes if hole[1] in ("action", "output")]
        if commanded or holes:
            step, part, key = (commanded or holes)[0]
            return Fail(
                score=0.95 if commanded else 0.6,
                severity="critical" if commanded else "medium",
                label="command" if commanded else "measurement",
                explanation=f"At step {step} {key} of the {part} is no finite number.",
                evidence=where(subject, (hole[0] for hole in holes)),
            )
        if not any(reading.part in ("action", "output") for frame in told for reading in frame.readings):
            return Abstain("the trace has no command in numbers")
        return Pass()


@dataclass(frozen=True, kw_only=True)
class ActionOutOfBounds(Evaluator):
    """Actions that are bare lists stay within the bounds of the action space that the parameters give."""

    name: ClassVar[str] = "action_out_of_bounds"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "action_out_of_bounds"
    cites: ClassVar[tuple[str, ...]] = ("gymnasium",)

    def evaluate(self, subject: Subject) -> Result:
        bounds = _action_bounds(subject)
        if bounds is None:
            return Abstain("the trace gives no bounds of the action space")
        actions = [reading for frame in frames(subject) for reading in frame.of("action")]
        if not actions:
            return Abstain("no action is a bare number or list of numbers")
        out = [(reading.step, value) for reading in actions for value in _outside(reading, *bounds)]
        if not out:
            return Pass()
        return Fail(
            score=0.85,
            severity="high",
            label="action space",
            explanation=f"At step {out[0][0]} the action holds {out[0][1]:.4g}, out of bounds ({len(out)} in all).",
            evidence=where(subject, (step for step, _ in out)),
        )


@dataclass(frozen=True, kw_only=True)
class RoughCommands(Evaluator):
    """Commands keep to the greatest change a step that is allowed, and do not swing to and fro at every step.

    Oscillation counts from eight steps, where a command turns back at four of five of them by at least half of its
    limit; without a limit, by a fifth of the greatest command, which is doubtful only. Abstains on fewer steps without
    an allowed change.
    """

    name: ClassVar[str] = "rough_commands"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "rough_commands"
    cites: ClassVar[tuple[str, ...]] = ("iso_9283",)

    def evaluate(self, subject: Subject) -> Result:
        series = _command_series(subject)
        most = _greatest_change(subject)
        jumps = [
            (step, after - before)
            for each in series.values()
            for (_, before), (step, after) in pairwise(each)
            if most is not None and abs(after - before) > most * (1 + 1e-3)
        ]
        if jumps:
            why = f"a command changes by {jumps[0][1]:.3g} in one step"
            return _rough(subject, [step for step, _ in jumps], 0.85, why)
        long = {key: each for key, each in series.items() if len(each) >= _LEAST_STEPS}
        if not long:
            return Pass() if series and most is not None else Abstain("too few commands to judge how smooth they are")
        for (quantity, key), each in long.items():
            score = _oscillation(each, _allowed(subject, quantity))
            if score:
                return _rough(
                    subject, [step for step, _ in each], score, f"{key} swings to and fro at nearly every step"
                )
        return Pass()


def _rough(subject: Subject, steps: list[int], score: float, why: str) -> Fail:
    return Fail(
        score=score,
        severity="high" if score > 0.7 else "medium",
        label="smoothness",
        explanation=f"From step {steps[0]} on {why}.",
        evidence=where(subject, steps),
    )


def _oscillation(series: Series, allowed: float | None) -> float:
    """A score, 0 where it is smooth."""
    changes = [after - before for (_, before), (_, after) in pairwise(series)]
    swing = sum(map(abs, changes)) / len(changes)
    turns = sum(one * other < 0 for one, other in pairwise(changes)) / (len(changes) - 1)
    if turns < _OSCILLATING:
        return 0.0
    if allowed is not None:
        return 0.85 if swing >= _SHARE_OF_LIMIT * allowed else 0.0
    greatest = max(abs(value) for _, value in series)
    return 0.5 if greatest > 0 and swing >= _DITHER * greatest else 0.0


def _allowed(subject: Subject, quantity: str) -> float | None:
    """The least of the limits of a command; of a bare action the greatest of its bounds."""
    if quantity == "action":
        bounds = _action_bounds(subject)
        return max(map(abs, bounds[1])) if bounds is not None else None
    highs = [abs(high) for limit in limits(subject) if limit.quantity == quantity for high in limit.high]
    return min(highs, default=None)


@once
def _command_series(subject: Subject) -> Mapping[tuple[str, str], Series]:
    """Each commanded number over the steps, by quantity and key."""
    series: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for frame in frames(subject):
        for reading in frame.readings:
            if reading.part == "action" and reading.quantity != "time":
                for label, value in zip(reading.labels, reading.values, strict=False):
                    key = f"{reading.key}[{label}]" if len(reading.values) > 1 else reading.key
                    series.setdefault((reading.quantity, key), []).append((reading.step, value))
    return series


def _greatest_change(subject: Subject) -> float | None:
    for told in settings(subject):
        for key, value in told.items():
            words = frozenset(key_words(str(key)))
            of_commands = not words.isdisjoint(_ACTION | {"command", "cmd", "slew", "delta", "change", "jump"})
            is_change = "max" in words and not words.isdisjoint({"delta", "change", "step", "slew", "jump"})
            if is_change and of_commands and words.isdisjoint(_NOT_OF_COMMANDS) and isinstance(value, int | float):
                return float(value)
    return None


@once
def _action_bounds(subject: Subject) -> tuple[Sequence[float], Sequence[float]] | None:
    """The least and the most of each element of an action, or of all."""
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    for told in settings(subject):
        for key, value in told.items():
            words = frozenset(key_words(str(key)))
            if words.isdisjoint(_ACTION):
                continue
            if isinstance(value, dict):
                low = _vector(value.get("low", value.get("min", value.get("lower")))) or low
                high = _vector(value.get("high", value.get("max", value.get("upper")))) or high
            elif not words.isdisjoint({"low", "min", "lower"}):
                low = _vector(value) or low
            elif not words.isdisjoint({"high", "max", "upper"}) and words.isdisjoint({"delta", "change", "step"}):
                high = _vector(value) or high
            elif not words.isdisjoint({"bounds", "limits", "range", "limit", "bound"}):
                low, high = _both(value) or (low, high)
    if high is None and low is None:
        return None
    return low or [-abs(value) for value in high or ()], high or [abs(value) for value in low or ()]


def _vector(value: Any) -> Sequence[float] | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (float(value),)
    return value if isinstance(value, list) and value and all(isinstance(each, int | float) for each in value) else None


def _both(value: Any) -> tuple[Sequence[float] | None, Sequence[float] | None] | None:
    """`1.0`, `[-1, 1]`, `[[-1, 1], [-2, 2]]` or `[[-1, -2], [1, 2]]` where the first is below the second throughout."""
    whole = _vector(value)
    if whole is not None:
        if len(whole) == 2 and whole[0] < whole[1]:
            return whole[:1], whole[1:]
        return [-abs(each) for each in whole], [abs(each) for each in whole]
    if not isinstance(value, list) or not value or not all(isinstance(each, list) and len(each) == 2 for each in value):
        return None
    pairs = [each for each in value if all(isinstance(one, int | float) for one in each)]
    return ([pair[0] for pair in pairs], [pair[1] for pair in pairs]) if pairs else None


def _outside(reading: Reading, low: Sequence[float], high: Sequence[float]) -> Iterator[float]:
    for at, value in enumerate(reading.values):
        least, most = (bound[0] if len(bound) == 1 else bound[at] if at < len(bound) else None for bound in (low, high))
        if (least is not None and value < least - _TOLERANCE) or (most is not None and value > most + _TOLERANCE):
            yield value
