"""Collected only where the packages of the extra `ml` are installed: the conftest leaves this file out elsewhere."""

from __future__ import annotations

import pytest

from processors.sanitize.neural.rampart import RampartDetector


@pytest.fixture(scope="module")
def detector() -> RampartDetector:
    return RampartDetector()


def found(detector: RampartDetector, text: str) -> list[tuple[str, str]]:
    return [(entity.type, text[entity.start : entity.end]) for entity in detector.find(text)]


def test_names_and_addresses(detector: RampartDetector) -> None:
    text = "My name is Tomas Lindqvist-Berg, I live at 12 Baker Street, London."
    assert found(detector, text) == [
        ("PERSON", "Tomas Lindqvist-Berg"),
        ("STREET_ADDRESS", "12 Baker Street"),
        ("LOCATION", "London"),
    ]


def test_offsets_hold_in_any_script(detector: RampartDetector) -> None:
    text = "İİ 😀 e\u0301 Je m'appelle Zoé Müller, et toi?"
    assert ("PERSON", "Zoé Müller") in found(detector, text)


@pytest.mark.parametrize("text", ["", "   \n", "\u200b", "\ud800", "?" * 3_000, "\x00"])
def test_nothing_is_found_in_nothing(detector: RampartDetector, text: str) -> None:
    assert found(detector, text) == []


def test_a_name_is_found_wherever_it_stands_in_a_long_text(detector: RampartDetector) -> None:
    name = "my name is Tomas Lindqvist, and"
    for before in range(0, 400, 40):
        text = "so it goes on " * before + name + " it goes on" * 40
        assert [value for kind, value in found(detector, text) if kind == "PERSON"] == ["Tomas Lindqvist"], before


def test_it_is_deterministic(detector: RampartDetector) -> None:
    text = "Please ask Tomas Lindqvist of Uppsala."
    assert detector.find(text) == RampartDetector().find(text)
