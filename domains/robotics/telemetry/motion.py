"""Motion: whether a machine moves at a moment, and whether it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from math import dist

from domains.robotics.telemetry.frames import Frame, Reading
from domains.robotics.telemetry.limits import in_unit

_MEASURED = ("speed", "joint_velocity", "angular_velocity")
_COMMANDED = ("speed", "joint_velocity", "angular_velocity", "joint_torque", "drive", "action")
_TARGETS = ("joint_position", "position")
_STILL = 0.01  # m/s or rad/s: below it lies the noise of a machine at rest
_NO_COMMAND = 1e-6
_SAME_TARGET = 1e-3  # m or rad
_MOVES = frozenset(
    [
        "move",
        "movej",
        "movel",
        "movep",
        "moveto",
        "goto",
        "go",
        "drive",
        "navigate",
        "rotate",
        "turn",
        "lift",
        "lower",
        "raise",
        "pick",
        "place",
        "grasp",
        "jog",
        "advance",
        "forward",
        "backward",
        "left",
        "right",
        "accelerate",
        "resume",
        "start",
        "continue",
        "run",
        "execute",
        "takeoff",
        "fly",
        "walk",
        "swing",
        "speedj",
        "speedl",
        "servoj",
    ]
)


def motion(frame: Frame, before: Frame | None = None) -> float | None:
    """The greatest measured speed, in m/s or rad/s, or from positions a step apart; None where nothing tells."""
    speeds = [
        abs(value)
        for reading in frame.of(*_MEASURED)
        if reading.part not in ("action", "output")
        for value in in_unit(reading)
    ]
    if speeds:
        return max(speeds)
    steps = list(_displacements(frame, before, "state")) if before is not None else []
    return max(steps) if steps else None


def moves(frame: Frame, before: Frame | None = None) -> bool | None:
    """Whether it moves or is told to; None where nothing tells."""
    measured, told = motion(frame, before), is_commanded(frame, before)
    if measured is None and told is None:
        return None
    return bool(told) or (measured or 0.0) > _STILL


def is_commanded(frame: Frame, before: Frame | None = None) -> bool | None:
    """Whether an action or command at this moment asks for motion; None where there is no command."""
    commands = [reading for reading in frame.of(*_COMMANDED) if reading.part in ("action", "output")]
    if any(abs(value) > _NO_COMMAND for reading in commands if not _is_discrete(reading) for value in reading.values):
        return True
    if any(not _MOVES.isdisjoint(text.replace("-", "_").replace(" ", "_").split("_")) for text in frame.commands):
        return True
    targets = list(_displacements(frame, before, "action")) if before is not None else []
    if targets:
        return max(targets) > _SAME_TARGET
    return False if commands or frame.commands else None


def _is_discrete(reading: Reading) -> bool:
    """A single whole number is the index of an action, not a speed."""
    return reading.quantity == "action" and len(reading.values) == 1 and reading.values[0].is_integer()


def _displacements(frame: Frame, before: Frame | None, part: str) -> Iterator[float]:
    old = {reading.key: reading.values for reading in before.of(*_TARGETS) if reading.part == part} if before else {}
    for reading in frame.of(*_TARGETS):
        earlier = old.get(reading.key)
        if reading.part == part and earlier is not None and len(earlier) == len(reading.values):
            yield dist(earlier, reading.values)
