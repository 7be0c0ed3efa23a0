"""Range, rule, agreement and complete: what they say of values, and how."""

from __future__ import annotations

from typing import Any

import pytest

from processors.evaluator import Abstain
from schemas.evaluation import Evidence
from tests.processors.declared import constraint, episode, finding, says, subject

LEVERAGE = "leverage: {path: attributes.leverage}\nkind_of: {path: attributes.account_type, type: text}"
DOSE = "dose: {path: attributes.dose, unit: mg/day}\ndrug: {path: attributes.drug, type: text}"
SPEEDS = """
speeds: {path: "episode.steps[].state.speed", unit: mm/s}
limits: {path: "episode.steps[].state.limit", unit: mm/s}
"""
DATES = "signed: {path: attributes.signed, type: time}\nfiled: {path: attributes.filed, type: time}"
PRICES = """
bid: {path: attributes.bid, unit: USD}
ask: {path: attributes.ask, unit: USD}
last: {path: attributes.last, unit: USD}
"""
FIELDS = "a: {path: attributes.a}\nb: {path: attributes.b}\nc: {path: attributes.c}\nd: {path: attributes.d}"

CASES: list[tuple[str, str, dict[str, Any], str]] = [
    ("{type: range, value: leverage, max: 4}", LEVERAGE, {"leverage": 3}, "pass"),
    ("{type: range, value: leverage, max: 4}", LEVERAGE, {"leverage": 4}, "pass"),
    ("{type: range, value: leverage, max: 4}", LEVERAGE, {"leverage": 4.0000000001}, "pass"),
    ("{type: range, value: leverage, max: 4}", LEVERAGE, {"leverage": 4.001}, "fail"),
    ("{type: range, value: leverage, max: 4}", LEVERAGE, {}, "abstain"),
    ("{type: range, value: leverage, max: 4}", LEVERAGE, {"leverage": "high"}, "abstain"),
    ("{type: range, value: leverage, max: 4}", LEVERAGE, {"leverage": float("nan")}, "abstain"),
    ("{type: range, value: leverage, max: 4}", LEVERAGE, {"leverage": 10**400}, "abstain"),
    ("{type: range, value: leverage, min: 1, max: 4}", LEVERAGE, {"leverage": 0.5}, "fail"),
    ("{type: range, value: leverage, min: 1, max: 4}", LEVERAGE, {"leverage": 1}, "pass"),
    ("{type: range, value: dose, max: '4 [g/day]'}", DOSE, {"dose": 4000}, "pass"),
    ("{type: range, value: dose, max: '4 [g/day]'}", DOSE, {"dose": "4.5 g/day"}, "fail"),
    ("{type: range, value: dose, max: '4 [g/day]'}", DOSE, {"dose": {"value": 4, "unit": "g/day"}}, "pass"),
    ("{type: range, value: dose, max: '4 [g/day]'}", DOSE, {"dose": "4 g"}, "abstain"),
    ("{type: range, value: dose, max: 'drugs.max_daily[drug]'}", DOSE, {"dose": 4500, "drug": "Acetaminophen"}, "fail"),
    ("{type: range, value: dose, max: 'drugs.max_daily[drug]'}", DOSE, {"dose": 4000, "drug": "acetaminophen"}, "pass"),
    ("{type: range, value: dose, max: 'drugs.max_daily[drug]'}", DOSE, {"dose": 9, "drug": "unobtainium"}, "abstain"),
    ("{type: range, value: dose, max: 'drugs.max_daily[drug]'}", DOSE, {"dose": 9, "drug": "vitamin c"}, "abstain"),
    (
        "{type: range, value: filed, min: signed, max: 'signed + 30 [day]'}",
        DATES,
        {"signed": "2024-01-01", "filed": "2024-01-31"},
        "pass",
    ),
    (
        "{type: range, value: filed, min: signed, max: 'signed + 30 [day]'}",
        DATES,
        {"signed": "2024-01-01", "filed": "February 1, 2024"},
        "fail",
    ),
    ("{type: range, value: filed, max: now}", DATES, {"filed": "2026-03-02"}, "fail"),
    (
        "{type: range, value: leverage, max: 4, when: \"kind_of == 'margin'\"}",
        LEVERAGE,
        {"leverage": 9, "accountType": "Margin"},
        "fail",
    ),
    (
        "{type: range, value: leverage, max: 4, when: \"kind_of == 'margin'\"}",
        LEVERAGE,
        {"leverage": 9, "account_type": "cash"},
        "abstain",
    ),
    ("{type: range, value: leverage, max: 4, when: \"kind_of == 'margin'\"}", LEVERAGE, {"leverage": 9}, "abstain"),
    ("{type: rule, that: bid < ask}", PRICES, {"bid": 1.0, "ask": "1.02 USD"}, "pass"),
    ("{type: rule, that: bid < ask}", PRICES, {"bid": 1.02, "ask": 1.02}, "fail"),
    ("{type: rule, that: bid < ask}", PRICES, {"bid": 1.02}, "abstain"),
    ("{type: rule, that: 'not has(last) or bid <= last <= ask'}", PRICES, {"bid": 1, "ask": 2}, "pass"),
    ("{type: rule, that: 'not has(last) or bid <= last <= ask'}", PRICES, {"bid": 1, "ask": 2, "last": 3}, "fail"),
    ("{type: agreement, values: [bid, ask], tolerance: 5%}", PRICES, {"bid": 95, "ask": 100}, "pass"),
    ("{type: agreement, values: [bid, ask], tolerance: 5%}", PRICES, {"bid": 94.9, "ask": 100}, "fail"),
    ("{type: agreement, values: [bid, ask], tolerance: 5%}", PRICES, {"bid": 0, "ask": 0}, "pass"),
    ("{type: agreement, values: [bid, ask, last]}", PRICES, {"bid": 1, "ask": 1}, "abstain"),
    ("{type: agreement, values: [bid, ask], tolerance: '0.5 [USD]'}", PRICES, {"bid": 1, "ask": 1.5}, "pass"),
    ("{type: agreement, values: [bid, ask], tolerance: '0.5 [USD]'}", PRICES, {"bid": 1, "ask": 1.51}, "fail"),
    (
        "{type: agreement, values: [signed, filed], tolerance: '2 [day]'}",
        DATES,
        {"signed": "2024-01-01", "filed": "2024-01-03"},
        "pass",
    ),
    (
        "{type: agreement, values: [signed, filed], tolerance: '2 [day]'}",
        DATES,
        {"signed": "2024-01-01", "filed": "2024-01-03T00:00:01Z"},
        "fail",
    ),
    ("{type: complete, facts: [a, b, c, d], min_share: 0.75}", FIELDS, {"a": 1, "b": 2, "c": 3}, "pass"),
    ("{type: complete, facts: [a, b, c, d], min_share: 0.75}", FIELDS, {"a": 1, "b": 2}, "fail"),
    ("{type: complete, facts: [a, b, c, d], min_share: 0.75}", FIELDS, {"e": 1}, "abstain"),
]


