"""Rates: accelerations and velocities that a trace does not tell, worked out from one step to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import pi

from domains.robotics.evaluators.timing import stamps
from domains.robotics.evaluators.within_limit import WithinLimit, quantity
from domains.robotics.telemetry.frames import Frame, frames, where
from domains.robotics.telemetry.limits import Limit, converted, in_unit, limits, settings, told_of
from domains.robotics.telemetry.names import UNITS, key_words, read_name
from processors.evaluator import Abstain, Fail, Pass, Result
from processors.subject import Subject, once

_OF: Mapping[str, str] = {
    "acceleration": "speed",
    "joint_acceleration": "joint_velocity",
    "joint_velocity": "joint_position",
}
"""The quantity whose rate of change each is."""
_SLACK = 1.25  # times the limit; below it may lie the rounding of times and of what is measured
_STOPS = ("emergency_stop", "protective_stop", "reset")
_STEP_WORDS = (
    frozenset({"dt"}),
    frozenset({"timestep"}),
    frozenset({"time", "step"}),
    frozenset({"control", "period"}),
)
_NOT_OF_STEPS = frozenset({"sim", "physics", "simulation", "max", "min"})


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast a quantity changes between a step and the one before, in the unit of the rate; one for each element."""

    step: int
    key: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class RateWithinLimit(WithinLimit):
    """As `WithinLimit`; where the trace tells none of the quantities, from what they are the rate of change of.

    Times come from timestamps or from `dt`. A stop may brake as hard as it can. A quarter over the limit is let pass.
    """

    def evaluate(self, subject: Subject) -> Result:
        told = super().evaluate(subject)
        integrals = {_OF[each] for each in self.quantities if each in _OF}
        if not isinstance(told, Abstain) or integrals.isdisjoint(told_of(subject)):
            return told
        judged = [
            (rate, limit)
            for limit in limits(subject)
            if limit.quantity in self.quantities and limit.quantity in _OF and limit.high and not limit.when
            for rate in rates(subject, _OF[limit.quantity])
        ]
        if not judged:
            return told
        found = [(rate, *beyond) for rate, limit in judged if (beyond := _beyond(rate, limit)) is not None]
        if not found:
            return Pass()
        rate, value, bound, spelled = found[0]
        return Fail(
            score=self.score,
            severity=self.severity,
            label=self.quantities[0],
            explanation=f"At step {rate.step} {rate.key} changes by {quantity(value, spelled)}, "
            f"over the {quantity(bound, spelled)} allowed ({len(found)} steps in all).",
            evidence=where(subject, (each[0].step for each in found)),
        )


def _beyond(rate: Rate, limit: Limit) -> tuple[float, float, str] | None:
    unit = UNITS[limit.quantity]
    highs = converted(limit.high, limit.unit, unit)
    for at, value in enumerate(rate.values):
        bound = highs[min(at, len(highs) - 1)]
        if len(highs) in (1, len(rate.values)) and value > _SLACK * abs(bound):
            return value, abs(bound), unit
    return None


def rates(subject: Subject, of: str) -> Iterator[Rate]:
    """The rates of change of a measured quantity, from step to step."""
    times, period = dict(stamps(subject)), _period(subject)
    for before, frame in pairwise(frames(subject)):
        if any(frame.flag(name) or before.flag(name) for name in _STOPS):
            continue
        gap = times[frame.step] - times[before.step] if {frame.step, before.step} <= times.keys() else period
        if gap is not None and gap > 0:
            yield from _between(before, frame, of, gap)


def _between(before: Frame, frame: Frame, of: str, gap: float) -> Iterator[Rate]:
    old = {reading.key: reading for reading in before.of(of) if reading.part == "state"}
    for reading in frame.of(of):
        earlier = old.get(reading.key)
        if reading.part != "state" or earlier is None or len(earlier.values) != len(reading.values):
            continue
        changes = [abs(now - then) for then, now in zip(in_unit(earlier), in_unit(reading), strict=True)]
        if not (reading.quantity == "joint_position" and max(changes) > pi):  # an angle that begins anew
            yield Rate(reading.step, reading.key, tuple(change / gap for change in changes))


@once
def _period(subject: Subject) -> float | None:
    """The time from step to step that the trace gives, in seconds; the longest where it gives several."""
    found = []
    for told in settings(subject):
        for key, value in told.items():
            said = frozenset(key_words(str(key)))
            if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0 or said & _NOT_OF_STEPS:
                continue
            if any(needed <= said for needed in _STEP_WORDS):
                found.append(value / 1000 if "ms" in said else float(value))
            elif read_name((str(key),)).quantity == "command_rate":
                found.append(1 / value)
    return max(found, default=None)
