"""The house rules that no other tool checks."""

from __future__ import annotations

import ast
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from metronis.reference import stale
from processors.evaluators import EVALUATORS
from schemas.issues import ISSUES

ROOT = Path(__file__).parents[2]
PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"][
    "packages"
]
MODULES = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]


def test_generated_pages_are_fresh() -> None:
    assert stale() == []


def test_no_dependency_ships_a_package_of_our_name() -> None:
    """Such a wheel would overwrite ours on the import path without a word."""
    installed = packages_distributions()
    assert {name: installed[name] for name in PACKAGES if set(installed.get(name, ())) - {"metronis-aegis"}} == {}


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert not source or ast.get_docstring(ast.parse(source)), "begin the module with one sentence of purpose"


def test_every_issue_code_has_an_evaluator() -> None:
    assert {evaluator.issue for evaluator in EVALUATORS} == ISSUES.keys()


def test_requirements_name_no_index() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / name).read_text()


def test_every_listed_document_is_there() -> None:
    """Links of the README and the guides lead somewhere."""
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in links(page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


def links(text: str) -> list[str]:
    parts = text.split("](")[1:]
    targets = [part.split(")")[0].split("#")[0] for part in parts]
    return [target for target in targets if target and "://" not in target]
