"""Domain files: what they declare is what is run, and a mistake is named with its place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from domains.catalogue import DOMAINS, load_policies, load_policy_file
from domains.spec import read_spec
from metronis.errors import Misconfigured

SPEC = """
name: space
version: 1
title: Space
description: Traces from far away.
evaluators:
  - name: refusal
cascade: {pass_at: 0.3, fail_at: 0.7}
"""


def write(folder: Path, text: str, name: str = "space") -> Path:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "spec.yaml").write_text(text)
    return folder / name


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(Misconfigured) as error:
        read_spec(write(tmp_path, text), {})
    return str(error.value)


def test_every_folder_of_a_domain_is_listed() -> None:
    folder = Path(__file__).parents[2] / "domains"
    assert sorted(DOMAINS) == sorted(file.parent.name for file in folder.glob("*/spec.yaml"))


def test_every_domain_loads_with_a_version_of_its_own() -> None:
    policies = load_policies()
    assert tuple(policies) == DOMAINS
    assert len({policy.version for policy in policies.values()}) == len(DOMAINS)


def test_a_domain_takes_over_what_it_does_not_say(tmp_path: Path) -> None:
    bases: dict[str, dict[str, object]] = {}
    base = read_spec(write(tmp_path, SPEC), bases)
    text = "name: moon\nversion: 2\nextends: space\ntitle: Moon\ndescription: Nearer.\n"
    moon = read_spec(write(tmp_path, text, "moon"), bases)
    assert (moon.evaluators, moon.cascade) == (base.evaluators, base.cascade)


def test_the_policy_version_changes_with_anything_that_can_change_a_verdict(tmp_path: Path) -> None:
    first = read_spec(write(tmp_path, SPEC), {}).policy().version
    assert first == read_spec(write(tmp_path, SPEC), {}).policy().version
    assert first != read_spec(write(tmp_path, SPEC.replace("0.7", "0.8")), {}).policy().version


def test_the_policy_version_is_the_same_in_every_process() -> None:
    code = "from domains.catalogue import load_policies; print([p.version for p in load_policies().values()])"
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True)
        assert done.stdout.strip() == str([policy.version for policy in load_policies().values()])


def test_a_policy_file_says_only_what_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "strict.yaml"
    file.write_text("extends: legal\ncascade: {pass_at: 0.1, fail_at: 0.5}\n")
    strict, today = load_policy_file(file), load_policies()["legal"]
    assert (strict.domain, strict.pass_at, strict.planned) == ("legal", 0.1, today.planned)
    assert strict.version != today.version
    file.write_text("extends: legal\n")
    assert load_policy_file(file).version == today.version
    file.write_text(SPEC)
    with pytest.raises(Misconfigured, match="no domain is called 'space'; choose from general"):
        load_policy_file(file)


def test_an_unknown_evaluator_is_named_with_the_known_ones(tmp_path: Path) -> None:
    message = refused(tmp_path, SPEC.replace("refusal", "refusals"))
    assert "spec.yaml: evaluators.0" in message
    assert "no evaluator is called 'refusals'; there are" in message


def test_an_unknown_parameter_is_refused(tmp_path: Path) -> None:
    assert "strictness" in refused(tmp_path, SPEC.replace("refusal", "refusal\n    parameters: {strictness: 2}"))


def test_a_misspelt_key_is_refused(tmp_path: Path) -> None:
    assert "cascade.pass_it" in refused(tmp_path, SPEC.replace("pass_at", "pass_it"))


def test_a_folder_with_another_name_is_refused(tmp_path: Path) -> None:
    assert "make them equal" in refused(tmp_path, SPEC.replace("name: space", "name: spce"))


def test_broken_yaml_is_refused_naming_the_line(tmp_path: Path) -> None:
    assert "line 2" in refused(tmp_path, "name: space\n  version: [")


def test_extending_an_unknown_domain_is_refused(tmp_path: Path) -> None:
    assert "extends 'mars'" in refused(tmp_path, SPEC + "extends: mars\n")
