"""The list of recognisers, and what the pattern engine needs to know of each."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from inspect import getmembers, isclass

import pytest
import regex
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer

from processors.sanitize import recognizers
from processors.sanitize.patterns.shape import shape
from processors.sanitize.recognizers import OURS, english
from processors.sanitize.recognizers.cored import Cored
from processors.sanitize.types import ENTITY_TYPES

_SAMPLES = """
    Monday, March 5th, 2023 at 10:15 AM; the 5th of March 2023; March 2023; 2023 March 5; 05-Mar-2023; Mar-05-2023
    05-Mar; 2023-03-05T10:15; 03/05/2023 10:15; 03-05-2023; 05.03.2023; 20230305T101500; 03/2023; born 19800305
    last March; 05.03.23; 3/2023; 3/23; Mar-2023; Dr. Ann Lee; the Mercy Hospital of Springfield; Hospital of Reno
    Children's Hospital Los Angeles; https://a.example.org/x; annlee.io; 12 Main St, Reno, NV 89501; Beacon Street
    20 Rua do Arenque 1634, Lisboa; 26 rue des Lilas; Rákóczi út 66; Kiannonkatu 98, 10115 Berlin; PO Box 12
    5366 Pivovarská 276 Suite 4 Reno 89501; 1 Elm Suite 5; PSC 43, Box 41 APO AP 28906; corner of Elm and Oak
    12 elm street; 12 elm 4 apt. 3 delmas, mp 35739; 5366 Atamaria 55, Reno 89501
"""


def _defined() -> Iterator[type]:
    for module in pkgutil.iter_modules(recognizers.__path__, f"{recognizers.__name__}."):
        for name, kind in getmembers(import_module(module.name), isclass):
            if issubclass(kind, EntityRecognizer) and kind.__module__ == module.name and not name.startswith("_"):
                yield kind


def _ours() -> list[PatternRecognizer]:
    return [recognizer for kind in OURS if isinstance(recognizer := kind(), PatternRecognizer)]


def _of(recognizer: PatternRecognizer) -> list[Pattern]:
    patterns: list[Pattern] = recognizer.patterns  # type: ignore[has-type]  # presidio leaves it unannotated
    return patterns


def test_every_recogniser_is_listed() -> None:
    bases = {base for kind in OURS if isclass(kind) for base in kind.__mro__[1:]}
    assert {kind for kind in _defined() if kind not in bases} == set(OURS)


def test_every_type_that_is_found_is_in_the_catalogue() -> None:
    assert {name for recognizer in english() for name in recognizer.supported_entities} <= set(ENTITY_TYPES)


_PATTERNS = [(pattern, recognizer.global_regex_flags or 0) for recognizer in _ours() for pattern in _of(recognizer)]


@pytest.mark.parametrize(("pattern", "flags"), _PATTERNS, ids=[pattern.name for pattern, _ in _PATTERNS])
def test_the_gate_sees_every_pattern_in_any_text(pattern: Pattern, flags: int) -> None:
    whole = shape(pattern.regex, flags)
    core = shape(getattr(pattern, "core", pattern.regex), flags)
    assert whole is not None
    assert whole.width is not None or whole.spaceless  # else every search goes through the whole text
    assert core is not None
    assert core.shadowed  # else it runs on every text that is not ASCII


_CORED = [(pattern, flags) for pattern, flags in _PATTERNS if isinstance(pattern, Cored)]


@pytest.mark.parametrize(("pattern", "flags"), _CORED, ids=[pattern.name for pattern, _ in _CORED])
def test_every_match_holds_the_core_that_the_gate_looks_for(pattern: Cored, flags: int) -> None:
    matches = [match[0] for match in regex.finditer(pattern.regex, _SAMPLES, flags)]
    assert matches
    assert all(regex.search(pattern.core, match, flags) for match in matches)
