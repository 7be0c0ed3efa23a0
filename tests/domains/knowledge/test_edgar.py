"""EDGAR: companies and what they filed."""

from __future__ import annotations

from datetime import date

import pytest

from domains.knowledge import edgar
from domains.knowledge.base import Company, Filing, ReportedFact
from domains.knowledge.edgar import Edgar
from metronis.errors import Misconfigured, Reject, Unavailable
from tests.domains.knowledge.conftest import SourceOf
from tests.domains.knowledge.documented import edgar_has_apple
from tests.domains.knowledge.service import PublicService, Reply

APPLE = 320193
ARCHIVE = "https://www.sec.gov/Archives/edgar/data/320193"


@pytest.fixture
def companies(service: PublicService, source_of: SourceOf) -> Edgar:
    edgar_has_apple(service)
    return Edgar(source_of(edgar.service(service.url, "Example Org admin@example.org")), service.url)


def test_a_ticker_is_a_company(companies: Edgar, service: PublicService) -> None:
    assert companies.company("msft").found == Company(789019, "MSFT", "MICROSOFT CORP")
    assert companies.company("ZZZZ").found is None
    assert service.asked[0].headers["User-Agent"] == "Metronis Aegis Example Org admin@example.org"


def test_filings_have_their_addresses(companies: Edgar) -> None:
    annual = Filing(
        "0000320193-25-000079",
        "10-K",
        date(2025, 10, 31),
        date(2025, 9, 27),
        f"{ARCHIVE}/000032019325000079/aapl-20250927.htm",
    )
    assert companies.filings(APPLE, "10-K").found == (annual,)
    found = companies.filings(APPLE).found
    assert found is not None
    assert [(each.form, each.period_end) for each in found] == [("10-K", date(2025, 9, 27)), ("8-K", None)]


def test_a_company_that_files_nothing_is_no_error(companies: Edgar) -> None:
    assert companies.filings(1).found is None
    assert companies.reported(APPLE, "Liabilities").found is None


def test_reported_figures_are_in_the_unit_asked_for(companies: Edgar) -> None:
    fact = ReportedFact(364980000000, "USD", date(2024, 9, 28), "10-K", date(2024, 11, 1), "0000320193-24-000123")
    assert companies.reported(APPLE, "Assets").found == (fact,)
    assert companies.reported(APPLE, "Assets", unit="EUR").found == ()


@pytest.mark.parametrize("concept", ["", "../x", "Assets.json", "A" * 300])
def test_what_can_be_no_concept_is_not_asked(companies: Edgar, service: PublicService, concept: str) -> None:
    with pytest.raises(Reject):
        companies.reported(APPLE, concept)
    with pytest.raises(Reject):
        companies.filings(-1)
    assert service.asked == []


def test_columns_of_unequal_length_are_no_answer(companies: Edgar, service: PublicService) -> None:
    columns = ("accessionNumber", "filingDate", "reportDate", "form", "primaryDocument")
    recent: dict[str, list[str]] = {name: [] for name in columns} | {"form": ["10-K"]}
    service.gives("/submissions/CIK0000320193.json", {"filings": {"recent": recent}})
    with pytest.raises(Unavailable, match="otherwise than it documents"):
        companies.filings(APPLE)


def test_the_sec_is_not_asked_by_nobody(service: PublicService) -> None:
    with pytest.raises(Misconfigured, match="METRONIS_KNOWLEDGE__EDGAR_CONTACT"):
        edgar.service(service.url, None)


def test_a_refusal_of_the_sec_passes(companies: Edgar, service: PublicService) -> None:
    """It answers 403 to who asks too often."""
    service.gives("/submissions/CIK0000320193.json", Reply(403, b"Request Rate Threshold Exceeded"))
    with pytest.raises(Unavailable, match="status 403"):
        companies.filings(APPLE)