@pytest.mark.parametrize(("said", "facts", "attributes", "outcome"), CASES)
def test_of_single_values(said: str, facts: str, attributes: dict[str, Any], outcome: str) -> None:
    assert says(constraint(said, facts).evaluate(subject(attributes=attributes))) == outcome


SERIES: list[tuple[str, list[float | None], str]] = [
    ("{type: range, value: speeds, max: '250 [mm/s]'}", [100, 250, 200], "pass"),
    ("{type: range, value: speeds, max: '0.25 [m/s]'}", [100, 251, 200], "fail"),
    ("{type: range, value: speeds, max: '250 [mm/s]'}", [100, None, 200], "pass"),
    ("{type: range, value: speeds, max: '250 [mm/s]'}", [None, None, None], "abstain"),
    ("{type: range, value: max(speeds), max: '250 [mm/s]'}", [100, 251, 200], "fail"),
    ("{type: rule, that: 'speeds <= 250 [mm/s]'}", [100, 251, 200], "fail"),
    ("{type: rule, that: 'all(speeds <= 250 [mm/s])'}", [100, 250, 200], "pass"),
    ("{type: agreement, values: [speeds, '200 [mm/s]'], tolerance: 10%}", [200, 190, 205], "pass"),
    ("{type: agreement, values: [speeds, '200 [mm/s]'], tolerance: 10%}", [200, 150, 205], "fail"),
]


@pytest.mark.parametrize(("said", "speeds", "outcome"), SERIES)
def test_every_element_of_a_series_must_comply(said: str, speeds: list[float | None], outcome: str) -> None:
    of = episode(*({"speed": speed} for speed in speeds))
    assert says(constraint(said, SPEEDS).evaluate(of)) == outcome


def test_the_explanation_gives_claim_value_with_unit_limit_and_source() -> None:
    said = "{type: range, value: dose, max: '4 [g/day]', severity: critical}"
    found = finding(constraint(said, DOSE).evaluate(subject(attributes={"dose": "4.5 g/day"})))
    assert found.explanation == (
        "All is as it should be. It is 4500 mg/day; at most 4000 mg/day is allowed. (The label of 2024)"
    )
    assert (found.severity, found.score, found.label) == ("critical", 0.95, "the_claim")


