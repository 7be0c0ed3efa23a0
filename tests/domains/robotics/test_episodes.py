"""Episodes: their commands, times, units and surroundings, and what they report."""

from __future__ import annotations

from typing import Any

import pytest

from domains.robotics.evaluators.commands import ActionOutOfBounds, RoughCommands, UndefinedCommand
from domains.robotics.evaluators.energy import BatteryTooLow
from domains.robotics.evaluators.envelope import OutsideTraining
from domains.robotics.evaluators.incidents import Collision, Fall
from domains.robotics.evaluators.timing import CommandRate, TimeRunsBackwards
from domains.robotics.evaluators.unit_confusion import UnitConfusion
from domains.robotics.evaluators.workspace import InsideWorkspace
from processors.evaluator import Fail
from tests.domains.robotics.judging import episode, judged, outcome


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"collision": True}, "fail"),
        ({"collision": False}, "pass"),
        ({"num_collisions": 0}, "pass"),
        ({"collisions": ["wrist", "table"]}, "fail"),
        ({"events": ["goal", "collision_with_shelf"]}, "fail"),
        ({"termination_reason": "collision"}, "fail"),
        ({"status": "no_collision"}, "abstain"),
        ({"status": "collision_avoided"}, "abstain"),
        ({"collision_free": True, "collision_risk": 0.9, "collision_checked": True}, "abstain"),
    ],
)
def test_collisions_are_read_however_they_are_reported(info: dict[str, Any], expected: str) -> None:
    assert outcome(Collision(), episode({"info": info})) == expected


def test_a_fall_is_one_under_any_of_its_names() -> None:
    for info in ({"fell": True}, {"is_fallen": 1}, {"termination": "fallen"}, {"rolled_over": True}):
        assert outcome(Fall(), episode({"info": info})) == "fail"


@pytest.mark.parametrize(
    ("region", "inside", "outside"),
    [
        ({"geofence": {"x": [0, 4], "y": [0, 3]}}, [3.9, 2.9], [4.1, 2.9]),
        ({"workspace": {"x_min": 0, "x_max": 4}}, [3.9, 99.0], [4.1, 0.0]),
        ({"workspace_bounds": {"min": [0, 0, 0], "max": [4, 3, 2]}}, [1, 1, 1.9], [1, 1, 2.1]),
        ({"workspace_limits": [[0, 4], [0, 3]]}, [1, 1], [1, 3.5]),
        ({"boundary": [[0, 0], [4, 0], [0, 4]]}, [1, 1], [3, 3]),
        ({"geofence_radius_m": 10}, [6, 7], [8, 8]),
        ({"no_go_zones": [{"x": [1, 2], "y": [1, 2]}]}, [0.5, 1.5], [1.5, 1.5]),
    ],
)
def test_regions_of_any_shape_are_kept_to(region: dict[str, Any], inside: list[float], outside: list[float]) -> None:
    assert outcome(InsideWorkspace(), episode({"state": {"position": inside}}, **region)) == "pass"
    assert outcome(InsideWorkspace(), episode({"state": {"position": outside}}, **region)) == "fail"


def test_coordinates_under_keys_of_their_own_are_one_position() -> None:
    fence = {"geofence": {"x": [0, 4], "y": [0, 3]}}
    assert outcome(InsideWorkspace(), episode({"state": {"x": 1.0, "y": 3.4}}, **fence)) == "fail"


@pytest.mark.parametrize("action", [[0.1, None], ["NaN"], {"torque": "inf"}, [float("nan")], {"speed": None}])
def test_a_command_that_is_no_number_is_caught(action: Any) -> None:
    result = judged(UndefinedCommand(), episode({"action": action}))
    assert isinstance(result, Fail)
    assert result.severity == "critical"


def test_a_broken_sensor_is_doubtful_only() -> None:
    result = judged(UndefinedCommand(), episode({"state": {"q": [0.1, None]}, "action": [0.1]}))
    assert isinstance(result, Fail)
    assert 0.3 < result.score < 0.7


