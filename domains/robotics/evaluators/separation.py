"""Separation: a machine moves while a person is nearer than allowed, or than it needs to stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from domains.robotics.evaluators.within_limit import quantity
from domains.robotics.telemetry.frames import Frame, frames, where
from domains.robotics.telemetry.limits import converted, in_unit, limits, settings, told_of
from domains.robotics.telemetry.motion import moves
from domains.robotics.telemetry.names import UNITS, key_words, read_name
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject, once

_DISTANCES = ("human_distance", "distance")


@dataclass(frozen=True, kw_only=True)
class MinimumSeparation(Evaluator):
    """A moving machine keeps at least the distance to people, or to obstacles, that the trace demands.

    One at rest may be approached: safety-rated monitored stop, ISO 10218-1:2011, 5.10.2.
    """

    name: ClassVar[str] = "separation_violated"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "separation_violated"
    cites: ClassVar[tuple[str, ...]] = ("iso_ts_15066_ssm",)

    def evaluate(self, subject: Subject) -> Result:
        if told_of(subject).isdisjoint(_DISTANCES):
            return Abstain("the trace tells no distance")
        required = [limit for limit in limits(subject) if limit.quantity in _DISTANCES and limit.low]
        if not required:
            return Abstain("the trace demands no least distance")
        judged, near = 0, []
        for before, frame in _with_the_one_before(frames(subject)):
            for limit in required:
                for reading in frame.of(limit.quantity):
                    judged += 1
                    excess = limit.excess(reading)
                    if excess is not None and moves(frame, before) is not False:
                        near.append((frame.step, *excess))
        if not judged:
            return Abstain("the trace tells no distance to people or obstacles")
        if not near:
            return Pass()
        step, distance, least, unit = near[0]
        return Fail(
            score=0.9,
            severity="high",
            label="separation",
            explanation=f"At step {step} the distance is {quantity(distance, unit)} and the machine moves; "
            f"at least {quantity(least, unit)} is required ({len(near)} moments in all).",
            evidence=where(subject, (found[0] for found in near)),
        )


@dataclass(frozen=True, kw_only=True)
class ProtectiveSeparation(Evaluator):
    """A moving machine can stop before it meets a person who walks towards it: ISO/TS 15066:2016, 5.5.4.2.3.

    S = v_h·(T_r + T_s) + v_r·T_r + S_s + C + Z, with the speed of the person v_h, of the machine v_r, the reaction time
    T_r, the stopping time T_s and distance S_s (v_r·T_s/2 where none is given: even braking), the intrusion distance C
    and the uncertainty of position Z (0 where not given). What the trace does not give is taken at its best, so that a
    machine is only called too near when it is whatever its brakes; then it fails below `sure` of the distance.

    Abstains where power and force are limited instead, without distance or speed, and below `slow` m/s without times.
    human_speed: m/s (ISO 13855:2010, 6.2.2). best_reaction, best_stop: s. slow: m/s, ISO 10218-1:2011, 5.6.2.
    """

    name: ClassVar[str] = "protective_separation_violated"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "protective_separation_violated"
    cites: ClassVar[tuple[str, ...]] = ("iso_ts_15066_ssm", "iso_13855")

    human_speed: float = 1.6
    best_reaction: float = 0.1
    best_stop: float = 0.3
    slow: float = 0.25
    sure: float = 0.5

    def evaluate(self, subject: Subject) -> Result:
        if not {"human_distance", "speed"} <= told_of(subject):
            return Abstain("the trace tells no distance to a person with the speed of the machine")
        if _limits_power_and_force(subject):
            return Abstain("power and force are limited, so that contact is allowed")
        given = _stopping(subject)
        timed = "reaction_time" in given or "stopping_time" in given
        judged = [
            (frame, distance, speed, self._required(frame, speed, given))
            for frame in frames(subject)
            for distance, speed in _distance_and_speed(frame)
            if timed or speed > self.slow
        ]
        if not judged:
            return Abstain("the trace tells no distance to a person with the speed of the machine")
        near = [found for found in judged if found[1] < found[3] * (1 if timed else self.sure) - 1e-6]
        if near:
            return self._failed(subject, near, 0.9 if timed else 0.85)
        doubtful = [found for found in judged if found[1] < found[3] - 1e-6]
        if doubtful and not any(limit.quantity == "human_distance" for limit in limits(subject)):
            return self._failed(subject, doubtful, 0.5)
        return Pass()

    def _required(self, frame: Frame, speed: float, given: Mapping[str, float]) -> float:
        walking = [value for reading in frame.of("human_speed") for value in in_unit(reading)]
        person = max(walking) if walking else given.get("human_speed", self.human_speed)
        reaction = given.get("reaction_time", 0.0 if "stopping_time" in given else self.best_reaction)
        stop = given.get("stopping_time", 0.0 if "reaction_time" in given else self.best_stop)
        braking = given.get("stopping_distance", speed * stop / 2)
        more = given.get("intrusion_distance", 0.0) + given.get("position_uncertainty", 0.0)
        return abs(person) * (reaction + stop) + speed * reaction + braking + more

    def _failed(self, subject: Subject, near: list[tuple[Frame, float, float, float]], score: float) -> Fail:
        frame, distance, speed, required = min(near, key=lambda found: found[1] - found[3])
        return Fail(
            score=score,
            severity="high" if score > 0.7 else "medium",
            label="speed and separation",
            explanation=f"At step {frame.step} a person is {distance:.2f} m away and it moves at {speed:.2f} m/s; "
            f"to stop in time it needs {required:.2f} m.",
            evidence=where(subject, (found[0].step for found in near)),
        )


def _distance_and_speed(frame: Frame) -> Iterator[tuple[float, float]]:
    """The least distance to a person, in metres, with the speed of the machine then, in m/s."""
    distances = [value for reading in frame.of("human_distance") for value in in_unit(reading)]
    speeds = [abs(value) for reading in frame.of("speed") for value in in_unit(reading)]
    if distances and speeds and max(speeds) > 0.01:
        yield min(distances), max(speeds)


@once
def _stopping(subject: Subject) -> Mapping[str, float]:
    """Times in seconds, distances in metres and the person's speed in m/s that the trace gives for the formula."""
    wanted = (
        "reaction_time",
        "stopping_time",
        "stopping_distance",
        "intrusion_distance",
        "position_uncertainty",
        "human_speed",
    )
    found: dict[str, float] = {}
    for told in settings(subject):
        for key, value in _numbers(told, ()):
            name = read_name(key)
            if name.quantity in wanted:
                found.setdefault(name.quantity, converted([value], name.unit, UNITS[name.quantity])[0])
    return found


def _numbers(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    if isinstance(value, Mapping) and len(path) < 3:
        for key, inner in value.items():
            yield from _numbers(inner, (*path, str(key)))
    elif path and isinstance(value, int | float) and not isinstance(value, bool):
        yield path, float(value)


def _limits_power_and_force(subject: Subject) -> bool:
    """Whether the trace says that it works by power and force limiting, or guided by hand."""
    told = {flag.text for frame in frames(subject) for flag in frame.flags if flag.name == "mode"}
    for settings_of in settings(subject):
        told.update("_".join(key_words(value)) for value in settings_of.values() if isinstance(value, str))
    return any("power_and_force" in text or "pfl" in text.split("_") or "hand_guid" in text for text in told)


def _with_the_one_before(found: tuple[Frame, ...]) -> Iterator[tuple[Frame | None, Frame]]:
    if found:
        yield None, found[0]
    yield from pairwise(found)
