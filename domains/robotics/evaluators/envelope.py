"""Envelope: states and surroundings outside the ranges on which a policy was trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeGuard

from domains.robotics.telemetry.frames import where
from domains.robotics.telemetry.limits import settings
from domains.robotics.telemetry.names import key_words
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject, once

_TRAINING = frozenset(
    ["training", "train", "trained", "sim", "simulation", "simulated", "randomization", "randomisation"]
)
_RANGE = frozenset(
    [
        "range",
        "ranges",
        "bounds",
        "limits",
        "envelope",
        "distribution",
        "domain",
        "randomization",
        "randomisation",
        "support",
    ]
)
_LIMITS = frozenset({"max", "min", "limit", "limits", "bounds", "range", "ranges"})
_TOLERANCE = 0.01  # of the width of a range
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Trained:
    """A range of training, in the unit of the key."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class OutsideTraining(Evaluator):
    """What the policy meets lies in the ranges on which it was trained (sim-to-real gap).

    Ranges: `training_range: {speed: [0, 1.2]}`, `trained_speed_max` or `sim_envelope`, in the parameters or attributes;
    compared with what has the same key in states, infos, the environment and parameters. Abstains without either.
    """

    name: ClassVar[str] = "outside_training_envelope"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "outside_training_envelope"
    cites: ClassVar[tuple[str, ...]] = ("iso_tr_5469",)

    def evaluate(self, subject: Subject) -> Result:
        trained = _trained(subject)
        if not trained:
            return Abstain("the trace gives no ranges of training")
        met = [(step, key, value) for step, key, value in _met(subject) if key in trained]
        if not met:
            return Abstain("the trace tells nothing that a range of training is for")
        out = [found for found in met if _is_outside(found[2], trained[found[1]])]
        if not out:
            return Pass()
        step, key, value = out[0]
        known = trained[key]
        return Fail(
            score=0.85,
            severity="high",
            label=key,
            explanation=f"At step {step} {key} is {value:.4g}; training knew {known.low:g} to {known.high:g}"
            f" ({len({found[0] for found in out})} steps in all).",
            evidence=where(subject, (found[0] for found in out)),
        )


def _is_outside(value: float, known: Trained) -> bool:
    slack = _TOLERANCE * abs(known.high - known.low)
    return not known.low - slack <= value <= known.high + slack


@once
def _trained(subject: Subject) -> Mapping[str, Trained]:
    found: dict[str, Trained] = {}
    for told in settings(subject):
        for key, value in told.items():
            words = frozenset(key_words(str(key)))
            if not words.isdisjoint(_TRAINING) and (
                isinstance(value, dict) or not words.isdisjoint(_RANGE | {"max", "min"})
            ):
                found.update(_ranges(value, _bare(str(key)), 0))
    return found


def _ranges(value: Any, key: str, depth: int) -> Iterator[tuple[str, Trained]]:
    if isinstance(value, list) and len(value) == 2 and all(_is_number(each) for each in value) and value[0] <= value[1]:
        yield key, Trained(float(value[0]), float(value[1]))
    elif isinstance(value, dict) and depth < _DEEPEST:
        least, most = value.get("min", value.get("low")), value.get("max", value.get("high"))
        if _is_number(least) and _is_number(most):
            yield key, Trained(float(least), float(most))
            return
        for inner_key, inner in value.items():
            yield from _ranges(inner, _bare(str(inner_key)), depth + 1)


def _met(subject: Subject) -> Iterator[tuple[int, str, float]]:
    """What the policy met, as (step, bare key, value)."""
    trace = subject.trace
    steps = trace.episode.steps if trace.episode is not None else []
    for at, step in enumerate(steps):
        for part in (step.state, step.info, step.action):
            yield from ((at, key, value) for key, value in _leaves(part, "", 0))
    around = [trace.attributes, trace.episode.parameters if trace.episode is not None else {}, trace.features]
    for told in around:
        outside = {key: value for key, value in told.items() if _TRAINING.isdisjoint(key_words(str(key)))}
        yield from ((0, key, value) for key, value in _leaves(outside, "", 0))


def _leaves(value: Any, key: str, depth: int) -> Iterator[tuple[str, float]]:
    if _is_number(value):
        yield key, float(value)
    elif isinstance(value, list) and value and all(map(_is_number, value)):
        yield from ((key, float(each)) for each in value)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for inner_key, inner in value.items():
            if _LIMITS.isdisjoint(key_words(str(inner_key))):
                yield from _leaves(inner, _bare(str(inner_key)), depth + 1)


def _bare(key: str) -> str:
    """A key without what makes it a range of training, so that it meets its reading."""
    return "_".join(word for word in key_words(key) if word not in _TRAINING | _RANGE)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
