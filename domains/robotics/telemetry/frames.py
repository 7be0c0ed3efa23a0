"""Frames: the readings and flags of every step of an episode, of attributes, features, and commands in an output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import hypot, isfinite
from typing import Any, Literal, TypeGuard

from domains.robotics.telemetry.flags import Flag, flags_of
from domains.robotics.telemetry.names import UNITS, Name, read_name
from domains.robotics.telemetry.statements import stated_deeds, stated_distances
from domains.robotics.telemetry.structured import structured_context, structured_output, written_amount
from processors.subject import Subject, once
from processors.units import unit
from schemas.evaluation import Evidence
from schemas.trace import Step

Part = Literal["state", "action", "info", "attributes", "features", "output"]

_DEEPEST = 6
_MOST_LEAVES = 400_000
_AXES = ("x", "y", "z")
_COMPONENTS = (_AXES, ("fx", "fy", "fz"), ("vx", "vy", "vz"))
_STANDS = frozenset(
    ["stop", "stopped", "stopping", "hold", "holding", "wait", "waiting", "pause", "paused", "halt", "halted"]
)
_JOINT_COUNT = 4  # a vector of fewer numbers is one in space
# Top-level attributes that tell of the machine or its surroundings and not of a moment.
_SETTINGS = frozenset(
    [
        "robot",
        "robot_model",
        "model",
        "limits",
        "parameters",
        "params",
        "config",
        "configuration",
        "safety",
        "specs",
        "spec",
        "specification",
        "datasheet",
        "constraints",
        "environment",
        "policy",
        "output_schema",
        "reference_answer",
        "geofence",
        "workspace",
        "operator",
    ]
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Numbers of one quantity at one step. `unit` is None where the key names none; `labels` are joints or axes."""

    quantity: str
    unit: str | None
    values: tuple[float, ...]
    labels: tuple[str, ...]
    step: int
    part: Part
    key: str


@dataclass(slots=True)
class Frame:
    """One moment. `commands`: texts that name an action. `holes`: keys whose value is no finite number."""

    step: int
    readings: list[Reading] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    holes: list[tuple[Part, str]] = field(default_factory=list)

    def of(self, *quantities: str) -> Iterator[Reading]:
        """The readings of any of these quantities."""
        return (reading for reading in self.readings if reading.quantity in quantities)

    def flag(self, name: str) -> bool | None:
        """Whether the flag is up; None where nothing says."""
        said = [flag.up for flag in self.flags if flag.name == name]
        return any(said) if said else None


@once
def frames(subject: Subject) -> tuple[Frame, ...]:
    """The moments that a trace tells of, in order."""
    episode = subject.trace.episode
    if episode is not None and episode.steps:
        names = _state_names(episode.parameters)
        return tuple(_of_step(index, step, names) for index, step in enumerate(episode.steps))
    return tuple(frame for frame in _beside_episodes(subject) if _says_something(frame))


def where(subject: Subject, steps: Iterable[int]) -> tuple[Evidence, ...]:
    """Evidence for steps of the episode; none where the trace has no episode."""
    if subject.trace.episode is None:
        return ()
    return tuple(Evidence("episode.steps", step, step + 1) for step in sorted(set(steps))[:8])


def _says_something(frame: Frame) -> bool:
    return bool(frame.readings or frame.flags or frame.holes or frame.commands)


def _state_names(parameters: dict[str, Any]) -> tuple[str, ...]:
    """The names of the elements of states that are flat lists, where the parameters give them."""
    for key, value in parameters.items():
        words = read_name((key,)).words
        named = not words.isdisjoint({"names", "labels", "keys", "fields", "features"})
        if named and not words.isdisjoint({"state", "observation", "obs"}) and isinstance(value, list):
            return tuple(map(str, value))
    return ()


def _of_step(index: int, step: Step, names: tuple[str, ...]) -> Frame:
    frame = Frame(index)
    state = step.state
    if isinstance(state, list) and len(state) == len(names):
        state = dict(zip(names, state, strict=True))
    _Reader(frame, "state").read(state)
    _Reader(frame, "action").read(step.action)
    _Reader(frame, "info").read(step.info)
    return frame


def _beside_episodes(subject: Subject) -> Iterator[Frame]:
    trace = subject.trace
    first = Frame(0)
    moments: list[Any] = []
    reader = _Reader(first, "attributes")
    for key, value in trace.attributes.items():
        if key.lower() in _SETTINGS:
            continue
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            moments.extend(value)
        else:
            reader.read(value, (key,))
    _Reader(first, "features").read(trace.features)
    for told in structured_context(subject):
        reader.read(told)
    yield first
    for index, moment in enumerate(moments, 1):
        frame = Frame(index)
        _Reader(frame, "attributes").read(moment)
        yield frame
    for index, (said_by, value) in enumerate(structured_output(subject), len(moments) + 1):
        frame = Frame(index)
        _Reader(frame, "attributes" if said_by == "tool" else "output").read(value)
        if said_by != "tool":
            _tell_of_people(subject, frame)
        yield frame
    deeds = Frame(len(moments) + 1)
    for stated in stated_deeds(subject):
        told = Reading(stated.quantity, stated.unit, (stated.value,), ("",), deeds.step, "output", "the output's value")
        deeds.readings.append(told)
    if not deeds.readings and not _STANDS.isdisjoint(subject.output_vocabulary):
        deeds.commands.append("stop")
    _tell_of_people(subject, deeds)
    yield deeds


