"""Limits: what a trace, or the data sheet of the robot that it names, says a machine may at most or at least do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from domains.knowledge import table
from domains.robotics.telemetry.frames import Frame, Reading, frames
from domains.robotics.telemetry.names import UNITS, Name, key_words, read_name
from domains.robotics.telemetry.statements import stated_limits
from domains.robotics.telemetry.structured import structured_context, written_amount
from processors.subject import Subject, once
from processors.units import unit

_AT_LEAST = frozenset({"human_distance", "distance", "battery"})
"""Quantities of which a bare `limit` or `threshold` is the least."""
_SIGNED = frozenset({"position", "joint_position", "temperature", "altitude", "battery"})
"""Quantities whose sign matters; of the others the magnitude is limited."""
_FORCES = frozenset({"force", "contact_force", "grip_force"})
_RATED_IN = frozenset(["robot", "datasheet", "specs", "spec", "specification", "rating", "ratings"])
_RATED = frozenset({"payload"})
_SAFE_DISTANCE = frozenset(["safe", "safety", "protective", "required"])
# A limit of these names holds only then; see `Condition` in `holds`.
_CONDITIONS: Mapping[str, frozenset[str]] = {
    "human": frozenset(["human", "person", "operator", "people", "occupied"]),
    "reduced": frozenset(["collaborative", "collab", "cobot", "reduced", "manual", "teach", "t1", "slow"]),
}
_TRAINING = frozenset(
    ["training", "train", "trained", "sim", "simulation", "randomization", "randomisation", "envelope"]
)
_RANGES = frozenset(["range", "ranges", "window", "band"])
_IN_SPACE = frozenset(
    ["tcp", "ee", "eef", "tool", "cartesian", "linear", "lin", "base", "ground", "wheel", "instructions"]
)
_JOINT_COUNT = 4  # a vector of fewer numbers may be one in space
_TOLERANCE = 1e-3  # of the limit: rounding of what was logged
_OTHER_UNIT = 0.02  # see `Limit.excess`
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Limit:
    """The least and the most of a quantity: one for all elements, or one for each in order or by label.

    `when`: the condition under which it holds, or empty. `within`: how near a person must be for it, in metres.
    `source`: the key or the data sheet that says so.
    """

    quantity: str
    unit: str | None
    low: tuple[float, ...]
    high: tuple[float, ...]
    labels: tuple[str, ...]
    source: str
    when: str = ""
    within: float = 1.0  # a person so close counts as present

    def concerns(self, reading: Reading) -> bool:
        """Whether it is for that quantity and for one of its elements: a limit of `force` is for every force."""
        forces = {self.quantity, reading.quantity}
        same = len(forces) == 1 or (forces <= _FORCES and "force" in forces)
        return same and (not self.labels or not set(self.labels).isdisjoint(reading.labels))

    def excess(self, reading: Reading) -> tuple[float, float, str] | None:
        """The first value of a reading beyond the limit with the limit and their unit, or None.

        A reading or a limit without a unit is in the other's unit, unless it would then be under 2 % of the other: a
        speed of 0.9 beside a limit of 250 mm/s is in metres a second.
        """
        values, low, high, spelled = self._alike(reading)
        for at, value in self._matched(reading, values):
            for bound, over in ((_of(high, at), 1.0), (_of(low, at), -1.0)):
                if bound is None:
                    continue
                measured = value if reading.quantity in _SIGNED or over < 0 else abs(value)
                if over * (measured - bound) > max(abs(bound), 1e-9) * _TOLERANCE:
                    return value, bound, spelled
        return None

    def _alike(self, reading: Reading) -> tuple[Sequence[float], Sequence[float], Sequence[float], str]:
        """Values and limits in one unit, and how that is spelled."""
        here, there = reading.unit, self.unit
        if here == there:
            return reading.values, self.low, self.high, here or ""
        largest = max(map(abs, reading.values), default=0.0)
        allowed = max(map(abs, (*self.low, *self.high)), default=0.0)
        if here is None:
            here = there if largest >= _OTHER_UNIT * allowed or largest == 0 else UNITS[self.quantity]
        elif there is None:
            there = here if allowed >= _OTHER_UNIT * largest or allowed == 0 else UNITS[self.quantity]
        shown = self.unit or reading.unit or UNITS[self.quantity]
        return (
            converted(reading.values, here, shown),
            converted(self.low, there, shown),
            converted(self.high, there, shown),
            shown,
        )

    def _matched(self, reading: Reading, values: Sequence[float]) -> Iterator[tuple[int, float]]:
        """Values with the place of their bounds: by label where both have them, else in order."""
        if not self.labels:
            yield from enumerate(values)
            return
        places = {label: at for at, label in enumerate(self.labels)}
        for label, value in zip(reading.labels, values, strict=False):
            if label in places:
                yield places[label], value


def converted(values: Iterable[float], source: str | None, target: str) -> list[float]:
    """Values of one unit in another of the same dimension."""
    if source is None or source == target:
        return list(values)
    old, new = unit(source), unit(target)
    return [new.from_base(old.to_base(value)) for value in values]


def _of(bounds: Sequence[float], at: int) -> float | None:
    """One bound for all, or that of the element; None where there is none or it is open."""
    if not bounds or (len(bounds) > 1 and at >= len(bounds)):
        return None
    bound = bounds[0] if len(bounds) == 1 else bounds[at]
    return bound if isfinite(bound) else None


@once
def limits(subject: Subject) -> tuple[Limit, ...]:
    """Every limit that the trace gives, then those of the data sheet for quantities on which it says nothing."""
    given = tuple(_of_joints(subject, limit) for limit in (*_given(subject), *_stated(subject)))
    covered = {limit.quantity for limit in given if not limit.when}
    return given + tuple(limit for limit in _rated(subject) if limit.quantity not in covered)


def _of_joints(subject: Subject, limit: Limit) -> Limit:
    """A bare `max_velocity` of many numbers, or where only joints have speeds, is of joints."""
    if limit.quantity != "speed" or limit.unit not in (None, "rad/s", "deg/s"):
        return limit
    told = {reading.quantity for frame in frames(subject) for reading in frame.of("speed", "joint_velocity")}
    is_bare = _IN_SPACE.isdisjoint(key_words(limit.source))
    if is_bare and (max(len(limit.low), len(limit.high)) >= _JOINT_COUNT or told == {"joint_velocity"}):
        return replace(limit, quantity="joint_velocity")
    return limit


def holds(limit: Limit, frame: Frame) -> bool:
    """Whether the condition of a limit is met at a moment."""
    if not limit.when:
        return True
    if limit.when == "reduced":
        return any(
            flag.name == "mode" and not _CONDITIONS["reduced"].isdisjoint(flag.text.split("_")) for flag in frame.flags
        )
    if frame.flag("human_present") is not None:
        return bool(frame.flag("human_present"))
    return any(min(in_unit(reading)) < limit.within for reading in frame.of("human_distance"))


def in_unit(reading: Reading) -> list[float]:
    """The values of a reading in the unit of its quantity; one without a unit is taken to be in it already."""
    return converted(reading.values, reading.unit, UNITS[reading.quantity])


def readings(subject: Subject, *quantities: str) -> Iterator[tuple[Frame, Reading]]:
    """All readings of some quantities with their frames, in order."""
    return ((frame, reading) for frame in frames(subject) for reading in frame.of(*quantities))


@once
def told_of(subject: Subject) -> frozenset[str]:
    """The quantities of which there is a reading."""
    return frozenset(reading.quantity for frame in frames(subject) for reading in frame.readings)


def settings(subject: Subject) -> Iterator[Mapping[str, Any]]:
    """The maps in which a producer may write limits."""
    trace = subject.trace
    if trace.episode is not None:
        yield trace.episode.parameters
    yield trace.attributes
    yield trace.features
    for told in structured_context(subject):
        if isinstance(told, dict):
            yield told


def _given(subject: Subject) -> Iterator[Limit]:
    for value in settings(subject):
        yield from _walk(value, ())


def _stated(subject: Subject) -> Iterator[Limit]:
    """The limits that input and context lay down in prose."""
    for stated in stated_limits(subject):
        low, high = ((stated.value,), ()) if stated.side == "low" else ((), (stated.value,))
        within = stated.within or 1.0
        yield Limit(stated.quantity, stated.unit, low, high, (), "the instructions", stated.when, within)


def _walk(value: Any, path: tuple[str, ...]) -> Iterator[Limit]:
    if len(path) > _DEEPEST or (path and not _TRAINING.isdisjoint(key_words(path[-1]))):
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(inner, (*path, str(key)))
    elif path and isinstance(value, int | float) and not isinstance(value, bool):
        yield from _limit(path, (float(value),))
    elif path and isinstance(value, str):
        yield from _written(path, value)
    elif path and isinstance(value, list) and value:
        if all(isinstance(each, int | float) and not isinstance(each, bool) for each in value):
            yield from _limit(path, tuple(map(float, value)))
        elif all(_is_pair(each) for each in value):
            yield from _pairs(path, value)


def _written(path: tuple[str, ...], value: str) -> Iterator[Limit]:
    """A limit that is written as text: `60 N`."""
    quantity = read_name(path).quantity
    amount = written_amount(value, UNITS[quantity]) if quantity is not None else None
    if quantity is not None and amount is not None:
        yield from (replace(limit, unit=UNITS[quantity]) for limit in _limit(path, amount))


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(each, int | float) for each in value)


def _roles(path: tuple[str, ...]) -> tuple[Name, bool, bool]:
    """The name, and whether it bounds below and above."""
    name = read_name(path)
    low, high = name.low, name.high
    if not name.bound and name.quantity in _RATED:
        high = any(key.lower() in _RATED_IN for key in path[:-1])
    if not name.bound and name.quantity == "human_distance":
        low = not name.words.isdisjoint(_SAFE_DISTANCE)
    if name.quantity == "watchdog":
        high, low = True, False
    return name, low, high


def _limit(path: tuple[str, ...], values: tuple[float, ...]) -> Iterator[Limit]:
    name, low, high = _roles(path)
    if name.quantity is None or not (low or high):
        return
    limit = Limit(
        name.quantity, name.unit, (), (), (name.label,) if name.label else (), ".".join(path), _condition(name)
    )
    if low and high:
        yield _both_ways(limit, name, values)
    elif high:
        yield replace(limit, high=values)
    else:
        yield replace(limit, low=values)


def _both_ways(limit: Limit, name: Name, values: tuple[float, ...]) -> Limit:
    """`limits: 2.9`, `limits: [-2.9, 2.9]` or one for each joint."""
    is_range = len(values) == 2 and values[0] < values[1]
    if is_range and (
        values[0] <= 0 or not name.words.isdisjoint(_RANGES) or name.quantity in ("temperature", *_FORCES)
    ):
        low = () if name.quantity in _FORCES else values[:1]  # before it touches there is no force
        return replace(limit, low=low, high=values[1:])
    if name.quantity in _AT_LEAST:
        return replace(limit, low=values)
    if name.quantity in ("joint_position", "position"):
        return replace(limit, low=tuple(-value for value in values), high=values)
    return replace(limit, high=values)


def _pairs(path: tuple[str, ...], pairs: list[list[float]]) -> Iterator[Limit]:
    name, low, high = _roles(path)
    if name.quantity is None or not (low or high) or name.quantity == "position":
        return
    lows, highs = zip(*((float(least), float(most)) for least, most in pairs), strict=True)
    yield Limit(name.quantity, name.unit, lows, highs, (), ".".join(path), _condition(name))


def _condition(name: Name) -> str:
    if name.quantity == "human_distance":
        return ""
    return next((when for when, words in _CONDITIONS.items() if not name.words.isdisjoint(words)), "")


@once
def robot(subject: Subject) -> str | None:
    """The key in the table of robots of the one that the trace says it drives."""
    robots = table("robotics", "robots")
    for value in settings(subject):
        for said in _said_of_robot(value):
            key = robots.key(said.strip())
            if key is not None:
                return key
    return None


def _said_of_robot(value: Mapping[str, Any]) -> Iterator[str]:
    for key in ("robot", "robot_model", "robot_type", "arm", "platform", "model", "machine", "vehicle"):
        said = value.get(key)
        if isinstance(said, dict):
            said = said.get("model") or said.get("name") or said.get("type")
        if isinstance(said, str):
            yield said


def _rated(subject: Subject) -> Iterator[Limit]:
    """What the data sheet of the robot allows."""
    key = robot(subject)
    if key is None:
        return
    robots = table("robotics", "robots")
    row, source = robots.rows[key], f"the data sheet of {key}"
    for column, quantity in _COLUMNS.items():
        if column in row:
            written = row[column]
            high = tuple(map(float, written)) if isinstance(written, list) else (float(written),)
            yield Limit(quantity, _UNITS_OF_COLUMNS[column], (), high, (), source)
    if "joint_low" in row:
        low, high = tuple(map(float, row["joint_low"])), tuple(map(float, row["joint_high"]))
        yield Limit("joint_position", "deg", low, high, (), source)


_COLUMNS = {
    "joint_velocity": "joint_velocity",
    "joint_torque": "joint_torque",
    "max_speed": "speed",
    "payload": "payload",
}
_UNITS_OF_COLUMNS = {"joint_velocity": "deg/s", "joint_torque": "N*m", "max_speed": "m/s", "payload": "kg"}
