"""IncorrectAnswer compares with the reference by value, yes or no, and wording, and abstains without one."""

from __future__ import annotations

from typing import Any

import pytest

from processors.evaluators.incorrect_answer import IncorrectAnswer
from tests.processors.evaluators.cases import Case, check


def reference(answer: Any) -> dict[str, Any]:
    return {"reference_answer": answer}


WORKED = reference("He has 3 * 4 = 12 apples.\nHe eats 2.\n#### 10")

CASES = [
    Case("worked, right", "pass", output="He had 12 and ate 2.\n#### 10", attributes=WORKED),
    Case("worked, right in words", "pass", output="12 minus 2 is 10. The answer is 10.", attributes=WORKED),
    Case(
        "worked, wrong", "fail", output="12 - 3 = 9, although he had 10 before.\n#### 9", attributes=WORKED, shows="9"
    ),
    Case("worked, no scaling", "fail", output="So it is 10,000.", attributes=WORKED),
    Case("a count off by one", "fail", output="There are 41.", attributes=reference(42)),
    Case("a number", "pass", output="There are 42 of them, in 7 rows.", attributes=reference(42)),
    Case("thousands", "pass", output="It was 1,577 in all.", attributes=reference("1577.0")),
    Case("millions", "pass", output="It was $1.6 billion.", attributes=reference("$1,577 million")),
    Case("another amount", "fail", output="It was $1.9 billion.", attributes=reference("$1,577 million"), says="1.9"),
    Case("a percent as a fraction", "pass", output="The margin was 39.7 %.", attributes=reference("0.397")),
    Case("no number", "fail", output="It went up a lot.", attributes=reference("0.397"), says="no number"),
    Case(
        "yes for no",
        "fail",
        output="Yes, margins improved.",
        attributes=reference("No, margins fell by 0.8%."),
        says="yes",
    ),
    Case("no for no", "pass", output="No, they fell by 0.8 %.", attributes=reference("No, margins fell by 0.8%.")),
    Case("a truth value", "fail", output="No.", attributes=reference(True)),
    Case("other wording", "pass", output="Customer deposits", attributes=reference("Customer deposits")),
    Case("declined", "abstain", output="I'm sorry, but I cannot provide that figure.", attributes=reference("0.397")),
    Case("no reference", "abstain", output="42"),
    Case("an empty reference", "abstain", output="42", attributes=reference(" ")),
    Case("an odd reference", "abstain", output="42", attributes=reference({"a": [1]})),
    Case("no output", "abstain", attributes=reference("42")),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check(IncorrectAnswer(), case)
