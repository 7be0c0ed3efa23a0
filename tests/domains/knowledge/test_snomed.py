"""SNOMED CT through FHIR: what servers of several makes answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domains.knowledge import snomed
from domains.knowledge.base import Concept
from domains.knowledge.snomed import SnomedCt
from metronis.errors import Misconfigured, Reject, Unavailable
from tests.domains.knowledge.conftest import SourceOf
from tests.domains.knowledge.service import PublicService, Reply

DIABETES, TYPE_2, DISORDER = "73211009", "44054006", "126877002"
LOOKUP, SUBSUMES = "/fhir/CodeSystem/$lookup", "/fhir/CodeSystem/$subsumes"
EXPAND, VALIDATE = "/fhir/ValueSet/$expand", "/fhir/ValueSet/$validate-code"


@pytest.fixture
def terminology(service: PublicService, source_of: SourceOf) -> SnomedCt:
    return SnomedCt(source_of(snomed.service(f"{service.url}/fhir", None)))


def parameters(*parameter: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": list(parameter)}


def outcome(status: int, code: str) -> Reply:
    content = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code}]}
    return Reply(status, json.dumps(content).encode())


def prop(code: dict[str, str], value: dict[str, Any]) -> dict[str, Any]:
    return {"name": "property", "part": [{"name": "code", **code}, value]}


def test_a_concept_has_its_name_and_parents(terminology: SnomedCt, service: PublicService) -> None:
    parent = prop({"valueCode": "parent"}, {"name": "value", "valueCode": DIABETES})
    inactive = prop({"valueString": "inactive"}, {"name": "valueBoolean", "valueBoolean": False})  # as Snowstorm does
    dated = prop({"valueString": "effectiveTime"}, {"name": "valueString", "valueString": "20020131"})
    display = {"name": "display", "valueString": "Diabetes mellitus type 2"}
    service.gives(LOOKUP, parameters({"name": "version", "valueString": "x"}, display, parent, inactive, dated))
    assert terminology.concept(TYPE_2).found == Concept(TYPE_2, "Diabetes mellitus type 2", (DIABETES,))
    [asked] = service.asked
    assert asked.query == {"system": [snomed.SYSTEM], "code": [TYPE_2], "property": ["parent", "inactive"]}
    assert asked.headers["Accept"] == "application/fhir+json"


def test_a_retired_concept_is_not_active(terminology: SnomedCt, service: PublicService) -> None:
    inactive = prop({"valueCode": "inactive"}, {"name": "value", "valueBoolean": True})
    service.gives(LOOKUP, parameters({"name": "display", "valueString": "Old"}, inactive))
    assert terminology.concept(TYPE_2).found == Concept(TYPE_2, "Old", active=False)


@pytest.mark.parametrize("reply", [outcome(404, "processing"), outcome(422, "not-found"), outcome(400, "code-invalid")])
def test_an_unknown_code_is_no_error_however_it_is_said(
    terminology: SnomedCt, service: PublicService, reply: Reply
) -> None:
    for path in (LOOKUP, SUBSUMES, EXPAND, VALIDATE):
        service.gives(path, reply)
    assert terminology.concept(TYPE_2).found is None
    assert terminology.subsumes(DIABETES, TYPE_2).found is None
    assert terminology.descendants(DIABETES).found is None
    assert terminology.is_member(TYPE_2, f"<{DIABETES}").found is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"resourceType": "\xff"}'])
def test_what_is_no_fhir_server_knows_no_answer(terminology: SnomedCt, service: PublicService, body: bytes) -> None:
    service.gives(LOOKUP, Reply(404, body))
    with pytest.raises(Unavailable, match="status 404"):
        terminology.concept(TYPE_2)


def test_a_question_that_the_server_refuses_is_not_absence(terminology: SnomedCt, service: PublicService) -> None:
    service.gives(VALIDATE, outcome(400, "invalid"))
    with pytest.raises(Reject):
        terminology.is_member(TYPE_2, "nonsense")


@pytest.mark.parametrize(
    ("said", "holds"), [("subsumes", True), ("equivalent", True), ("subsumed-by", False), ("not-subsumed", False)]
)
def test_subsumption_is_from_ancestor_to_code(
    terminology: SnomedCt, service: PublicService, said: str, holds: bool
) -> None:
    service.gives(SUBSUMES, parameters({"name": "outcome", "valueCode": said}))
    assert terminology.subsumes(DIABETES, TYPE_2).found is holds
    assert (service.asked[0].query["codeA"], service.asked[0].query["codeB"]) == ([DIABETES], [TYPE_2])


def test_descendants_come_from_an_implicit_value_set(terminology: SnomedCt, service: PublicService) -> None:
    contains = [{"system": snomed.SYSTEM, "code": TYPE_2, "display": "Type 2"}, {"code": DISORDER, "inactive": True}]
    service.gives(EXPAND, {"resourceType": "ValueSet", "expansion": {"total": 2, "contains": contains}})
    found = terminology.descendants(DIABETES, most=2).found
    assert found == (Concept(TYPE_2, "Type 2"), Concept(DISORDER, "", active=False))
    assert service.asked[0].query == {"url": [f"{snomed.SYSTEM}?fhir_vs=ecl/<{DIABETES}"], "count": ["2"]}
    service.gives(EXPAND, {"resourceType": "ValueSet", "expansion": {"total": 0}})
    assert terminology.descendants(TYPE_2).found == ()


@pytest.mark.parametrize("holds", [True, False])
def test_membership_is_by_constraint(terminology: SnomedCt, service: PublicService, holds: bool) -> None:
    service.gives(VALIDATE, parameters({"name": "result", "valueBoolean": holds}))
    assert terminology.is_member(TYPE_2, f"<<{DIABETES}").found is holds
    assert service.asked[0].query["url"] == [f"{snomed.SYSTEM}?fhir_vs=ecl/<<{DIABETES}"]


@pytest.mark.parametrize("code", ["", "12345", "1234567890123456789", "07321100", "E11.9", "٧٣٢١١٠٠٩", "732 11009"])
def test_what_can_be_no_code_is_not_asked(terminology: SnomedCt, service: PublicService, code: str) -> None:
    with pytest.raises(Reject, match="6 to 18 digits"):
        terminology.concept(code)
    assert service.asked == []


def test_a_token_is_sent_and_its_refusal_names_its_setting(service: PublicService, source_of: SourceOf) -> None:
    terminology = SnomedCt(source_of(snomed.service(f"{service.url}/fhir", "secret-token")))
    service.gives(LOOKUP, Reply(401))
    with pytest.raises(Misconfigured, match="METRONIS_KNOWLEDGE__SNOMED_TOKEN") as refused:
        terminology.concept(TYPE_2)
    assert service.asked[0].headers["Authorization"] == "Bearer secret-token"
    assert "secret-token" not in str(refused.value)
