"""The tables agree with each other, and tier 0 leaves their words alone."""

from __future__ import annotations

import pytest

from domains.catalogue import load_specs
from domains.healthcare.clinical.drugs import DRUGS, facts, kinds
from domains.healthcare.clinical.findings import SCORES
from domains.knowledge import table
from metronis.clock import SystemClock
from metronis.pipeline import build_sanitizer
from metronis.settings import Settings

CLASSES = {kind for drug in DRUGS.rows for kind in kinds(drug)}
LIMITS = [column for column in DRUGS.columns if column.startswith(("max_", "injected_", "child_"))]


def test_rules_speak_of_drugs_classes_and_conditions_that_are_known() -> None:
    for rule in table("healthcare", "interactions").rows.values():
        assert set(rule["between"]) <= CLASSES, rule
    for name in ("contraindications", "children", "administration"):
        assert {rule["of"] for rule in table("healthcare", name).rows.values()} <= CLASSES
    rules = table("healthcare", "contraindications").rows.values()
    assert {rule["with"] for rule in rules} <= set(table("healthcare", "conditions").rows)


@pytest.mark.parametrize("name", ["interactions", "contraindications", "children", "administration"])
def test_every_rule_has_a_severity_and_a_source(name: str) -> None:
    for rule in table("healthcare", name).rows.values():
        assert rule["severity"] in SCORES
        assert rule["label"]


def test_every_limit_has_a_label_and_a_day_holds_a_dose() -> None:
    for drug in DRUGS.rows:
        row = facts(drug)
        if any(column in row for column in LIMITS):
            assert row["label"], drug
        for route in ("", "injected_"):
            single, daily = row.get(f"{route}max_single"), row.get(f"{route}max_daily")
            assert single is None or daily is None or single <= daily, drug
        assert set(row.get("contains", ())) <= set(DRUGS.rows), drug


def test_no_term_stands_for_two_drugs() -> None:
    terms = [str(term).lower() for key, row in DRUGS.rows.items() for term in {key, *row.get("synonyms", ())}]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


def test_tier_0_keeps_the_names_of_medicines_and_takes_those_of_people() -> None:
    sanitizer = build_sanitizer(Settings(), SystemClock())
    words = load_specs()["healthcare"].sanitize.recognizers["clinical terms"].words
    for word in words:
        sentence = f"Start {word.title()} today, then {word} again."
        assert word in sanitizer.clean(sentence, "default", "healthcare").text
    clean = sanitizer.clean("Emma Brown takes Augmentin and Lasix.", "default", "healthcare").text
    assert "Brown" not in clean
    assert "takes Augmentin and Lasix" in clean
