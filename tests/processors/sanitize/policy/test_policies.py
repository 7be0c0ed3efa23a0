"""Policies: what a file says is what is done, and what it says wrongly is named with its line and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from domains.catalogue import load_specs
from metronis.errors import Misconfigured
from processors.sanitize.policy import SanitizePolicies, SanitizePolicy, SanitizeSpec, load_policy
from processors.sanitize.types import ENTITY_TYPES

DOMAINS = {"general": SanitizeSpec(), "trading": SanitizeSpec(types={"ORGANIZATION": "keep"})}


def written(folder: Path, text: str, org_id: str = "acme") -> Path:
    file = folder / f"{org_id}.yaml"
    file.write_text(text)
    return file


def policy(folder: Path, text: str, domain: str = "general") -> SanitizePolicy:
    return load_policy(written(folder, text), DOMAINS)[domain]


def refused(folder: Path, text: str) -> str:
    with pytest.raises(Misconfigured) as error:
        policy(folder, text)
    return str(error.value).removeprefix(f"{folder}/")


def test_without_a_word_everything_that_identifies_is_replaced() -> None:
    actions = SanitizeSpec().policy("general").actions
    assert actions.keys() == ENTITY_TYPES.keys()
    assert not {"keep", "flag"} & set(actions.values())
    assert {kind for kind, action in actions.items() if action == "generalise"} == {"AGE", "DATE_TIME", "ZIP_CODE"}
    assert (actions["SECRET"], actions["HIDDEN_TEXT"], actions["PERSON"]) == ("mask", "drop", "pseudonymise")


def test_a_file_is_laid_over_the_domain(tmp_path: Path) -> None:
    changed = policy(tmp_path, "types: {URL: flag, PERSON: mask}", "trading").actions
    assert (changed["URL"], changed["PERSON"], changed["ORGANIZATION"]) == ("flag", "mask", "keep")


def test_what_it_says_of_one_domain_is_laid_over_both(tmp_path: Path) -> None:
    text = """
types: {URL: keep, PERSON: mask}
domains:
  trading:
    pseudonyms: vault
    types: {URL: drop}
