"""Domain files: what they declare is what is run, with what they inherit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from domains.catalogue import DOMAINS, FOLDER, SPEC, load_domains, load_policies, load_policy_file
from domains.domain import Domain
from domains.evaluators import OF_DOMAINS
from domains.problems import domain_schema
from metronis.errors import Misconfigured
from processors.evaluator import Result
from processors.evaluators import EVALUATORS as GENERIC
from tests.domains.written import PLANETS, SPACE, catalogue, changed, write
from tests.processors.declared import says, subject


def load(folder: Path, name: str = "space") -> Domain:
    return catalogue(folder).domain(name)


def result(domain: Domain, claim: str, **fields: object) -> Result:
    evaluator = next(each.evaluator for each in domain.policy.planned if each.evaluator.name == claim)
    return evaluator.evaluate(subject(**fields))


def test_every_folder_of_a_domain_is_listed() -> None:
    assert sorted(DOMAINS) == sorted(file.parent.name for file in FOLDER.glob(f"*/{SPEC}"))


def test_every_domain_loads_with_a_version_of_its_own() -> None:
    policies = load_policies()
    assert tuple(policies) == DOMAINS
    assert len({policy.version for policy in policies.values()}) == len(DOMAINS)


@pytest.mark.parametrize("name", DOMAINS)
def test_every_domain_fits_the_schema_that_editors_get(name: str) -> None:
    content = yaml.safe_load((FOLDER / name / SPEC).read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(content, default=str)), domain_schema())


@pytest.mark.parametrize(
    "wrong",
    [
        ("type: range", "type: rnage"),
        ("title: Space", "titel: Space"),
        ("pass_at: 0.3", "pass_at: 3"),
        ("notify: page", "notify: pager"),
        ("name: empty_promise", "name: Empty Promise"),
    ],
)
def test_the_schema_refuses_what_an_editor_should_underline(wrong: tuple[str, str]) -> None:
    jsonschema.validate(yaml.safe_load(SPACE), domain_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(changed(*wrong)), domain_schema())


def test_no_two_evaluators_have_one_name() -> None:
    names = [each.name for own in (GENERIC, *OF_DOMAINS.values()) for each in own]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_what_a_domain_declares_is_judged(tmp_path: Path) -> None:
    write(tmp_path)
    space = load(tmp_path)
    slow = result(space, "too_slow", attributes={"planet": "Terra", "speed": "11000 m/s"})
    assert says(slow) == "fail"
    assert "11 km/s; at least 11.2 km/s is allowed. (Outer Space Treaty)" in str(slow)
    assert says(result(space, "too_slow", attributes={"planet": "mars", "speed": 11})) == "pass"
    assert says(result(space, "too_slow", attributes={"planet": "pluto", "speed": 11})) == "abstain"
    assert says(result(space, "empty_promise", output="This can’t fail.")) == "fail"


def test_a_domain_takes_over_what_it_does_not_say(tmp_path: Path) -> None:
    write(tmp_path)
    moon = """
name: moon
version: 2
extends: space
without: [empty_promise, refusal]
title: Moon
description: Nearer.
units: ["moon_day = 29.5 day"]
facts:
  speed: {path: attributes.velocity, unit: km/s}
  spin: {path: attributes.spin, unit: moon_day}
constraints:
  - {name: too_slow, type: range, claim: The probe leaves the Moon., value: speed, min: "2.38 [km/s]", severity: low}
  - {name: odd_spin, type: range, claim: The Moon shows one face., value: spin, min: "1 [moon_day]"}
