"""Unit confusion: degrees where radians belong, millimetres where metres do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import pi
from statistics import median
from typing import ClassVar

from domains.robotics.telemetry.frames import Reading, frames, where
from domains.robotics.telemetry.limits import converted, limits, settings
from domains.robotics.telemetry.names import UNITS, key_words
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject, once

# Beyond these no machine goes, in the unit that the key names: rad, rad/s, m/s.
_IMPOSSIBLE = {"joint_position": 8 * pi, "joint_velocity": 200.0, "speed": 150.0, "tilt": 2 * pi}
# The factor between the two units that are mixed up, and how near to it a ratio must be.
_FACTORS = {
    "joint_position": 180 / pi,
    "joint_velocity": 180 / pi,
    "speed": 1000.0,
    "position": 1000.0,
    "human_distance": 1000.0,
}
_OTHER = {"joint_position": "degrees", "joint_velocity": "degrees a second", "speed": "mm/s", "tilt": "degrees"}
_LEAST = 4  # readings
_SPELLED: Mapping[str, Mapping[str, str]] = {
    "rad": {"joint_position": "rad", "joint_velocity": "rad/s"},
    "radians": {"joint_position": "rad", "joint_velocity": "rad/s"},
    "rad/s": {"joint_velocity": "rad/s"},
    "m/s": {"speed": "m/s"},
    "si": {"joint_position": "rad", "joint_velocity": "rad/s", "speed": "m/s"},
}


@dataclass(frozen=True, kw_only=True)
class UnitConfusion(Evaluator):
    """Numbers have the unit that their keys and limits speak of.

    Told by values that no machine reaches in the unit which the key names, by values without a unit that pass their
    limits by about the factor between two units, and by single values that stand out of their series by that factor.
    Abstains where nothing is told that has two usual units.
    """

    name: ClassVar[str] = "unit_confusion"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "unit_confusion"
    cites: ClassVar[tuple[str, ...]] = ("iso_80000",)

    def evaluate(self, subject: Subject) -> Result:
        told = [reading for frame in frames(subject) for reading in frame.of(*_FACTORS, "tilt")]
        if not told:
            return Abstain("nothing is told that has two usual units")
        declared = _declared(subject)
        for reading in told:
            why = _impossible(reading, declared.get(reading.quantity)) or _beyond_limits(subject, reading)
            if why:
                return _fail(subject, reading, 0.9, why)
        for reading in _unlike_measured(subject):
            return _fail(subject, reading, 0.85, "is the factor between two units away from what was measured")
        for reading in _outliers(told):
            return _fail(subject, reading, 0.85, "stands out of its series by the factor between two units")
        return Pass()


def _fail(subject: Subject, reading: Reading, score: float, why: str) -> Fail:
    value = max(reading.values, key=abs)
    return Fail(
        score=score,
        severity="high",
        label=reading.quantity,
        explanation=f"At step {reading.step} {reading.key} of {value:.4g} {why}.",
        evidence=where(subject, (reading.step,)),
    )


def _impossible(reading: Reading, declared: str | None) -> str:
    """Why a reading cannot be in the unit that its key names, or that the trace declares."""
    most, spelled = _IMPOSSIBLE.get(reading.quantity), reading.unit or declared
    if most is None or spelled not in ("rad", "rad/s", "m/s"):
        return ""
    largest = max(map(abs, converted(reading.values, spelled, UNITS[reading.quantity])))
    return f"cannot be in {spelled}: it looks like {_OTHER[reading.quantity]}" if largest > most else ""


@once
def _declared(subject: Subject) -> Mapping[str, str]:
    """The units that settings such as `angle_unit: rad` declare, by quantity."""
    found: dict[str, str] = {}
    for told in settings(subject):
        for key, value in told.items():
            if isinstance(value, str) and not {"unit", "units"}.isdisjoint(key_words(str(key))):
                found.update(_SPELLED.get(value.strip().lower(), {}))
    return found


def _unlike_measured(subject: Subject) -> Iterator[Reading]:
    """Commands of positions that are the factor away from every measurement of the same vector."""
    for quantity in ("joint_position", "position"):
        measured, told = (
            [each for frame in frames(subject) for each in frame.of(quantity) if each.part == part and not each.unit]
            for part in ("state", "action")
        )
        sizes = [max(map(abs, each.values)) for each in measured if len(each.values) > 1]
        factor = _FACTORS[quantity]
        for each in told if len(sizes) >= _LEAST - 1 else ():
            usual = median(sizes)
            if len(each.values) > 1 and usual > 0.05 and max(map(abs, each.values)) > 0.9 * factor * usual:
                yield each


def _beyond_limits(subject: Subject, reading: Reading) -> str:
    """Why a reading without a unit is in another one than its limit of a few radians or metres a second."""
    most = {"joint_position": 4 * pi, "joint_velocity": 15.0, "speed": 5.0}.get(reading.quantity)
    if most is None or reading.unit is not None:
        return ""
    given = [limit for limit in limits(subject) if limit.quantity == reading.quantity and limit.high and not limit.when]
    allowed = max(
        (abs(high) for limit in given if limit.unit in (None, UNITS[reading.quantity]) for high in limit.high),
        default=0,
    )
    largest = max(map(abs, reading.values))
    if 0 < allowed <= most and largest > max(5 * allowed, 1.5 * most):
        return f"looks like {_OTHER[reading.quantity]}: the limit is {allowed:.4g} {UNITS[reading.quantity]}"
    return ""


def _outliers(told: Sequence[Reading]) -> Iterator[Reading]:
    """Readings whose magnitude is the factor away from the others of their key, before and after."""
    by_key: dict[str, list[Reading]] = {}
    for reading in told:
        by_key.setdefault(f"{reading.part}.{reading.key}", []).append(reading)
    for series in by_key.values():
        factor = _FACTORS.get(series[0].quantity)
        if factor is None or len(series) < _LEAST:
            continue
        sizes = [max(map(abs, reading.values)) for reading in series]
        usual = median(sizes)
        for reading, size in zip(series, sizes, strict=True):
            if usual > 0.05 and 0.7 * factor < size / usual < 1.4 * factor:
                yield reading
