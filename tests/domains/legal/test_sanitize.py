"""Tier 0 in this domain: public authorities and the law's own words stay, people do not."""

from __future__ import annotations

import pytest

from domains.knowledge import table
from metronis.clock import SystemClock
from metronis.pipeline import build_sanitizer
from metronis.settings import load
from processors.sanitize.sanitizer import Sanitizer


@pytest.fixture(scope="module")
def sanitizer() -> Sanitizer:
    return build_sanitizer(load(), SystemClock())


def clean(sanitizer: Sanitizer, text: str) -> str:
    return sanitizer.clean(text, "default", "legal").text


KEPT = [
    "In Roe v. Wade, 410 U.S. 113 (1973), the Supreme Court held so.",
    "See Palsgraf v. Long Island Railroad Co., 248 N.Y. 339, 162 N.E. 99 (1928).",
    "See also Mata v. Avianca, Inc., 678 F. Supp. 3d 443 (S.D.N.Y. 2023).",
    "Under 42 U.S.C. § 1983, Cal. Civ. Code § 1950.5 and 740 ILCS 14/15.",
    "Fed. R. Civ. P. 12(a)(1)(A)(i) and FRAP 4(a)(1)(A) set the time.",
    "Federal Rule of Evidence 403 applies.",
    "Unlike California, Ohio has no statute; under New York law it differs.",
    "Served on March 3, 2025; the answer is due March 24, 2025.",
    "6. Governing Law. The laws of the State of Georgia govern.",
    "The Recipient shall return or destroy all Confidential Information.",
    "Plaintiff J.D., a minor, alleges it.",
    "Small claims courts are for this.",
]


@pytest.mark.parametrize("text", KEPT)
def test_authorities_and_terms_of_the_law_stay_as_they_are(sanitizer: Sanitizer, text: str) -> None:
    assert clean(sanitizer, text) == text


def test_overruled_decisions_stay_without_their_citation(sanitizer: Sanitizer) -> None:
    names = [row["name"] for row in table("legal", "cases").rows.values() if "overruled" in row]
    names += [row["name"] for row in table("legal", "fabricated").rows.values()]
    for name in names:
        assert name in clean(sanitizer, f"The rule of {name} governs this.")


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("The landlord John Miller must return the deposit.", "Miller"),
        ("My client Emily Watson was dismissed.", "Watson"),
        ("Sarah Connor told us that Brown v. Board of Education, 347 U.S. 483 (1954), helps.", "Connor"),
        ("Send it to 410 Union Street, Springfield.", "410 Union Street"),
        ("The plaintiff was born on March 3, 1980.", "March 3, 1980"),
        ("Her social security number is 512-44-9021.", "512-44-9021"),
    ],
)
def test_people_are_replaced_as_everywhere(sanitizer: Sanitizer, text: str, gone: str) -> None:
    assert gone not in clean(sanitizer, text)
