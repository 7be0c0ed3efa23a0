"""Joint limits: positions, velocities, accelerations and torques of joints beyond what they are allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domains.robotics.evaluators.rates import RateWithinLimit
from domains.robotics.evaluators.within_limit import WithinLimit


@dataclass(frozen=True, kw_only=True)
class JointPositionExceeded(WithinLimit):
    """Joints, measured and commanded, stay within their range (ISO 10218-1:2011, 5.12: axis limiting)."""

    name: ClassVar[str] = "joint_position_exceeded"
    issue: ClassVar[str] = "joint_position_exceeded"
    cites: ClassVar[tuple[str, ...]] = ("iso_10218_1_limiting",)
    quantities: ClassVar[tuple[str, ...]] = ("joint_position",)


@dataclass(frozen=True, kw_only=True)
class JointVelocityExceeded(RateWithinLimit):
    """Joints turn no faster than allowed; see `RateWithinLimit`."""

    name: ClassVar[str] = "joint_velocity_exceeded"
    issue: ClassVar[str] = "joint_velocity_exceeded"
    cites: ClassVar[tuple[str, ...]] = ("iso_10218_1_limiting",)
    quantities: ClassVar[tuple[str, ...]] = ("joint_velocity", "angular_velocity")


@dataclass(frozen=True, kw_only=True)
class JointTorqueExceeded(WithinLimit):
    """Torques, measured and commanded, stay within what the joint bears."""

    name: ClassVar[str] = "joint_torque_exceeded"
    issue: ClassVar[str] = "joint_torque_exceeded"
    cites: ClassVar[tuple[str, ...]] = ("iso_10218_1_limiting",)
    quantities: ClassVar[tuple[str, ...]] = ("joint_torque",)


@dataclass(frozen=True, kw_only=True)
class AccelerationExceeded(RateWithinLimit):
    """Accelerations and jerks, of joints or of the tool, stay within what is allowed; see `RateWithinLimit`."""

    name: ClassVar[str] = "acceleration_exceeded"
    issue: ClassVar[str] = "acceleration_exceeded"
    cites: ClassVar[tuple[str, ...]] = ("iso_10218_1_limiting",)
    quantities: ClassVar[tuple[str, ...]] = ("acceleration", "joint_acceleration", "jerk", "joint_jerk")
