"""Drafts: what lawyers find on a second reading."""

from __future__ import annotations

import pytest

from domains.legal.evaluators.amount_mismatch import AmountMismatch
from domains.legal.evaluators.contradictory_clauses import ContradictoryClauses
from domains.legal.evaluators.dangling_reference import DanglingReference
from domains.legal.evaluators.undefined_term import UndefinedTerm
from tests.domains.legal.judged import said

AMOUNTS = [
    ("five thousand dollars ($50,000)", "fail"),
    ("five thousand dollars ($5,000)", "pass"),
    ("Twenty-Five Thousand and 00/100 Dollars ($25,000.00)", "pass"),
    ("one hundred fifty thousand U.S. dollars (US$150,000.00)", "pass"),
    ("sixty (60) days", "pass"),
    ("thirty (60) days", "fail"),
    ("two percent (3%)", "fail"),
    ("the parties (2)", "abstain"),
    ("five thousand dollars ($50,000) is inconsistent: the figure is incorrect", "pass"),
]


@pytest.mark.parametrize(("output", "expected"), AMOUNTS)
def test_words_and_figures_say_one_amount(output: str, expected: str) -> None:
    assert said(AmountMismatch, f"The Borrower pays {output}.") == expected


TWO_THINGS = [
    ("governed by the laws of Delaware. Governed by the laws of New York.", "fail"),
    ("governed by the laws of Delaware. The laws of Delaware govern.", "pass"),
    ("Either party may terminate on 30 days' notice. Either party may terminate on sixty (60) days' notice.", "fail"),
    ("Tenant may terminate on 30 days' notice. Landlord may terminate on 60 days' notice.", "pass"),
    (
        "Either party may terminate on 30 days' notice. Either party may terminate for breach on 10 days' notice.",
        "pass",
    ),
    ("It shall automatically renew each year. It shall not automatically renew.", "fail"),
    ("It shall not automatically renew.", "pass"),
    ("The initial term is two years. This Agreement shall remain in effect for 36 months.", "fail"),
    ("The initial term is two years. The renewal term is one year.", "pass"),
    ("Invoices are payable net 30. Payment is due within 45 days of the invoice.", "fail"),
    ("Payment is due within 30 days of receipt of the invoice. Client pays within 45 days after invoice.", "fail"),
]


@pytest.mark.parametrize(("clauses", "expected"), TWO_THINGS)
def test_a_contract_says_one_thing_of_a_matter(clauses: str, expected: str) -> None:
    assert said(ContradictoryClauses, f"AGREEMENT between the parties, who shall perform it.\n{clauses}") == expected


DRAFT = (
    "1. Work. Contractor shall work under this Agreement.\n2. Pay. See Section {}.\n3. End. The parties may end it.\n"
)
REFERENCES = [
    ("3", "pass"),
    ("4", "fail"),
    ("9.2", "fail"),
    ("409A of the Internal Revenue Code", "pass"),
    ("2(b)", "pass"),
]


@pytest.mark.parametrize(("reference", "expected"), REFERENCES)
def test_references_lead_to_sections_that_are_there(reference: str, expected: str) -> None:
    assert said(DanglingReference, DRAFT.format(reference), "Draft an agreement.") == expected


def test_a_part_of_a_contract_may_refer_to_the_rest() -> None:
    assert said(DanglingReference, DRAFT.format("12"), "Draft the payment section.") == "abstain"


TERMS = '1. Terms. "Fee" means $100. "Work" means advice.\n2. Work. The parties shall do the Work for the Fee.\n'


def test_a_term_is_defined_once_and_before_it_is_used_twice() -> None:
    used = "3. Place. It is done in the Permitted Area, and outside of the Permitted Area it is not.\n"
    assert said(UndefinedTerm, TERMS + "3. Law. Ohio.\n" + "4. This Agreement shall end.") == "pass"
    assert said(UndefinedTerm, TERMS + used + "4. This Agreement shall end.") == "fail"
    assert said(UndefinedTerm, TERMS + '3. Fee. "Fee" means $200.\n4. This Agreement shall end.') == "fail"
