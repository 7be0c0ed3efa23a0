"""Statutes and rules: their form, their Acts, and the law of which place they are."""

from __future__ import annotations

import pytest

from domains.legal.evaluators.misattributed_statute import MisattributedStatute
from domains.legal.evaluators.wrong_jurisdiction import WrongJurisdiction
from domains.legal.states import laws, places
from domains.legal.statutes import enactments, unenacted
from tests.domains.legal.judged import said

SECTIONS = [
    ("42 U.S.C. § 1983", ("U.S.C.", 42, 1983)),
    ("42 USC 2000e-2(a)", ("U.S.C.", 42, 2000)),
    ("29 U.S.C.A. §§ 201-219", ("U.S.C.", 29, 201)),
    ("45 C.F.R. Part 164", ("C.F.R.", 45, 164)),
    ("Fed. R. Civ. P. 12(b)(6)", ("Fed. R. Civ. P.", 0, 12)),
    ("Federal Rule of Civil Procedure 4(m)", ("Fed. R. Civ. P.", 0, 4)),
    ("Federal Rules of Evidence 403", ("Fed. R. Evid.", 0, 403)),
    ("FRAP 4(a)(1)(A)", ("Fed. R. App. P.", 0, 4)),
]


@pytest.mark.parametrize(("text", "read"), SECTIONS)
def test_a_section_is_read(text: str, read: tuple[str, int, int]) -> None:
    [found] = enactments(f"It follows from {text}, as we have seen.")
    assert (found.code, found.title, found.section) == read
    assert unenacted(found) == ""


@pytest.mark.parametrize(
    "text", ["57 U.S.C. § 12", "18 U.S.C. § 99999", "60 C.F.R. § 1", "Fed. R. Civ. P. 99", "FRE 950", "FRAP 77"]
)
def test_a_section_that_cannot_be_is_noticed(text: str) -> None:
    [found] = enactments(text)
    assert unenacted(found)


ACTS = [
    ("The FLSA (29 U.S.C. § 207) requires overtime.", "pass"),
    ("The FLSA (29 U.S.C. § 2601) requires overtime.", "fail"),
    ("The Age Discrimination in Employment Act of 1967 (ADEA), 29 U.S.C. §§ 621-634, applies.", "pass"),
    ("Title VII of the Civil Rights Act of 1964, 42 U.S.C. § 2000e-2(a), applies.", "pass"),
    ("The Clean Air Act was enacted in 1963 and amended in 1990.", "pass"),
    ("The Clean Air Act was enacted in 1990.", "fail"),
    ("FMLA claims and, separately, 42 U.S.C. § 1983 claims are pleaded.", "pass"),
    ("The Federal Tort Claims Act, 28 U.S.C. § 1346(b), waives immunity.", "pass"),
    ("An act of kindness.", "abstain"),
]


@pytest.mark.parametrize(("output", "expected"), ACTS)
def test_an_act_has_its_own_section_and_year(output: str, expected: str) -> None:
    assert said(MisattributedStatute, output) == expected


def test_the_code_of_the_united_states_is_no_law_of_south_carolina() -> None:
    assert "South Carolina" not in {law.place for law in laws("under 28 U.S.C. § 1291")}


def test_places_are_states_and_not_parties_or_the_capital() -> None:
    assert places("Loving v. Virginia in Washington, D.C.; Texas v. Johnson, and I live in Ohio.") >= {"Ohio"}
    assert "Washington" not in places("Washington, D.C. is a city.")


JURISDICTIONS = [
    ("I rent in Texas.", "Under Tex. Prop. Code § 92.103 the landlord has 30 days.", "pass"),
    ("I rent in Texas.", "Under Cal. Civ. Code § 1950.5 the landlord has 21 days.", "fail"),
    ("I rent in Texas.", "The landlord has 30 days.", "abstain"),
    ("Compare Texas and Ohio.", "Under Texas law the landlord has 30 days.", "abstain"),
    ("I work in England.", "The FLSA gives you overtime.", "fail"),
    ("I rent in Ohio.", "The Housing Act 1988 applies.", "fail"),
    ("I rent in Ohio.", "Unlike California law, Ohio law sets no such limit.", "pass"),
]


@pytest.mark.parametrize(("request_", "output", "expected"), JURISDICTIONS)
def test_a_question_about_one_place_is_answered_with_its_law(request_: str, output: str, expected: str) -> None:
    assert said(WrongJurisdiction, output, request_) == expected


def test_the_jurisdiction_may_stand_in_the_attributes() -> None:
    output = "Under Cal. Civ. Code § 1950.5 the landlord has 21 days."
    assert said(WrongJurisdiction, output, "When?", attributes={"jurisdiction": "Texas"}) == "fail"
