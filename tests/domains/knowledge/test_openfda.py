"""openFDA: labels of drugs."""

from __future__ import annotations

import base64
from datetime import date

import pytest

from domains.knowledge import openfda
from domains.knowledge.openfda import OpenFda
from metronis.errors import Misconfigured, Unavailable
from tests.domains.knowledge.conftest import SourceOf
from tests.domains.knowledge.documented import openfda_has_ibuprofen, openfda_has_nothing
from tests.domains.knowledge.service import PublicService, Reply

KEY = "key-of-ours"


@pytest.fixture
def labels(service: PublicService, source_of: SourceOf) -> OpenFda:
    return OpenFda(source_of(openfda.service(service.url, KEY)))


def test_the_label_is_of_the_drug_alone(labels: OpenFda, service: PublicService) -> None:
    openfda_has_ibuprofen(service)
    label = labels.label("Ibuprofen").found
    assert label is not None
    assert (label.drug, label.set_id, label.effective) == ("ibuprofen", "alone", date(2025, 11, 30))
    assert label.sections == {"warnings": "Allergy alert.\nLiver warning."}


def test_a_term_cannot_change_the_query(labels: OpenFda, service: PublicService) -> None:
    openfda_has_nothing(service)
    labels.label('x" OR _exists_:openfda \\"')
    [search] = service.asked[0].query["search"]
    assert search.count('"') == 6
    assert "\\" not in search


def test_the_key_is_in_no_address(labels: OpenFda, service: PublicService) -> None:
    openfda_has_ibuprofen(service)
    labels.label("ibuprofen")
    [asked] = service.asked
    assert asked.headers["Authorization"] == f"Basic {base64.b64encode(f'{KEY}:'.encode()).decode()}"
    assert KEY not in str(asked.query)


def test_without_a_key_none_is_sent(service: PublicService, source_of: SourceOf) -> None:
    openfda_has_ibuprofen(service)
    OpenFda(source_of(openfda.service(service.url, None))).label("ibuprofen")
    assert "Authorization" not in service.asked[0].headers


def test_no_matches_is_an_answer(labels: OpenFda, service: PublicService) -> None:
    openfda_has_nothing(service)
    assert labels.label("xyz").found is None


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"error": {"code": "SERVER_ERROR"}}', b'{"error": {"code": "\xff"}}']
)
def test_another_404_is_none(labels: OpenFda, service: PublicService, body: bytes) -> None:
    service.gives("/drug/label.json", Reply(404, body))
    with pytest.raises(Unavailable):
        labels.label("xyz")


def test_a_refused_key_names_its_setting(labels: OpenFda, service: PublicService) -> None:
    service.gives("/drug/label.json", Reply(403, b'{"error": {"code": "API_KEY_INVALID"}}'))
    with pytest.raises(Misconfigured, match="METRONIS_KNOWLEDGE__OPENFDA_API_KEY") as refused:
        labels.label("ibuprofen")
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("day", ["", "2025", "20251332"])
def test_a_label_without_a_date_is_a_label(labels: OpenFda, service: PublicService, day: str) -> None:
    service.gives("/drug/label.json", {"results": [{"effective_time": day, "pregnancy": ["Ask a doctor."]}]})
    label = labels.label("ibuprofen").found
    assert label is not None
    assert (label.drug, label.effective, label.sections) == ("ibuprofen", None, {"pregnancy": "Ask a doctor."})
