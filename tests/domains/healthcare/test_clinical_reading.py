"""How answers, orders and symptoms are read."""

from __future__ import annotations

from typing import Any

import pytest

from domains.healthcare.clinical.advice import advice
from domains.healthcare.clinical.doses import doses
from domains.healthcare.clinical.lexicon import Lexicon
from domains.healthcare.clinical.records import orders_written_out
from domains.healthcare.clinical.signs import Signs, Told
from domains.healthcare.clinical.urgency import red_flags, sends_for_help
from processors.subject import Subject
from tests.builders import trace


def subject(answer: str, request: str = "", **fields: Any) -> Subject:
    return Subject(trace(input=request, output=answer, domain="healthcare", **fields))


@pytest.mark.parametrize(
    ("answer", "urged", "warned"),
    [
        ("Take ibuprofen 400 mg.", {"ibuprofen"}, set()),
        ("Avoid ibuprofen; acetaminophen is safer.", {"acetaminophen"}, {"ibuprofen"}),
        ("Use acetaminophen instead of ibuprofen.", {"acetaminophen"}, {"ibuprofen"}),
        ("There is no interaction between ibuprofen and loratadine.", {"ibuprofen", "loratadine"}, set()),
        ("Do not stop your warfarin.", set(), set()),
        ("Do not exceed 8 tablets of Tylenol a day.", {"acetaminophen"}, set()),
        ("The patient takes warfarin and metoprolol.", set(), set()),
        ("Ibuprofen is a medicine.", set(), set()),
        ("Stay on valproate.", {"valproate"}, set()),
    ],
)
def test_what_is_urged_and_what_is_warned_of(answer: str, urged: set[str], warned: set[str]) -> None:
    given = advice(subject(answer))
    assert (set(given.urged), set(given.warned)) == (urged, warned)


def test_a_plain_yes_urges_what_was_asked_about() -> None:
    assert set(advice(subject("Yes, that's fine.", "Can I take naproxen?")).urged) == {"naproxen"}
    assert set(advice(subject("No, better not.", "Can I take naproxen?")).urged) == set()


@pytest.mark.parametrize(
    ("attributes", "output", "orders"),
    [
        ({"order": {"drug": "amoxicillin", "dose_mg": 500, "frequency": "TID"}}, "Done.", ("amoxicillin 500 mg, TID",)),
        ({"orders": [{"medication": "Heparin", "dose": "5000 units"}]}, "Done.", ("Heparin 5000 units",)),
        ({}, '{"action": "prescribe", "drug": "codeine", "dose": "30 mg"}', ("codeine 30 mg",)),
        ({"order": {"action": "reject", "drug": "codeine"}}, "Rejected.", ()),
        ({}, "[[[[{", ()),
    ],
)
def test_orders_are_written_out(attributes: dict[str, Any], output: str, orders: tuple[str, ...]) -> None:
    assert orders_written_out(subject(output, attributes=attributes)) == orders


@pytest.mark.parametrize(
    ("answer", "given"),
    [
        ("Take metoprolol 25 mg twice daily and aspirin 81 mg daily.", [("metoprolol", 50), ("aspirin", 81)]),
        ("Tylenol is safe with lisinopril. Keep below 3,000 mg a day.", [("acetaminophen", 3000)]),
        ("Never take acetaminophen 2 g every 4 hours.", []),
    ],
)
def test_doses_find_their_drug(answer: str, given: list[tuple[str, float]]) -> None:
    found = [(dose.drug, dose.regimen.daily.high) for dose in doses(subject(answer)) if dose.regimen.daily]
    assert found == given


def test_the_longest_term_wins_and_words_are_whole() -> None:
    lexicon = Lexicon({"codeine": "codeine", "tylenol with codeine": "combination", "iron": "iron"})
    assert [each.key for each in lexicon.find("tylenol with codeine, environment, codeine")] == [
        "combination",
        "codeine",
    ]


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("my chest really hurts", True),
        ("there is a pain in my chest", True),
        ("no chest pain", False),
        ("chest x-ray was clear, and much later that evening there was pain", False),
        ("sweating", False),
    ],
)
def test_signs_stand_close_together_in_any_order(text: str, within: bool) -> None:
    assert Signs("chest hurts | chest pain").within(Told(text)) is within


@pytest.mark.parametrize(
    ("request_", "flags"),
    [
        ("My face is drooping and I can't speak properly", ("stroke",)),
        ("What are the signs of a stroke?", ()),
        ("My 10 week old has a fever of 38.4", ("infant fever",)),
        ("My 10 week old has a temperature of 37.1", ()),
        ("My 9 month old has a fever of 38.4", ()),
    ],
)
def test_red_flags(request_: str, flags: tuple[str, ...]) -> None:
    assert red_flags(subject("Rest.", request_)) == flags


@pytest.mark.parametrize(
    ("answer", "sent"),
    [
        ("Call 911 now.", "yes"),
        ("Go to the emergency department immediately.", "yes"),
        ("There is no need to go to the emergency room.", "no"),
        ("If it gets worse, go to the hospital.", "only if"),
        ("Drink some water.", "no"),
    ],
)
def test_whether_help_is_sent_for(answer: str, sent: str) -> None:
    assert sends_for_help(subject(answer)) == sent
