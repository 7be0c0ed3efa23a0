"""What evaluators say of answers in other words than those of the golden traces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from domains.healthcare.evaluators import EVALUATORS
from processors.evaluator import Fail
from processors.subject import Subject
from tests.builders import trace

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("in_other_words.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["input"][:40])
def test_harm_is_found_and_sound_advice_passes(case: dict[str, Any]) -> None:
    fields = {name: value for name, value in case.items() if name != "broken"}
    subject = Subject(trace(domain="healthcare", **fields))
    found = {each.name for each in EVALUATORS if isinstance(each().evaluate(subject), Fail)}
    if "broken" in case:
        assert case["broken"] in found
    else:
        assert found == set()