def _tell_of_people(subject: Subject, frame: Frame) -> None:
    """Add how near the nearest person is by what was said."""
    near = [unit(stated.unit).to_base(stated.value) for stated in stated_distances(subject)]
    if near:
        frame.readings.append(
            Reading("human_distance", "m", (min(near),), ("",), frame.step, "attributes", "the distance to the person")
        )


class _Reader:
    """Reads one part of a frame, whatever its shape."""

    def __init__(self, frame: Frame, part: Part) -> None:
        self._frame = frame
        self._part = part
        self._left = _MOST_LEAVES

    def read(self, value: Any, path: tuple[str, ...] = ()) -> None:
        """Add what the value says to the frame."""
        self._left -= 1
        if self._left < 0 or len(path) > _DEEPEST:
            return
        if isinstance(value, dict):
            self._map(value, path)
        elif isinstance(value, list):
            self._list(value, path)
        else:
            self._leaf(value, path)

    def _map(self, value: dict[Any, Any], path: tuple[str, ...]) -> None:
        by_axis = {str(key).lower(): inner for key, inner in value.items()}
        for axes in _COMPONENTS:
            vector = [float(by_axis[axis]) for axis in axes if _is_number(by_axis.get(axis))]
            if len(vector) > 1 and (path or axes is not _AXES):
                self._numbers(vector, path if axes is _AXES else (*path, "force" if axes[0] == "fx" else "velocity"))
        for key, inner in value.items():
            self.read(inner, (*path, str(key)))

    def _list(self, value: list[Any], path: tuple[str, ...]) -> None:
        if value and all(map(_is_number, value)):
            self._numbers([float(each) for each in value], path)
        elif value and all(each is None or _is_number(each) or _says_no_number(each) for each in value):
            self._frame.holes.append((self._part, ".".join(path) or self._part))
        else:
            self._frame.flags.extend(flags_of(path, bool(value), self._part))
            for index, inner in enumerate(value):
                self.read(inner, (*path, str(index)))

    def _leaf(self, value: Any, path: tuple[str, ...]) -> None:
        self._frame.flags.extend(flags_of(path, value, self._part))
        if _is_number(value):
            self._numbers([float(value)], path)
        elif isinstance(value, str):
            self._text(value, path)
        elif value is None and read_name(path).quantity and self._part in ("action", "output"):
            self._frame.holes.append((self._part, ".".join(path)))

    def _text(self, value: str, path: tuple[str, ...]) -> None:
        if _says_no_number(value):
            self._frame.holes.append((self._part, ".".join(path) or self._part))
        elif (name := read_name(path)).quantity and (values := written_amount(value, UNITS[name.quantity])):
            self._numbers(list(values[-1:]), path, UNITS[name.quantity])
        elif self._part in ("action", "output", "attributes") and (
            not path or not read_name(path[-1:]).words.isdisjoint({"command", "action", "type", "cmd", "skill", "name"})
        ):
            self._frame.commands.append(value[:80].lower())

    def _numbers(self, values: list[float], path: tuple[str, ...], spelled: str | None = None) -> None:
        if not all(map(isfinite, values)):
            self._frame.holes.append((self._part, ".".join(path) or self._part))
            return
        if not path:
            self._unnamed(values)
            return
        name = read_name(path)
        if name.quantity is None or (name.bound and not self._may_be_bound(name)):
            return
        quantity, values = _settled(name.quantity, name, values)
        labels = (name.label,) if len(values) == 1 else _labels(quantity, values)
        reading = Reading(
            quantity, spelled or name.unit, tuple(values), labels, self._frame.step, self._part, ".".join(path)
        )
        self._frame.readings.append(reading)

    def _unnamed(self, values: list[float]) -> None:
        """A state or an action that is a bare list or number."""
        if self._part in ("state", "action"):
            labels = tuple(map(str, range(len(values))))
            reading = Reading(self._part, None, tuple(values), labels, self._frame.step, self._part, self._part)
            self._frame.readings.append(reading)

    def _may_be_bound(self, name: Name) -> bool:
        """`min_distance` in a state was measured; `max_speed` in a command is what the machine may take from it."""
        if name.quantity in ("human_distance", "distance"):
            return "min" in name.words or "minimum" in name.words
        return self._part in ("action", "output")


def _settled(quantity: str, name: Name, values: list[float]) -> tuple[str, list[float]]:
    """A bare `velocity` or `position` of many numbers is of joints; one of two or three is a vector in space."""
    in_space = not name.words.isdisjoint(
        {"tcp", "ee", "eef", "tool", "pose", "cartesian", "twist", "base", "xyz", "lin"}
    )
    if quantity == "speed":
        if len(values) >= _JOINT_COUNT and not in_space:
            return "joint_velocity", values
        return "speed", [hypot(*values[:3])] if len(values) > 1 else values
    if quantity == "position":
        if len(values) >= _JOINT_COUNT and not in_space:
            return "joint_position", values
        return "position", values[:3]
    if quantity in ("force", "contact_force", "grip_force") and len(values) in (3, 6):
        return quantity, [hypot(*values[:3])]
    return quantity, values


def _labels(quantity: str, values: list[float]) -> tuple[str, ...]:
    return _AXES[: len(values)] if quantity == "position" else tuple(map(str, range(len(values))))


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _says_no_number(value: Any) -> bool:
    return isinstance(value, str) and value.strip().lower().lstrip("+-") in ("nan", "inf", "infinity", "null")