"""
    general, trading = (policy(tmp_path, text, domain) for domain in DOMAINS)
    assert (general.actions["URL"], general.pseudonyms) == ("keep", "keyed")
    assert (trading.actions["URL"], trading.actions["PERSON"], trading.pseudonyms) == ("drop", "mask", "vault")


def test_a_default_means_all_personal_data_that_is_not_named_and_no_content(tmp_path: Path) -> None:
    actions = policy(tmp_path, "default: keep\ntypes: {US_SSN: mask}").actions
    assert {"PERSON", "DATE_TIME", "PHOTO"} <= {kind for kind, action in actions.items() if action == "keep"}
    assert (actions["US_SSN"], actions["SECRET"], actions["HIDDEN_TEXT"], actions["BLOB"]) == (
        "mask",
        "mask",
        "drop",
        "mask",
    )


def test_a_field_may_have_actions_of_its_own(tmp_path: Path) -> None:
    made = policy(
        tmp_path, "types: {URL: mask}\nfields:\n  attributes.ticket*: {ID_NUMBER: keep}\n  '*.id': {URL: keep}"
    )
    assert made.actions_at("attributes.ticket")["ID_NUMBER"] == "keep"
    assert made.actions_at("attributes.ticket.id")["URL"] == "keep"
    assert made.actions_at("attributes.tick") == made.actions
    assert made.actions_at("input[0].content")["ID_NUMBER"] == "pseudonymise"


def test_brackets_and_dots_of_a_place_mean_themselves(tmp_path: Path) -> None:
    made = policy(tmp_path, "fields: {'input[0].content': {URL: keep}}")
    assert made.actions_at("input[0].content")["URL"] == "keep"
    assert made.actions_at("input0.content") == made.actions
    assert made.actions_at("input[0]xcontent") == made.actions


def test_the_version_changes_with_what_is_done(tmp_path: Path) -> None:
    first, same, other = (policy(tmp_path, f"types: {{URL: {action}}}").version for action in ("keep", "keep", "flag"))
    assert first == same
    assert first.startswith("acme/general-")
    assert first != other


def test_every_organisation_has_its_own_and_the_others_the_domains(tmp_path: Path) -> None:
    written(tmp_path, "types: {URL: keep}", "north")
    written(tmp_path, "default: mask", "south.eu")
    policies = SanitizePolicies(DOMAINS, tmp_path)
    assert policies.of("north", "trading").actions["URL"] == "keep"
    assert policies.of("south.eu", "trading").actions["PERSON"] == "mask"
    assert policies.of("west", "trading").actions == DOMAINS["trading"].policy("trading").actions
    assert len(list(policies)) == 6


def test_the_domains_files_load_and_healthcare_keeps_clinical_terms_alone() -> None:
    specs = {name: spec.sanitize for name, spec in load_specs().items()}
    policies = SanitizePolicies(specs)
    healthcare = policies.of("default", "healthcare")
    assert (healthcare.pseudonyms, healthcare.dates) == ("vault", "year")
    assert {kind for kind, action in healthcare.actions.items() if action in ("keep", "flag")} == {"CLINICAL_TERM"}
    assert policies.of("default", "trading").actions["ORGANIZATION"] == "keep"
    kept = {kind for each in policies for kind, action in each.actions.items() if action == "keep"}
    own = {recognizer.type for spec in specs.values() for recognizer in spec.recognizers.values()}
    assert kept - (own - ENTITY_TYPES.keys() - {"CLINICAL_TERM"}) == {
        "CLINICAL_TERM",
        "COUNTRY",
        "DATE_TIME",
        "DEVICE_ID",
        "LOCATION",
        "ORGANIZATION",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "pseudonyms: vault\ntypes:\n  ORGANISATION: keep",
            "line 3: types.ORGANISATION: no entity type is called 'ORGANISATION'; did you mean ORGANIZATION?",
        ),
        ("types: {X: keep}", "no entity type is called 'X'; there are ACCOUNT_NUMBER, AGE"),
        ("types:\n  URL: hide", "line 2: types.URL: Input should be 'pseudonymise', 'shape', 'generalise', 'mask'"),
        ("types: {URL: generalise}", "URL cannot be generalised, only AGE, DATE_TIME, ZIP_CODE can; use mask"),
        ("default: generalise", "line 1: default: only AGE, DATE_TIME, ZIP_CODE can be generalised"),
        ("fields:\n  input:\n    PERSN: keep", "line 3: fields.input.PERSN: no entity type is called 'PERSN'; did you"),
        ("\ntyps: {}", "line 2: typs: is no key here; did you mean types?"),
        ("domains:\n  tradin: {}", "line 2: domains.tradin: no domain is called 'tradin'; did you mean trading?"),
        ("domains: [trading]", "line 1: domains: is no map; give the names of domains as keys below it"),
        ("domains:\n  trading:\n    types:\n      URI: keep", "line 4: domains.trading.types.URI: no entity type"),
        ("types:\n  URL: keep\n  URL: mask", "line 3: 'URL' is there twice; leave one of them out"),
        ("types: [", "acme.yaml"),
        ("- types", "is no map of keys; begin with a key"),
        ("", "is no map of keys"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_mend(tmp_path: Path, text: str, message: str) -> None:
    assert message in refused(tmp_path, text)


def test_a_file_that_belongs_to_nobody_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "types: {}", "a b")
    with pytest.raises(Misconfigured, match=r"a b\.yaml: a policy is called by its organisation's id"):
        SanitizePolicies(DOMAINS, tmp_path)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="is no folder; make it, or leave METRONIS_SANITIZE__POLICIES out"):
        SanitizePolicies(DOMAINS, tmp_path / "none")
