"""Evaluators survive whatever comes, in time that grows with its length alone."""

from __future__ import annotations

import pytest

from domains.healthcare.evaluators import EVALUATORS
from processors.evaluator import Abstain, Fail, Pass
from processors.subject import Subject
from tests.builders import trace

SIZE = 200_000
PIECES = [
    "",
    "a",
    "1 ",
    "\n",
    "no ",
    "if ",
    "10U ",
    "[",
    "é😀 ",
    "warfarin ",
    "allergic to ",
    "take ibuprofen 800 mg daily. ",
]


@pytest.mark.parametrize("piece", PIECES)
def test_long_and_odd_texts(piece: str) -> None:
    text = piece * (SIZE // max(len(piece), 1))
    subject = Subject(trace(input=text, output=text, context=[text], domain="healthcare"))
    for evaluator in EVALUATORS:
        assert isinstance(evaluator().evaluate(subject), Pass | Fail | Abstain)


@pytest.mark.parametrize(
    "attributes",
    [
        {"order": None, "patient": [], "protocol": "sepsis"},
        {"orders": [None, 3, {"drug": 7, "dose": {"value": 1}}], "checklist": {"a": None}},
        {"required_steps": [{"name": None}, 5], "completed_steps": [[]]},
        {"patient": {"age": "unknown", "weight": -1, "allergies": {"to": ["latex"]}}},
    ],
)
def test_records_of_any_shape(attributes: dict[str, object]) -> None:
    subject = Subject(trace(output="Done.", attributes=attributes, domain="healthcare"))
    for evaluator in EVALUATORS:
        assert isinstance(evaluator().evaluate(subject), Pass | Fail | Abstain)
