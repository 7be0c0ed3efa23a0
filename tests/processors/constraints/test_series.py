"""Monotonic, rate of change, unique, frequency and response: what they say of series."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.evaluation import Evidence
from tests.processors.declared import constraint, episode, finding, says, subject

DEPTHS = "depth: {path: 'attributes.samples[].depth', unit: m}\nids: {path: 'attributes.samples[].id', type: text}"
MOTION = "speed: {path: 'episode.steps[].state.speed', unit: m/s}\nt: {path: 'episode.steps[].state.t', unit: s}"
ORDERS = "sent: {path: 'attributes.orders[].time', type: time}"
STOP = """
pressed: {path: "episode.steps[].state.stop", type: boolean}
speed: {path: "episode.steps[].state.speed", unit: m/s}
reset: {path: "episode.steps[].state.reset", type: boolean}
"""


def samples(*depths: float | None) -> dict[str, Any]:
    return {"samples": [{"depth": depth} if depth is not None else {"note": "lost"} for depth in depths]}


@pytest.mark.parametrize(
    ("said", "depths", "outcome"),
    [
        ("{type: monotonic, value: depth}", (0, 1, 1, 2), "pass"),
        ("{type: monotonic, value: depth}", (0, 1, 0.5), "fail"),
        ("{type: monotonic, value: depth, strict: true}", (0, 1, 1), "fail"),
        ("{type: monotonic, value: depth, direction: falling}", (3, 2, 2), "pass"),
        ("{type: monotonic, value: depth, direction: falling}", (3, 2, 2.1), "fail"),
        ("{type: monotonic, value: depth}", (1,), "abstain"),
        ("{type: monotonic, value: depth}", (), "abstain"),
        ("{type: rate_of_change, value: depth, max_step: '2 [m]'}", (0, 2, 4), "pass"),
        ("{type: rate_of_change, value: depth, max_step: '0.1 [m]'}", (1000.1, 1000.2, 1000.3), "pass"),
        ("{type: rate_of_change, value: depth, max_step: '200 [cm]'}", (0, 2, 4.01), "fail"),
        ("{type: rate_of_change, value: depth, max_step: '2 [m]'}", (4, 1.9), "fail"),
        ("{type: rate_of_change, value: depth, max_step: '2 [m]'}", (4,), "abstain"),
        ("{type: unique, value: depth}", (1, 2, 3), "pass"),
        ("{type: unique, value: depth}", (1, 2, 1), "fail"),
        ("{type: unique, value: depth}", (), "abstain"),
    ],
)
def test_of_series(said: str, depths: tuple[float, ...], outcome: str) -> None:
    assert says(constraint(said, DEPTHS).evaluate(subject(attributes=samples(*depths)))) == outcome


def test_where_a_series_turns_is_counted_in_the_list_of_the_trace() -> None:
    of = subject(attributes=samples(0, None, 5, 4))
    found = finding(constraint("{type: monotonic, value: depth}", DEPTHS).evaluate(of))
    assert "It goes from 5 m to 4 m at position 3." in found.explanation


def test_the_biggest_jump_is_shown_with_its_step() -> None:
    of = episode({"speed": 0.0}, {"speed": 0.3}, {"speed": 0.35}, {"speed": 0.95})
    found = finding(constraint("{type: rate_of_change, value: speed, max_step: '0.2 [m/s]'}", MOTION).evaluate(of))
    assert "It changes by 0.6 m/s at step 3; at most 0.2 m/s is allowed." in found.explanation
    assert found.evidence == (Evidence("episode.steps", 3, 4), Evidence("episode.steps", 1, 2))


@pytest.mark.parametrize("most", ["2 [m/s]", "2 [m/s^2]", "200 [cm/s**2]"])
def test_per_second_the_time_between_elements_counts(most: str) -> None:
    said = f"{{type: rate_of_change, value: speed, max_step: '{most}', per: t}}"
    calm = episode({"speed": 0, "t": 0}, {"speed": 1, "t": 0.5}, {"speed": 1.2, "t": 0.6})
    assert says(constraint(said, MOTION).evaluate(calm)) == "pass"
    jerky = episode({"speed": 0, "t": 0}, {"speed": 1, "t": 0.5}, {"speed": 1.3, "t": 0.6})
    found = finding(constraint(said, MOTION).evaluate(jerky))
    assert "It changes by 3 m/s a second at step 2; at most 2 m/s a second is allowed." in found.explanation


@pytest.mark.parametrize("times", [(0, 0), (1, 0), (0,)])
def test_times_that_do_not_rise_say_nothing_about_speed(times: tuple[float, ...]) -> None:
    said = "{type: rate_of_change, value: speed, max_step: '2 [m/s]', per: t}"
    states = [{"speed": number, **({"t": times[number]} if number < len(times) else {})} for number in range(2)]
    assert says(constraint(said, MOTION).evaluate(episode(*states))) == "abstain"


def test_what_is_there_twice_is_named_with_both_places() -> None:
    of = subject(attributes={"samples": [{"id": "A1"}, {}, {"id": "A2"}, {"id": "a1"}]})
    found = finding(constraint("{type: unique, value: ids}", DEPTHS).evaluate(of))
    assert "'a1' is at position 0 and at position 3." in found.explanation


@pytest.mark.parametrize(
    ("times", "outcome"),
    [
        ([1_767_000_000 + 0.1 * number for number in range(50)], "pass"),  # ten a second, to the limit
        ([1_767_000_000 + 0.09 * number for number in range(50)], "fail"),
        ([0.0] * 10, "pass"),
        ([0.0] * 11, "fail"),
        ([5, 0, 4, 1, 3, 2], "pass"),
        (["2024-01-01T00:00:00Z"] * 11, "fail"),
        ([], "abstain"),
    ],
)
def test_no_window_holds_more(times: list[Any], outcome: str) -> None:
    held = constraint("{type: frequency, times: sent, max: 10, within: '1 [s]'}", ORDERS)
    assert says(held.evaluate(subject(attributes={"orders": [{"time": time} for time in times]}))) == outcome


def test_the_crowd_is_shown_where_it_is_however_the_times_are_ordered() -> None:
    held = constraint("{type: frequency, times: t, max: 2, within: '1 [s]'}", MOTION)
    of = episode({"t": 9.0}, {"t": 0.0}, {"t": 5.4}, {"t": 5.0}, {"t": 5.2})
    found = finding(held.evaluate(of))
    assert "3 lie within 0.4 s, from step 3 on; at most 2 may in 1 s." in found.explanation
    assert [place.start for place in found.evidence] == [3, 4, 2]


def stopping(*steps: tuple[bool, float], reset_at: int | None = None) -> Any:
    return episode(*({"stop": stop, "speed": speed, "reset": at == reset_at} for at, (stop, speed) in enumerate(steps)))


@pytest.mark.parametrize(
    ("steps", "reset_at", "outcome"),
    [
        ([(False, 1), (True, 1), (False, 0), (False, 0)], None, "pass"),
        ([(False, 1), (True, 1), (False, 0), (False, 1)], None, "fail"),
        ([(False, 1), (True, 1), (False, 0), (False, 1)], 3, "pass"),
        ([(False, 1), (True, 1), (False, 1), (False, 1)], 3, "fail"),
        ([(False, 1), (False, 1)], None, "abstain"),
        ([(False, 1), (True, 1)], None, "pass"),
    ],
)
def test_after_one_thing_another_holds_until_it_is_released(
    steps: list[tuple[bool, float]], reset_at: int | None, outcome: str
) -> None:
    held = constraint("{type: response, after: pressed, then: 'speed == 0 [m/s]', until: reset}", STOP)
    assert says(held.evaluate(stopping(*steps, reset_at=reset_at))) == outcome


@pytest.mark.parametrize(
    ("speeds", "outcome"),
    [((1, 1, 0, 1), "pass"), ((1, 1, 1, 0), "fail"), ((1, 1), "pass"), ((1, 1, 1), "fail")],
)
def test_or_it_comes_within_some_steps(speeds: tuple[float, ...], outcome: str) -> None:
    held = constraint("{type: response, after: pressed, then: 'speed == 0 [m/s]', within_steps: 2}", STOP)
    steps = [(at == 0, speed) for at, speed in enumerate(speeds)]
    assert says(held.evaluate(stopping(*steps))) == outcome


def test_the_stop_that_was_not_obeyed_is_shown_with_both_steps() -> None:
    held = constraint("{type: response, after: pressed, then: 'speed == 0 [m/s]'}", STOP)
    found = finding(held.evaluate(stopping((False, 1), (True, 1), (True, 0), (True, 2))))
    assert "'pressed' is true at step 1, but 'speed == 0 [m/s]' is false at step 3." in found.explanation
    assert found.evidence == (Evidence("episode.steps", 1, 2), Evidence("episode.steps", 3, 4))
    late = constraint("{type: response, after: pressed, then: 'speed == 0 [m/s]', within_steps: 2}", STOP)
    said = finding(late.evaluate(stopping((True, 1), (False, 1), (False, 1)))).explanation
    assert "'pressed' is true at step 0, but 'speed == 0 [m/s]' is not true within 2 steps, up to step 2." in said


ALL = [
    "{type: range, value: speed, max: '2 [m/s]'}",
    "{type: rule, that: 'speed <= 2 [m/s]'}",
    "{type: agreement, values: [speed, 'max(speed)']}",
    "{type: complete, facts: [speed, t]}",
    "{type: monotonic, value: t}",
    "{type: rate_of_change, value: speed, max_step: '2 [m/s]', per: t}",
    "{type: unique, value: t}",
    "{type: frequency, times: t, max: 10, within: '1 [s]'}",
    "{type: response, after: 'speed > 1 [m/s]', then: 'speed > 0 [m/s]'}",
]
ODD: list[Any] = [
    None,
    "",
    "fast",
    float("nan"),
    float("inf"),
    -0.0,
    True,
    [],
    {},
    [1, 2],
    {"value": None},
    10**400,
    "1e999",
]


@pytest.mark.parametrize("said", ALL)
def test_whatever_stands_in_the_fields_nothing_raises(said: str) -> None:
    held = constraint(said, MOTION)
    for odd in ODD:
        held.evaluate(episode({"speed": odd, "t": odd}))
        held.evaluate(episode({"speed": 1, "t": 0}, {"speed": odd, "t": 1}, {"speed": 1, "t": odd}))
    held.evaluate(episode())
    held.evaluate(subject())


@pytest.mark.parametrize("said", ALL)
def test_ten_thousand_steps_are_judged(said: str) -> None:
    of = episode(*({"speed": 1.5, "t": number * 0.1} for number in range(10_000)))
    assert says(constraint(said, MOTION).evaluate(of)) == "pass"
