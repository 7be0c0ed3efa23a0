"""Forbidden, required and allowed: what they say of words, and that a scan in front of them changes nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metronis.clock import ManualClock
from processors.policy import Planned, Policy
from processors.rows import with_outcome
from processors.runner import Runner
from processors.scan.phrase import Phrase
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


def test_under_a_condition_what_is_a_fact_wakes_it_as_well() -> None:
    facts = "side: {path: attributes.side, type: text}"
    forbidden = constraint("{type: forbidden, phrases: [guarantee*], when: \"side == 'buy'\"}", facts)
    assert forbidden.wakes_on == (("output", Phrase("guarantee*")),)
    assert forbidden.wakes_on_keys == {"side"}


def test_a_constraint_on_the_time_of_the_trace_never_sleeps() -> None:
    facts = "filed: {path: attributes.filed, type: time}"
    assert constraint('{type: rule, that: "default(filed, now) <= now"}', facts).wakes_on is None


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


FACTS = """
side: {path: [attributes.order.side, json.side], type: text}
prices: {path: "attributes.orders[].price", unit: USD}
dose: {path: features.dose, unit: mg}
named: {vocabulary: drug}
urged: {phrases: [call 911], in: [output, context]}
stated: {quantity: mg, near: [secret]}
model: {path: model, type: text}
"""
READING = [
    "{type: allowed, value: side, values: [buy, sell]}",
    "{type: range, value: prices, max: '5 [USD]'}",
    "{type: range, value: dose, max: '5 [mg]', when: urged}",
    "{type: forbidden, phrases: [guarantee*], when: \"side == 'buy'\"}",
    "{type: required, phrases: [not legal advice], when: \"named == 'ibuprofen'\"}",
    "{type: rule, that: \"default(side, 'none') == 'none' or urged\"}",
    "{type: rule, that: 'not has(stated) or max(stated) < 5 [mg]'}",
    "{type: complete, facts: [side, dose, model]}",
    "{type: allowed, value: model, values: [a]}",
]
ATTRIBUTES: list[dict[str, object]] = [
    {},
    {"order": {"Side": "buy"}},
    {"order": {"side": "hold"}, "note": "x"},
    {"orders": [{"price": 1}, {"price": 9}]},
    {"orders": []},
    {"odd": {"side": "buy"}},
]
TRACES = st.fixed_dictionaries(
    {
        "input": TEXTS,
        "output": TEXTS | st.just('{"side": "sell"}'),
        "context": st.lists(TEXTS, max_size=2),
        "attributes": st.sampled_from(ATTRIBUTES),
        "features": st.sampled_from([{}, {"dose": 3.0}, {"Dose": 9.0}]),
        "model": st.sampled_from([None, "a", "b"]),
    }
)


@given(said=st.sampled_from([*PHRASED, *READING]), fields=TRACES)
def test_not_being_called_says_what_being_called_would(said: str, fields: dict[str, Any]) -> None:
    held = constraint(said, FACTS)
    policy = Policy(domain="d", version="1", planned=(Planned(evaluator=held),))
    runner = Runner("t1", ManualClock(), {})
    before = {"input": fields["input"], "output": fields["output"]}  # of which what it says asleep may be kept
    for of in (trace(**before), trace(**fields)):
        (behind_scan,) = runner.run(Subject(of, policy.scanner), policy)
        called = with_outcome(held, "ran", held.evaluate(Subject(of)))
        assert msgspec.structs.replace(behind_scan, duration_us=0.0) == called


def test_a_megabyte_that_repeats_what_is_forbidden_is_judged() -> None:
    text = "We guarantee past performance. Nothing is guaranteed! " * 20_000
    assert says(constraint(EXCUSED).evaluate(subject(output=text))) == "pass"
    assert len(finding(constraint(PROMISES).evaluate(subject(output=text))).evidence) == 10