cascade: {fail_at: 0.8}
"""
    write(tmp_path, moon, "moon")
    base, derived = load(tmp_path), load(tmp_path, "moon")
    names = [each.evaluator.name for each in derived.policy.planned]
    inherited = [each.evaluator.name for each in base.policy.planned]
    assert names == [*(name for name in inherited if name not in ("refusal", "empty_promise")), "odd_spin"]
    assert (derived.policy.pass_at, derived.policy.fail_at) == (0.3, 0.8)
    assert set(derived.scope.schema.facts) == {"speed", "planet", "speeds", "spin"}
    assert says(result(derived, "too_slow", attributes={"velocity": 2.4})) == "pass"
    assert derived.tables["planets"].key("terra") == "earth"
    assert derived.extends == "space"


def test_an_empty_section_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, SPACE + "retention:\nevaluators:\n")
    assert load(tmp_path).policy.planned[-1].evaluator.name == "empty_promise"


def test_a_vocabulary_names_what_its_terms_stand_for(tmp_path: Path) -> None:
    text = changed('["guarantee*", "can\'t fail"]', '{pledge: ["guarantee*", "can\'t fail"]}')
    said = text.replace("  speeds:", "  promised: {vocabulary: promise}\n  speeds:")
    write(tmp_path, said.replace("value: speed\n", "value: speed\n    when: promised == 'pledge'\n"))
    probe = {"planet": "mars", "speed": 1}
    assert says(result(load(tmp_path), "too_slow", attributes=probe, output="We guarantee it.")) == "fail"
    assert says(result(load(tmp_path), "too_slow", attributes=probe, output="We hope so.")) == "abstain"


def version(folder: Path, text: str = SPACE, planets: str = PLANETS) -> str:
    write(folder, text, planets=planets)
    return load(folder).policy.version


CHANGES = [
    ("fail_at: 0.7", "fail_at: 0.8"),
    ("version: 1", "version: 2"),
    ("title: Space", "title: Outer space"),
    ("path: attributes.speed, ", "path: attributes.velocity, "),
    ("min: planets.escape[planet]", "min: 11 [km/s]"),
    ("type: forbidden", "type: forbidden\n    severity: low"),
    ('"guarantee*", "can\'t fail"', '"guarantee*", "cannot fail"'),
    ("treaty: {title: Outer Space Treaty}", "treaty: {title: Moon Treaty}"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_policy_version_changes_with_anything_that_can_change_a_verdict(
    tmp_path: Path, change: tuple[str, str]
) -> None:
    before = version(tmp_path)
    assert version(tmp_path) == before
    assert version(tmp_path, changed(*change)) != before


def test_the_policy_version_changes_with_what_is_known_and_not_with_where(tmp_path: Path) -> None:
    before = version(tmp_path / "here")
    assert version(tmp_path / "there") == before
    assert version(tmp_path / "here", planets=PLANETS.replace("5.0", "5.1")) != before


def test_the_policy_version_is_the_same_in_every_process() -> None:
    code = "from domains.catalogue import load_policies; print([p.version for p in load_policies().values()])"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True)
        assert done.stdout.strip() == str([policy.version for policy in load_policies().values()])


def test_a_policy_file_says_only_what_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "strict.yaml"
    file.write_text("extends: legal\ncascade: {pass_at: 0.1, fail_at: 0.5}\n")
    strict, today = load_policy_file(file), load_policies()["legal"]
    assert (strict.domain, strict.pass_at) == ("legal", 0.1)
    assert [each.evaluator.name for each in strict.planned] == [each.evaluator.name for each in today.planned]
    assert strict.version != today.version
    file.write_text("extends: legal\n")
    assert load_policy_file(file).version == today.version
    file.write_text("extends: legal\nname: spacee\n")
    with pytest.raises(Misconfigured, match=r"no domain is called 'spacee'; there are general"):
        load_policy_file(file)


def test_one_wrong_domain_takes_no_other_down(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, "name: moon\nversion: [", "moon")
    found = catalogue(tmp_path)
    assert set(found.broken) == {"moon"}
    assert set(found.domains) == {*DOMAINS, "space"}
    with pytest.raises(Misconfigured, match="is no YAML"):
        load_domains(tmp_path)


def test_a_domain_may_come_before_the_one_it_extends(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, "name: andromeda\nextends: space\n", "andromeda")
    assert load(tmp_path, "andromeda").extends == "space"
