"""What every side of a protocol keeps: the tables that come with the domains, tables of a test, the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domains.knowledge import Table, edgar, openfda, rxnorm, table
from domains.knowledge.base import LABEL_SECTIONS, MOST_TERM_CHARS, Answer, Companies, Drugs, Labels
from domains.knowledge.edgar import Edgar
from domains.knowledge.openfda import OpenFda
from domains.knowledge.rxnorm import RxNorm
from domains.knowledge.snapshot import SnapshotCompanies, SnapshotDrugs, SnapshotLabels
from metronis.errors import Reject
from tests.domains.knowledge import documented
from tests.domains.knowledge.conftest import SourceOf
from tests.domains.knowledge.service import PublicService

COMPILED = date(2026, 11, 1)
UNKNOWN = ["xyzzy", "no such thing", "x' OR 1=1", "\x00", "\ud800x", "💊"]
NO_TERMS = ["", " \n\t ", "\ud800", "x" * (MOST_TERM_CHARS + 1)]


def small(name: str, columns: dict[str, str], rows: Mapping[str, Mapping[str, Any]]) -> Table:
    return Table(name=name, source="a test", columns=columns, rows=rows, compiled=COMPILED)


def drugs_table() -> Table:
    columns = {"rxcui": "text", "classes": "list", "contains": "list", "max_daily": "mg/day"}
    ibuprofen = {"synonyms": ["Advil", "Motrin"], "rxcui": "5640", "classes": ["nsaid"], "max_daily": 3200}
    combination = {"contains": ["ibuprofen", "famotidine"]}
    return small("drugs", columns, {"ibuprofen": ibuprofen, "duexis": combination, "plain": {}})


def small_labels() -> SnapshotLabels:
    ulcer = {"of": "nsaid", "with": "peptic ulcer", "effect": "bleeding", "label": "Motrin"}
    warfarin = {"between": ["warfarin", "nsaid"], "effect": "bleeding", "label": "Coumadin 7"}
    against = small("contraindications", {}, {"nsaid-ulcer": ulcer})
    return SnapshotLabels(drugs_table(), against, small("interactions", {}, {"warfarin-nsaid": warfarin}))


def domain_labels() -> SnapshotLabels:
    return SnapshotLabels(*(table("healthcare", name) for name in ("drugs", "contraindications", "interactions")))


@pytest.fixture(params=["domain", "table", "service"])
def side(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def drugs(side: str, service: PublicService, source_of: SourceOf) -> Drugs:
    documented.rxnorm_has_ibuprofen(service)
    sides: dict[str, Callable[[], Drugs]] = {
        "domain": lambda: SnapshotDrugs(table("healthcare", "drugs")),
        "table": lambda: SnapshotDrugs(drugs_table()),
        "service": lambda: RxNorm(source_of(rxnorm.service(service.url))),
    }
    return sides[side]()


@pytest.fixture
def labels(side: str, service: PublicService, source_of: SourceOf) -> Labels:
    documented.openfda_has_ibuprofen(service)
    sides: dict[str, Callable[[], Labels]] = {
        "domain": domain_labels,
        "table": small_labels,
        "service": lambda: OpenFda(source_of(openfda.service(service.url, None))),
    }
    return sides[side]()


@pytest.fixture
def companies(side: str, service: PublicService, source_of: SourceOf) -> Companies:
    documented.edgar_has_apple(service)
    rows = {"AAPL": {"cik": 320193, "name": "Apple Inc."}}
    sides: dict[str, Callable[[], Companies]] = {
        "domain": lambda: SnapshotCompanies(table("trading", "companies")),
        "table": lambda: SnapshotCompanies(small("companies", {"cik": "number", "name": "text"}, rows)),
        "service": lambda: Edgar(source_of(edgar.service(service.url, "a@example.org")), service.url),
    }
    return sides[side]()


def says_where_from(answer: Answer[object], side: str) -> bool:
    return (
        bool(answer.source)
        and answer.retrieved_at.tzinfo is UTC
        and answer.origin == ("live" if side == "service" else "snapshot")
    )


@pytest.mark.parametrize("name", ["ibuprofen", "Advil", " ADVIL\n"])
def test_a_drug_is_found_by_name_and_brand(drugs: Drugs, side: str, name: str) -> None:
    answer = drugs.drug(name)
    assert answer.found is not None
    assert (answer.found.name, answer.found.ingredients) == ("ibuprofen", ("ibuprofen",))
    assert "advil" in [each.lower() for each in answer.found.other_names]
    assert says_where_from(answer, side)


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_drug_that_is_none_is_an_answer(drugs: Drugs, side: str, service: PublicService, name: str) -> None:
    documented.rxnorm_has_nothing(service)
    answer = drugs.drug(name)
    assert answer.found is None
    assert says_where_from(answer, side)


def test_a_misspelt_drug_has_similar_names(drugs: Drugs, service: PublicService) -> None:
    documented.rxnorm_has_nothing(service)
    assert "ibuprofen" in (drugs.similar("ibuprofin").found or ())


def test_a_label_has_sections_that_are_known_by_name(labels: Labels, side: str) -> None:
    answer = labels.label("Ibuprofen")
    assert answer.found is not None
    assert answer.found.drug == "ibuprofen"
    assert answer.found.sections
    assert answer.found.sections.keys() <= set(LABEL_SECTIONS)
    assert says_where_from(answer, side)


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_drug_without_a_label_is_an_answer(labels: Labels, service: PublicService, name: str) -> None:
    documented.openfda_has_nothing(service)
    assert labels.label(name).found is None


def test_a_company_is_found_by_its_ticker(companies: Companies, side: str) -> None:
    answer = companies.company(" aapl ")
    assert answer.found is not None
    assert (answer.found.cik, answer.found.ticker, answer.found.name) == (320193, "AAPL", "Apple Inc.")
    assert says_where_from(answer, side)


@pytest.mark.parametrize("ticker", UNKNOWN)
def test_a_company_that_is_none_is_an_answer(companies: Companies, ticker: str) -> None:
    assert companies.company(ticker).found is None


@pytest.mark.parametrize("term", NO_TERMS)
def test_what_is_no_term_is_refused(drugs: Drugs, labels: Labels, companies: Companies, term: str) -> None:
    for ask in (drugs.drug, drugs.similar, labels.label, companies.company):
        with pytest.raises(Reject, match="a term has 1 to 200 characters"):
            ask(term)


def test_a_snapshot_is_as_old_as_it_says() -> None:
    assert SnapshotDrugs(drugs_table()).drug("advil").retrieved_at == datetime(2026, 11, 1, tzinfo=UTC)


def test_a_combination_has_its_ingredients() -> None:
    found = SnapshotDrugs(drugs_table()).drug("duexis").found
    assert found is not None
    assert found.ingredients == ("ibuprofen", "famotidine")


def test_a_label_of_tables_has_limits_conditions_and_partners() -> None:
    label = small_labels().label("advil").found
    assert label is not None
    assert label.sections == {
        "dosage_and_administration": "max daily: 3200 mg/day",
        "contraindications": "peptic ulcer: bleeding (Motrin)",
        "drug_interactions": "warfarin and nsaid: bleeding (Coumadin 7)",
    }
    assert small_labels().label("plain").found is None
