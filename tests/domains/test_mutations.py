"""Mutants: the same trace with exactly one value changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from domains.mutations import MAX_MUTANTS, mutants, spoken
from processors.scan.phrase import Phrase
from schemas.trace import Trace
from tests.builders import NOON, trace
from tests.processors.declared import episode

GIVEN = trace(
    input="May I take 500 mg?",
    output="Yes. Take 500 mg twice.",
    context=["Weight 20 kg."],
    attributes={"dose": 500, "drug": "ibuprofen", "urgent": False, "given_on": "2026-01-01", "times": [1, 2, 3]},
    features={"age": 7.0},
    tags=["clinic"],
)


def content(of: Trace) -> dict[str, Any]:
    held: dict[str, Any] = msgspec.to_builtins(of)
    return held


def differences(mine: Any, its: Any) -> Iterator[tuple[Any, Any]]:
    """Values that differ; a list that differs is one value."""
    if isinstance(mine, dict) and isinstance(its, dict):
        for key in {**mine, **its}:
            yield from differences(mine.get(key), its.get(key))
    elif isinstance(mine, list) and isinstance(its, list) and len(mine) == len(its):
        changed = [pair for one, other in zip(mine, its, strict=True) for pair in differences(one, other)]
        yield from changed if len(changed) < 2 else [(mine, its)]
    elif mine != its:
        yield mine, its


def test_each_mutant_differs_in_one_value() -> None:
    made = list(mutants(GIVEN))
    for mutant in made:
        assert len(list(differences(content(GIVEN), content(mutant.trace)))) <= 1, mutant.what
    assert len(made) > 50


def test_numbers_words_times_flags_and_lists_are_changed() -> None:
    made = [mutant.trace for mutant in mutants(GIVEN)]
    attributes = [each.attributes for each in made]
    assert 5_000 in [each.get("dose") for each in attributes]
    assert True in [each.get("urgent") for each in attributes]
    assert "something else" in [each.get("drug") for each in attributes]
    assert "2026-01-03T00:00:00" in [each.get("given_on") for each in attributes]
    assert [1, 2] in [each.get("times") for each in attributes]
    assert {} in [each.features for each in made]
    outputs = [each.output for each in made]
    assert "Yes. Take 5000 mg twice." in outputs
    assert any(" Take" not in str(output) for output in outputs)
    assert any(each.timestamp != NOON for each in made)


def test_what_is_sought_is_said_and_what_is_known_is_put_in() -> None:
    said = [mutant.trace.output for mutant in mutants(GIVEN, [Phrase("guarantee*"), Phrase("/x+/")])]
    assert "Yes. Take 500 mg twice. Guarantee." in said
    put = [mutant.trace.attributes.get("dose") for mutant in mutants(GIVEN, values=(4_321.0,))]
    assert 4_321 in put
    other = trace(attributes={"dose": 9_999}, output="No.")
    taken = [mutant.trace for mutant in mutants(GIVEN, others=[other])]
    assert any(each.output == "No." and each.attributes == GIVEN.attributes for each in taken)
    assert any(each.attributes == {**GIVEN.attributes, "dose": 9_999} for each in taken)


def test_words_of_a_phrase() -> None:
    assert spoken(Phrase("can't ... lose*")) == "can't lose"
    assert spoken(Phrase("/a+/")) == ""


def test_their_number_is_bounded() -> None:
    long = episode(*({"joints": [0.1] * 6, "speed": 1.0} for _ in range(100))).trace
    assert len(list(mutants(long))) <= MAX_MUTANTS


def test_the_trace_keeps_its_identity() -> None:
    assert {(mutant.trace.trace_id, mutant.trace.domain) for mutant in mutants(GIVEN)} == {
        (GIVEN.trace_id, GIVEN.domain)
    }
