"""Forbidden, required and allowed: what they say of words, and that a scan in front of them changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metronis.clock import ManualClock
from processors.constraints.base import Constraint
from processors.evaluator import Abstain
from processors.policy import Planned, Policy
from processors.runner import Runner
from processors.subject import Subject
from schemas.evaluation import Evidence
from tests.builders import trace
from tests.processors.declared import constraint, finding, says, subject

PROMISES = "{type: forbidden, phrases: [guarantee*, risk-free]}"
EXCUSED = "{type: forbidden, phrases: [guarantee*], unless: [past performance]}"
NAMED = "{type: forbidden, vocabularies: [drug]}"
COUNTED = "{type: forbidden, phrases: [guarantee*], negated: counts}"
IN_CONTEXT = "{type: forbidden, phrases: [secret], in: context}"
HOTLINE = "{type: required, phrases: [call 911], if_any: [chest pain]}"
DISCLAIMER = "{type: required, phrases: [not legal advice]}"
ANYWHERE = "{type: required, phrases: [call 911], in: [output, context]}"
ASKED = "{type: required, phrases: [call 911], if_any: [chest pain], if_in: [input]}"
PHRASED = [PROMISES, EXCUSED, NAMED, COUNTED, IN_CONTEXT, HOTLINE, DISCLAIMER, ANYWHERE, ASKED]


@pytest.mark.parametrize(
    ("said", "fields", "outcome"),
    [
        (PROMISES, {"output": "Returns may vary."}, "pass"),
        (PROMISES, {"output": "We guarantee 8 percent."}, "fail"),
        (PROMISES, {"output": "It is Risk free!"}, "fail"),
        (PROMISES, {"output": "Nothing is guaranteed here."}, "pass"),
        (PROMISES, {"output": "No one can guarantee that."}, "pass"),
        (PROMISES, {"output": ""}, "abstain"),
        (PROMISES, {"output": "  \n "}, "abstain"),
        (PROMISES, {"input": "Is it risk-free?", "output": "Hardly."}, "pass"),
        (COUNTED, {"output": "Nothing is guaranteed here."}, "fail"),
        (EXCUSED, {"output": "Past performance guarantees nothing."}, "pass"),
        (EXCUSED, {"output": "See past performance. We guarantee 8 percent."}, "fail"),
        (NAMED, {"output": "Take Tylenol."}, "fail"),
        (NAMED, {"output": "Take a walk."}, "pass"),
        (IN_CONTEXT, {"output": "secret", "context": ["all open"]}, "pass"),
        (IN_CONTEXT, {"output": "fine", "context": ["open", "a secret plan"]}, "fail"),
        (IN_CONTEXT, {"output": "fine"}, "abstain"),
        (HOTLINE, {"input": "I have chest pain", "output": "Rest a little."}, "fail"),
        (HOTLINE, {"input": "I have chest pain", "output": "Call 911 now."}, "pass"),
        (HOTLINE, {"input": "My knee hurts", "output": "Rest a little."}, "abstain"),
        (HOTLINE, {"input": "I have chest pain", "output": ""}, "abstain"),
        (DISCLAIMER, {"output": "Sue them."}, "fail"),
        (DISCLAIMER, {"output": "This is not legal advice."}, "pass"),
        (DISCLAIMER, {"output": ""}, "abstain"),
        (ANYWHERE, {"output": "Rest.", "context": ["If in doubt call 911."]}, "pass"),
        (ANYWHERE, {"output": "Rest.", "context": ["If in doubt, wait."]}, "fail"),
        (ASKED, {"input": "My knee hurts", "output": "Unlike chest pain, that can wait."}, "abstain"),
    ],
)
def test_of_statements(said: str, fields: dict[str, object], outcome: str) -> None:
    assert says(constraint(said).evaluate(subject(**fields))) == outcome


SIDE = "side: {path: attributes.side, type: text}\nsides: {path: 'attributes.orders[].side', type: text}"


@pytest.mark.parametrize(
    ("said", "side", "outcome"),
    [
        ("{type: allowed, value: side, values: [Buy, sell]}", "BUY", "pass"),
        ("{type: allowed, value: side, values: [buy, sell]}", "hold", "fail"),
        ("{type: allowed, value: side, values: [buy, sell]}", None, "abstain"),
        ("{type: allowed, value: side, values: [buy, sell]}", {"a": 1}, "abstain"),
        ("{type: allowed, value: side, vocabulary: drug}", "tylenol", "pass"),
        ("{type: allowed, value: side, vocabulary: drug}", "acetaminophen", "pass"),
        ("{type: allowed, value: side, vocabulary: drug}", "aspirin", "fail"),
        ("{type: allowed, value: side, table: drugs}", "Vitamin C", "pass"),
        ("{type: allowed, value: side, prohibited: [short]}", "short", "fail"),
        ("{type: allowed, value: side, prohibited: [short]}", "long", "pass"),
        ("{type: allowed, value: side, prohibited_table: drugs}", "ibuprofen", "fail"),
    ],
)
def test_of_names(said: str, side: object, outcome: str) -> None:
    assert says(constraint(said, SIDE).evaluate(subject(attributes={"side": side}))) == outcome


def test_what_is_not_allowed_is_named_with_what_is() -> None:
    of = subject(attributes={"orders": [{"side": "buy"}, {"side": "hold"}]})
    found = finding(constraint("{type: allowed, value: sides, values: [buy, sell]}", SIDE).evaluate(of))
    assert "'hold' at position 1 is not among buy, sell." in found.explanation
    banned = constraint("{type: allowed, value: sides, prohibited: [hold]}", SIDE)
    assert "'hold' at position 1 is prohibited." in finding(banned.evaluate(of)).explanation


def test_evidence_is_the_words_themselves() -> None:
    text = "Sure. It's a risk‑free plan; we guarantee it."
    found = finding(constraint(PROMISES).evaluate(subject(output=text)))
    assert [text[place.start : place.end] for place in found.evidence] == ["risk‑free", "guarantee"]
    assert "The output says “risk‑free”. (The label of 2024)" in found.explanation


def test_evidence_in_context_is_counted_in_its_piece() -> None:
    found = finding(constraint(IN_CONTEXT).evaluate(subject(output="x", context=["open", "a secret plan"])))
    assert found.evidence == (Evidence("context[1]", 2, 8),)


def test_what_called_for_a_statement_is_the_evidence() -> None:
    found = finding(constraint(HOTLINE).evaluate(subject(input="Since noon chest pain", output="Rest.")))
    assert found.evidence == (Evidence("input", 11, 21),)
    assert "The output does not say so although it speaks of “chest pain”." in found.explanation


def test_what_it_looks_for_itself_does_not_wake_a_constraint_under_a_condition() -> None:
    facts = "side: {path: attributes.side, type: text}"
    assert constraint("{type: forbidden, phrases: [guarantee*], when: \"side == 'buy'\"}", facts).wakes_on is None


WORDS = [
    "guarantee",
    "not",
    "risk-free",
    "call 911",
    "chest pain",
    "past performance",
    "secret",
    "tylenol",
    ".",
    " ",
    "\n",
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join) | st.sampled_from(["", " ", "\n"])


@given(said=st.sampled_from(PHRASED), input=TEXTS, output=TEXTS, context=st.lists(TEXTS, max_size=2))
def test_not_being_called_says_what_being_called_would(said: str, input: str, output: str, context: list[str]) -> None:
    of = trace(input=input, output=output, context=context)
    called = row(constraint(said), Subject(of))
    held = constraint(said)
    policy = Policy(domain="d", version="1", planned=(Planned(evaluator=held),))
    row_behind_scan = Runner("t1", ManualClock(), {}).run(Subject(of, policy.scanner), policy)[0]
    assert (row_behind_scan.outcome, row_behind_scan.explanation) == called


def row(held: Constraint, of: Subject) -> tuple[str, str]:
    result = held.evaluate(of)
    return says(result), result.why if isinstance(result, Abstain) else result.explanation


def test_a_megabyte_that_repeats_what_is_forbidden_is_judged() -> None:
    text = "We guarantee past performance. Nothing is guaranteed! " * 20_000
    assert says(constraint(EXCUSED).evaluate(subject(output=text))) == "pass"
    assert len(finding(constraint(PROMISES).evaluate(subject(output=text))).evidence) == 10
