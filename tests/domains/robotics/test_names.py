"""Names: the same thing under the names that producers give it."""

from __future__ import annotations

import pytest

from domains.robotics.telemetry.names import UNITS, read_name
from processors.units import unit


@pytest.mark.parametrize(
    ("key", "quantity", "spelled"),
    [
        ("q", "joint_position", None),
        ("qpos", "joint_position", None),
        ("joint_positions", "joint_position", None),
        ("jointAnglesDeg", "joint_position", "deg"),
        ("elbow_position", "joint_position", None),
        ("dq", "joint_velocity", None),
        ("qvel", "joint_velocity", None),
        ("joint_velocities_rad_s", "joint_velocity", "rad/s"),
        ("axis_speed_dps", "joint_velocity", "deg/s"),
        ("tau", "joint_torque", None),
        ("effort", "joint_torque", None),
        ("motorTorqueNm", "joint_torque", "N*m"),
        ("tcp_speed", "speed", None),
        ("ee_velocity_mm_s", "speed", "mm/s"),
        ("speed_ms", "speed", "m/s"),
        ("base_lin_vel", "speed", None),
        ("yaw_rate", "angular_velocity", None),
        ("human_distance", "human_distance", None),
        ("distance_to_nearest_person_m", "human_distance", "m"),
        ("separation_mm", "human_distance", "mm"),
        ("gripper_force_n", "grip_force", "N"),
        ("contact_force_N", "contact_force", "N"),
        ("pressure_n_cm2", "contact_pressure", "N/cm^2"),
        ("altitude_ft", "altitude", "ft"),
        ("pitch_deg", "tilt", "deg"),
        ("battery_pct", "battery", "percent"),
        ("state_of_charge", "battery", None),
        ("payload_kg", "payload", "kg"),
        ("reaction_time_ms", "reaction_time", "ms"),
        ("timestamp_ms", "time", "ms"),
        ("jerk_m_s3", "jerk", "m/s^3"),
    ],
)
def test_a_key_is_read_as_what_it_says(key: str, quantity: str, spelled: str | None) -> None:
    assert read_name((key,))[:2] == (quantity, spelled)


@pytest.mark.parametrize(
    "key",
    [
        "speed_scaling",
        "torque_penalty",
        "goal_distance",
        "battery_voltage",
        "wind_speed",
        "colour",
        "estop",
        "wheel_speed",
    ],
)
def test_a_key_of_another_thing_is_no_quantity_of_a_machine(key: str) -> None:
    assert read_name((key,)).quantity is None


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        (("max_torque_nm",), False, True),
        (("joint_limits", "velocity"), True, True),
        (("limits", "joint_position", "lower"), True, False),
        (("min_separation",), True, False),
        (("speed",), False, False),
    ],
)
def test_a_limit_says_on_which_side_it_is(path: tuple[str, ...], low: bool, high: bool) -> None:
    name = read_name(path)
    assert (name.low, name.high) == (low, high)


def test_a_limit_while_people_are_near_is_one_of_the_machine() -> None:
    assert read_name(("max_speed_near_human",)).quantity == "speed"
    assert read_name(("human_speed",)).quantity == "human_speed"


def test_joints_and_axes_are_labels() -> None:
    assert read_name(("joint_limits", "shoulder", "max")).label == "shoulder"
    assert read_name(("position", "x")).label == "x"
    assert read_name(("max_jerk_m_s3",)).label == ""


def test_every_quantity_has_a_unit_that_is_known() -> None:
    assert all(unit(name).factor > 0 for name in UNITS.values())


def test_a_huge_key_costs_no_more() -> None:
    assert read_name(("torque_" * 100_000,)).quantity == "joint_torque"