def test_times_are_shown_as_dates() -> None:
    said = "{type: range, value: filed, max: 'signed + 30 [day]'}"
    of = subject(attributes={"signed": "2024-01-01", "filed": "2024-03-01"})
    assert (
        "It is 2024-03-01; at most 2024-01-31 is allowed." in finding(constraint(said, DATES).evaluate(of)).explanation
    )


def test_of_a_series_the_worst_element_is_named_by_its_step_and_comes_first() -> None:
    of = episode({"speed": 100}, {}, {"speed": 260}, {"speed": 300})
    found = finding(constraint("{type: range, value: speeds, max: '250 [mm/s]'}", SPEEDS).evaluate(of))
    assert "It is 300 mm/s at step 3, the worst of 2; at most 250 mm/s is allowed." in found.explanation
    assert found.evidence == (Evidence("episode.steps", 3, 4), Evidence("episode.steps", 2, 3))


def test_the_nearest_of_several_limits_is_the_one_of_the_same_step() -> None:
    held = constraint("{type: range, value: speeds, max: limits}", SPEEDS)
    assert says(held.evaluate(episode({"speed": 10, "limit": 20}, {"speed": 30, "limit": 40}))) == "pass"
    found = finding(held.evaluate(episode({"speed": 10, "limit": 20}, {"speed": 50, "limit": 40})))
    assert "It is 50 mm/s at step 1; at most 40 mm/s is allowed." in found.explanation


def test_a_single_value_is_held_against_every_limit_of_a_series() -> None:
    held = constraint("{type: range, value: '30 [mm/s]', max: limits}", SPEEDS)
    assert "at most 20 mm/s" in finding(held.evaluate(episode({"limit": 40}, {"limit": 20}))).explanation


@pytest.mark.parametrize(
    "said",
    [
        "{type: range, value: speeds, max: limits}",
        "{type: rule, that: speeds <= limits}",
        "{type: agreement, values: [speeds, limits]}",
    ],
)
def test_series_that_do_not_belong_together_are_not_compared(said: str) -> None:
    shorter = constraint(said, SPEEDS).evaluate(episode({"speed": 50, "limit": 40}, {"speed": 60}))
    assert says(shorter) == "abstain"
    shifted = constraint(said, SPEEDS).evaluate(episode({"speed": 50}, {"limit": 40}))
    assert shifted == Abstain("its series lack values in different places")


def test_a_rule_that_is_broken_shows_the_values_of_its_facts() -> None:
    broken = finding(
        constraint("{type: rule, that: bid < ask}", PRICES).evaluate(subject(attributes={"bid": 2, "ask": 1}))
    )
    assert "'bid < ask' is false: ask is 1 USD, bid is 2 USD." in broken.explanation
    of = episode({"speed": 10, "limit": 20}, {"speed": 30, "limit": 20})
    found = finding(constraint("{type: rule, that: speeds <= limits}", SPEEDS).evaluate(of))
    assert "'speeds <= limits' is false at step 1: limits is 20 mm/s, speeds is 30 mm/s." in found.explanation
    assert found.evidence == (Evidence("episode.steps", 1, 2),)


def test_what_is_absent_but_may_be_is_said_to_be_absent() -> None:
    said = "{type: rule, that: 'bid < default(last, 1 [USD])'}"
    found = finding(constraint(said, PRICES).evaluate(subject(attributes={"bid": 2})))
    assert "bid is 2 USD, last is absent" in found.explanation


def test_sources_that_disagree_are_shown_with_their_values() -> None:
    of = subject(attributes={"bid": 90, "ask": 100})
    found = finding(constraint("{type: agreement, values: [bid, ask], tolerance: 5%}", PRICES).evaluate(of))
    assert "Bid is 90 USD and ask is 100 USD." in found.explanation


def test_what_is_missing_is_listed() -> None:
    found = finding(constraint("{type: complete, facts: [a, b, c]}", FIELDS).evaluate(subject(attributes={"b": 1})))
    assert "a, c are missing." in found.explanation
    one = finding(constraint("{type: complete, facts: [a, b]}", FIELDS).evaluate(subject(attributes={"b": 1})))
    assert "a is missing." in one.explanation


def test_why_it_abstains_names_what_is_not_there() -> None:
    result = constraint("{type: range, value: leverage, max: 4}", LEVERAGE).evaluate(subject())
    assert result == Abstain("the trace has no leverage (looked for attributes.leverage)")
    said = "{type: range, value: leverage, max: 4, when: \"kind_of == 'margin'\"}"
    elsewhere = constraint(said, LEVERAGE).evaluate(subject(attributes={"leverage": 9, "account_type": "cash"}))
    assert elsewhere == Abstain("does not apply: kind_of == 'margin' is false")
