"""What is read of the patient from the request, the chart and the context."""

from __future__ import annotations

from typing import Any

import pytest

from domains.healthcare.clinical.patient import Patient, age_in, patient, weight_in
from processors.subject import Subject
from tests.builders import trace


def told(request: str, **fields: Any) -> Patient:
    return patient(Subject(trace(input=request, output="", domain="healthcare", **fields)))


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("a 72-year-old man", 72),
        ("my 3 year old", 3),
        ("an 18-month-old", 1.5),
        ("64 y/o with cough", 64),
        ("90+ y/o", 90),
        ("age: 45", 45),
        ("age years: 7", 7),
        ("aged 30", 30),
        ("my two-year-old", 2),
        ("my son is 5, and he coughs", 5),
        ("45f, cystitis", 45),
        ("my 6 week old", 6 * 7 / 365),
        ("take it for 3 days", None),
        ("he is 5 kg lighter", None),
        ("she takes 40 mg", None),
    ],
)
def test_ages(text: str, years: float | None) -> None:
    assert age_in(text) == (None if years is None else pytest.approx(years, rel=0.01))


@pytest.mark.parametrize(
    ("text", "kilograms"),
    [
        ("she weighs 14 kg", 14),
        ("a 20 kg child", 20),
        ("weight kg: 71.5", 71.5),
        ("weighs about 44 lbs", 19.96),
        ("no lifting above 5 kg", None),
        ("10 mg/kg a day", None),
        ("he lost 5 kg in a month", None),
    ],
)
def test_weights(text: str, kilograms: float | None) -> None:
    assert weight_in(text) == (None if kilograms is None else pytest.approx(kilograms, rel=0.01))


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("I have asthma and high blood pressure.", {"asthma", "hypertension"}),
        ("No history of asthma. Denies chest pain and epilepsy.", set()),
        ("I am not pregnant.", set()),
        ("She is 12 weeks pregnant.", {"pregnancy"}),
        ("Not only asthma but also CKD.", {"asthma", "kidney disease"}),
    ],
)
def test_conditions(text: str, conditions: set[str]) -> None:
    assert told(text).conditions == conditions


@pytest.mark.parametrize(
    ("text", "allergens"),
    [
        ("I'm allergic to penicillin, can I take amoxicillin?", {"penicillin"}),
        ("Allergies: penicillin, sulfa. Medications: warfarin.", {"penicillin", "sulfonamide"}),
        ("I have a peanut allergy (hives) and take cetirizine.", {"peanut"}),
        ("No known drug allergies. Takes aspirin.", set()),
        ("anaphylaxis to amoxicillin last year", {"amoxicillin"}),
    ],
)
def test_allergies(text: str, allergens: set[str]) -> None:
    assert told(text).allergens == allergens


@pytest.mark.parametrize(
    ("text", "taken", "asked"),
    [
        ("I'm on warfarin. Can I take ibuprofen?", {"warfarin"}, {"ibuprofen"}),
        ("Can I take ibuprofen with warfarin?", {"warfarin"}, {"ibuprofen"}),
        ("I used to take lithium. Can I have naproxen?", set(), {"naproxen"}),
        ("Is it safe to combine Xanax and oxycodone?", set(), {"alprazolam", "oxycodone"}),
        ("Current medications: metformin, lisinopril", {"metformin", "lisinopril"}, set()),
    ],
)
def test_medicines(text: str, taken: set[str], asked: set[str]) -> None:
    known = told(text)
    assert (set(known.taken), set(known.asked)) == (taken, asked)


def test_the_chart_counts_as_much_as_the_request() -> None:
    record = {"patient": {"age": 71, "egfr": 24, "weight_kg": 80, "allergies": ["Penicillin"], "asthma": False}}
    known = told("Check the order.", attributes={**record, "order": {"drug": "amoxicillin", "dose_mg": 500}})
    assert (known.age_years, known.egfr, known.weight_kg) == (71, 24, 80)
    assert known.allergens == {"penicillin"}
    assert known.conditions == set()
    assert known.taken == set(), "an order is not what the patient takes already"


def test_rules_in_the_context_are_about_nobody() -> None:
    rule = "NSAIDs are contraindicated in patients with peptic ulcer. The patient has asthma."
    assert told("What may she take?", context=[rule]).conditions == {"asthma"}


@pytest.mark.parametrize(("text", "weeks"), [("32 weeks pregnant", 32), ("third trimester", 30), ("pregnant", None)])
def test_weeks_of_pregnancy(text: str, weeks: float | None) -> None:
    assert told(text).weeks_pregnant == weeks
