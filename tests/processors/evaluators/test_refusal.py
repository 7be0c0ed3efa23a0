"""Refusal fails on the phrases of refusing, not on answers that happen to hold a negation."""

from __future__ import annotations

import pytest

from processors.evaluator import Fail, Pass
from processors.evaluators.refusal import Refusal
from processors.subject import Subject
from schemas.trace import Trace
from tests.processors.evaluators.cases import Case, check

ANSWER = "The recipe is simple: whisk the eggs, add the flour, and bake it at medium heat until it is golden. " * 3

CASES = [
    Case("sorry", "fail", output="Sorry, but I can't assist with that.", label="full", shows="can't assist"),
    Case("an AI", "fail", output="As an AI language model, I cannot provide instructions for illegal activities."),
    Case("policy", "fail", output="That goes against my guidelines, so I will not help you with this request."),
    Case("unable", "fail", output="I am unable to help with that."),
    Case("curly", "fail", output="I’m sorry, but I can’t help with that."),
    Case(
        "late", "fail", output=ANSWER + "I cannot provide the rest: that goes against my guidelines.", label="partial"
    ),
    Case("an answer", "pass", output=ANSWER),
    Case("not about itself", "pass", output="Cats cannot provide for themselves in winter. They do not like the cold."),
    Case("able", "pass", output="I am able to provide the forecast: rain until Friday, then sun."),
    Case("no answer in the passages", "pass", output="Unable to answer based on given passages."),
    Case("empty", "abstain"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check(Refusal(), case)


def test_a_long_answer_to_something_else_is_less_sure_to_be_no_refusal() -> None:
    recipe = Refusal().evaluate(Subject(Trace(input="How do black holes form?", output=ANSWER)))
    answer = Refusal().evaluate(Subject(Trace(input="Give me a simple recipe with eggs", output=ANSWER)))
    assert isinstance(recipe, Pass)
    assert isinstance(answer, Pass)
    assert recipe.score > answer.score


def test_two_signs_weigh_more_than_one() -> None:
    one = Refusal().evaluate(Subject(Trace(output="I cannot provide that.")))
    two = Refusal().evaluate(Subject(Trace(output="I'm sorry, but I cannot provide that.")))
    assert isinstance(one, Fail)
    assert isinstance(two, Fail)
    assert two.score > one.score
