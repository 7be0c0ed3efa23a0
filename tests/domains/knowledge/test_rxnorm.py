"""RxNorm: names become drugs."""

from __future__ import annotations

import pytest

from domains.knowledge import rxnorm
from domains.knowledge.base import Drug
from domains.knowledge.rxnorm import RxNorm
from metronis.errors import Unavailable
from tests.domains.knowledge.conftest import SourceOf
from tests.domains.knowledge.documented import RXCUI, rxnorm_has_ibuprofen, rxnorm_has_nothing
from tests.domains.knowledge.service import PublicService


@pytest.fixture
def drugs(service: PublicService, source_of: SourceOf) -> RxNorm:
    return RxNorm(source_of(rxnorm.service(service.url)))


def test_a_brand_is_its_ingredient_with_its_other_brands(drugs: RxNorm, service: PublicService) -> None:
    rxnorm_has_ibuprofen(service)
    answer = drugs.drug("  Advil ")
    assert answer.found == Drug("ibuprofen", RXCUI, ("ibuprofen",), ("Advil", "Motrin"))
    assert (answer.source, answer.origin) == ("RxNorm", "live")
    assert service.asked[0].query == {"name": ["advil"], "search": ["2"]}
    assert service.asked[2].query == {"tty": ["IN BN"]}


def test_a_product_has_the_ingredients_that_are_related_to_it(drugs: RxNorm, service: PublicService) -> None:
    rxnorm_has_ibuprofen(service)
    service.gives(f"/REST/rxcui/{RXCUI}/properties.json", {"properties": {"name": "a and b Pill", "tty": "SCD"}})
    ingredients = [{"name": "a", "tty": "IN"}, {"name": "b", "tty": "IN"}]
    groups = [{"tty": "IN", "conceptProperties": ingredients}]
    service.gives(f"/REST/rxcui/{RXCUI}/related.json", {"relatedGroup": {"conceptGroup": groups}})
    assert drugs.drug("a/b").found == Drug("a and b Pill", RXCUI, ("a", "b"))


@pytest.mark.parametrize("nothing", [{"idGroup": {}}, {"idGroup": {"rxnormId": None}}, {"idGroup": {"rxnormId": []}}])
def test_a_name_that_it_does_not_know_is_no_error(drugs: RxNorm, service: PublicService, nothing: object) -> None:
    service.gives("/REST/rxcui.json", nothing)
    assert drugs.drug("xyz").found is None


def test_an_identifier_without_properties_is_no_drug(drugs: RxNorm, service: PublicService) -> None:
    rxnorm_has_ibuprofen(service)
    service.gives(f"/REST/rxcui/{RXCUI}/properties.json", {})
    assert drugs.drug("advil").found is None


def test_similar_names_are_those_that_it_may_show_each_once(drugs: RxNorm, service: PublicService) -> None:
    rxnorm_has_nothing(service)
    assert drugs.similar("ibuprofin").found == ("ibuprofen",)
    service.gives("/REST/approximateTerm.json", {"approximateGroup": {"inputTerm": None}})
    assert drugs.similar("xyz").found == ()


def test_an_identifier_that_is_none_leads_nowhere(drugs: RxNorm, service: PublicService) -> None:
    service.gives("/REST/rxcui.json", {"idGroup": {"rxnormId": ["../../secret"]}})
    with pytest.raises(Unavailable, match="otherwise than it documents"):
        drugs.drug("advil")
    assert len(service.asked) == 1


def test_an_address_without_rxnav_knows_no_answer(drugs: RxNorm) -> None:
    with pytest.raises(Unavailable, match="status 404"):
        drugs.drug("advil")