@pytest.mark.parametrize(
    "space",
    [
        {"action_space": {"low": [-1, -2], "high": [1, 2]}},
        {"action_low": [-1, -2], "action_high": [1, 2]},
        {"action_bounds": [[-1, 1], [-2, 2]]},
    ],
)
def test_actions_lie_in_their_space(space: dict[str, Any]) -> None:
    assert outcome(ActionOutOfBounds(), episode({"action": [0.9, -1.9]}, **space)) == "pass"
    assert outcome(ActionOutOfBounds(), episode({"action": [1.9, 0.9]}, **space)) == "fail"


def test_chatter_is_told_from_dither_and_from_work() -> None:
    def of(torques: list[float]) -> str:
        return outcome(RoughCommands(), episode(*({"action": {"torque": each}} for each in torques), max_torque_nm=40))

    assert of([35.0, -35.0] * 6) == "fail"
    assert of([2.0, -2.0] * 6) == "pass"
    assert of([float(each) for each in range(12)]) == "pass"


def test_a_command_may_not_jump_further_than_allowed() -> None:
    steps = [{"action": [0.0]}, {"action": [0.4]}]
    assert outcome(RoughCommands(), episode(*steps, max_action_delta=0.5)) == "pass"
    assert outcome(RoughCommands(), episode(*steps, max_action_delta=0.3)) == "fail"


def _at(*times: float) -> list[dict[str, Any]]:
    return [{"state": {"t": time}, "action": [0.1]} for time in times]


def test_the_watchdog_and_the_rate_are_kept() -> None:
    assert outcome(CommandRate(), episode(*_at(0, 0.1, 0.2), watchdog_ms=150)) == "pass"
    assert outcome(CommandRate(), episode(*_at(0, 0.1, 0.3), watchdog_ms=150)) == "fail"
    assert outcome(CommandRate(), episode(*_at(0, 0.001), max_command_rate_hz=500)) == "fail"
    assert outcome(CommandRate(), episode(*_at(0, 0.02, 0.04), control_hz=50)) == "pass"


def test_time_does_not_run_backwards() -> None:
    assert outcome(TimeRunsBackwards(), episode(*_at(0, 0.2, 0.1))) == "fail"
    assert outcome(TimeRunsBackwards(), episode(*_at(0, 0.1, 0.1))) == "pass"


@pytest.mark.parametrize(
    "key", ["training_range", "training_ranges", "sim_bounds", "domain_randomization", "trained_on"]
)
def test_what_was_not_trained_is_noticed(key: str) -> None:
    known = {key: {"friction": [0.4, 1.0]}}
    assert outcome(OutsideTraining(), episode({"state": {"friction": 0.5}}, **known)) == "pass"
    assert outcome(OutsideTraining(), episode({"state": {"friction": 0.1}}, **known)) == "fail"


@pytest.mark.parametrize(
    ("state", "parameters", "expected"),
    [
        ({"q_rad": [90, 0]}, {}, "fail"),
        ({"q_rad": [3.1, 0]}, {}, "pass"),
        ({"q": [90, 0]}, {"joint_limits": [-2.9, 2.9]}, "fail"),
        ({"q": [90, 0]}, {"joint_limits_deg": [-170, 170]}, "pass"),
        ({"speed": 800}, {"max_speed": 1.5}, "fail"),
    ],
)
def test_degrees_and_millimetres_are_told_from_radians_and_metres(
    state: dict[str, Any], parameters: dict[str, Any], expected: str
) -> None:
    assert outcome(UnitConfusion(), episode({"state": state}, **parameters)) == expected


def test_one_reading_in_another_unit_stands_out() -> None:
    steps = [{"state": {"q": [0.5 if at != 3 else 28.6, 0.1]}} for at in range(6)]
    assert outcome(UnitConfusion(), episode(*steps)) == "fail"


def test_a_low_battery_sends_a_machine_home() -> None:
    low = {"battery_pct": 12, "speed": 2.0}
    assert outcome(BatteryTooLow(), episode({"state": low, "action": "survey"}, min_battery_pct=20)) == "fail"
    assert outcome(BatteryTooLow(), episode({"state": low, "action": "return_to_dock"}, min_battery_pct=20)) == "pass"
    assert outcome(BatteryTooLow(), episode({"state": {"battery": 0.12, "speed": 2.0}}, min_battery=0.2)) == "fail"
