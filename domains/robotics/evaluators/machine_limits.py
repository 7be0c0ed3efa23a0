"""Machine limits: speed, force, temperature and tilt beyond what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domains.robotics.evaluators.within_limit import WithinLimit


@dataclass(frozen=True, kw_only=True)
class SpeedExceeded(WithinLimit):
    """The tool or the base, measured and commanded, moves no faster than allowed.

    A limit whose name speaks of people or of a reduced mode holds only while a person is near or in that mode.
    """

    name: ClassVar[str] = "speed_exceeded"
    issue: ClassVar[str] = "speed_exceeded"
    cites: ClassVar[tuple[str, ...]] = ("iso_10218_1_speed",)
    quantities: ClassVar[tuple[str, ...]] = ("speed",)


@dataclass(frozen=True, kw_only=True)
class ForceExceeded(WithinLimit):
    """Forces at the tool, of the gripper and at contact stay within what is allowed."""

    name: ClassVar[str] = "force_exceeded"
    issue: ClassVar[str] = "force_exceeded"
    cites: ClassVar[tuple[str, ...]] = ("iso_ts_15066_pfl",)
    quantities: ClassVar[tuple[str, ...]] = ("force", "contact_force", "grip_force", "contact_pressure")


@dataclass(frozen=True, kw_only=True)
class TemperatureExceeded(WithinLimit):
    """Motors and electronics stay within their temperatures."""

    name: ClassVar[str] = "temperature_exceeded"
    issue: ClassVar[str] = "temperature_exceeded"
    cites: ClassVar[tuple[str, ...]] = ("iso_12100",)
    quantities: ClassVar[tuple[str, ...]] = ("temperature",)


@dataclass(frozen=True, kw_only=True)
class TiltExceeded(WithinLimit):
    """A machine that can tip keeps to the tilt that is allowed."""

    name: ClassVar[str] = "tilt_exceeded"
    issue: ClassVar[str] = "tilt_exceeded"
    cites: ClassVar[tuple[str, ...]] = ("iso_3691_4",)
    quantities: ClassVar[tuple[str, ...]] = ("tilt",)
