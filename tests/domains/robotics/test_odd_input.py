"""Odd input: any shape, any size, and nothing at all; the evaluators answer, and never raise."""

from __future__ import annotations

from typing import Any

import pytest

from domains.robotics.evaluators import EVALUATORS
from processors.evaluator import Evaluator
from processors.subject import Subject
from schemas.trace import Trace
from tests.domains.robotics.judging import episode, judged, outcome

ODD_PARTS: list[Any] = [
    None,
    True,
    0,
    -1.5,
    "move",
    "",
    [],
    {},
    [None],
    [[1.0, 2.0], [3.0]],
    [{"q": [1]}, {"q": None}],
    {"q": {}, "limits": [[]]},
    {"": 1.0, "max": {"": [1, "x"]}},
    {"joint_limits": [[1], [2, 1], "x"], "q": ["NaN", None]},
    {"geofence": {"polygon": [[0, 0], [1]], "radius": "big"}, "position": [1]},
    {"t": "yesterday", "timestamp": [1, 2]},
    {"speed": 1e308, "max_speed": -1e308, "battery": 1e9},
    {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": 1.0}}}}}}}},
]


@pytest.mark.parametrize("evaluator", [each() for each in EVALUATORS], ids=lambda each: each.name)
def test_no_shape_of_a_trace_makes_an_evaluator_raise(evaluator: Evaluator) -> None:
    for part in ODD_PARTS:
        told = part if isinstance(part, dict) else {"value": part}
        judged(
            evaluator, episode({"state": part, "action": part, "info": told}, {"state": part, "action": part}, **told)
        )
        judged(evaluator, Trace(kind="asset", attributes=told))
        judged(evaluator, Trace(kind="agent", attributes={"telemetry": [told, told]}, output=str(part)))


@pytest.mark.parametrize("evaluator", [each() for each in EVALUATORS], ids=lambda each: each.name)
def test_an_empty_trace_gives_nothing_to_judge(evaluator: Evaluator) -> None:
    assert outcome(evaluator, Trace()) == "abstain"
    assert outcome(evaluator, episode()) == "abstain"


@pytest.mark.parametrize(
    "text",
    ["bypass " * 150_000, "-" * 1_000_000, "5 N " * 250_000, "light curtain can be " * 50_000, '{"a":' * 200_000],
)
def test_a_megabyte_of_text_is_judged(text: str) -> None:
    subject = Subject(Trace(kind="agent", input=text, output=text, context=[text]))
    for each in EVALUATORS:
        each().evaluate(subject)


def test_ten_thousand_steps_are_judged() -> None:
    steps = [
        {"state": {"q": [0.1] * 6, "speed": 0.4, "t": at * 0.01}, "action": {"dq": [0.1] * 6}} for at in range(10_000)
    ]
    subject = Subject(episode(*steps, max_speed=1.0))
    for each in EVALUATORS:
        each().evaluate(subject)
