"""Rules find by the gate what their patterns find by themselves, whatever the pattern."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st
from presidio_analyzer import Pattern, PatternRecognizer

from processors.sanitize.detector import Entity
from processors.sanitize.patterns.rule import Rule
from processors.sanitize.patterns.scorer import Scorer
from processors.sanitize.patterns.shadow import shadow
from processors.scan.cache import DatabaseCache
from processors.scan.gate import Gate

FLAGS = regex.DOTALL | regex.MULTILINE | regex.IGNORECASE
PATTERNS = (
    r"\b\d{3}\b",
    r"\b[a-z]{1,3}\d{2,4}(?!x)",
    r"(?<!\w)ab+c?",
    r"(?<=a\s?)\d+",
    r"(?:a|ab)(?:c|bcd)?\b",
    r"(\w)\1",
    r"[^\W\d_]{2,}-\d",
    r"\w+@\w+(?:\.\w+)+",
    r"a.{0,5}?b$",
    r"^\s*\d+",
    r"[^a]\d",
    r"é\d|[à-ü]b",
    r"a{,2}b",
    r"\p{L}\d",
    r"a*",
    r"(?>a+)b++c",
    r"x\d+(?= *y)",
    r"(?-i:A)\S{1,4}",
    r"\d+ \d+",
    r"(?a:\w)\d",
)
ALPHABET = "aAbBcCxXyYiIkK01 \n\t_-.@éÉàİıſK٣\u00a0–𝟘"


class Overlapping(PatternRecognizer):
    """Wants every match."""

    overlapped = True


@cache
def rules() -> Sequence[Rule]:
    return [rule for kind in (PatternRecognizer, Overlapping) for rule in _rules(kind)]


def _rules(kind: type[PatternRecognizer]) -> Iterator[Rule]:
    for source in PATTERNS:
        for flags in (FLAGS, regex.DOTALL, FLAGS | regex.ASCII):
            pattern = Pattern(source, source, 0.5)
            recognizer = kind("ANY", patterns=[pattern], global_regex_flags=flags)
            yield Rule(recognizer, pattern, Scorer(recognizer, 0.5, 0.0, None), timeout_s=5.0)


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    folder: Path = tmp_path_factory.mktemp("cache")
    return Gate([rule.expression for rule in rules()], DatabaseCache(folder))


@settings(max_examples=400, deadline=None)
@given(st.text(ALPHABET, max_size=30))
@example("123 1234 567")
@example("aab x12 y\nab")
@example("a@b.c d@e.f.g a@a@a.a")
def test_the_gate_hides_nothing(gate: Gate, text: str) -> None:
    ends = gate.scan(shadow(text))
    for index, rule in enumerate(rules()):
        if index in gate.unknown or not (text.isascii() or rule.shadowed):
            continue
        by_gate = list(rule.find(text, ends[index])) if index in ends else []
        assert by_gate == list(rule.find(text, None)), PATTERNS[index // 3 % len(PATTERNS)]


def test_a_group_called_value_is_the_entity() -> None:
    pattern = Pattern("label", r"\bid:\s*(?P<value>\d+)|\bno (?:one|two)\b", 0.5)
    recognizer = PatternRecognizer("ID_NUMBER", patterns=[pattern])
    rule = Rule(recognizer, pattern, Scorer(recognizer, 0.5, 0.4, None), timeout_s=5.0)
    assert list(rule.find("id: 42, no one", None)) == [
        Entity("ID_NUMBER", 4, 6, 0.5),
        Entity("ID_NUMBER", 8, 14, 0.5),
    ]


def test_a_pattern_that_runs_out_of_time_is_an_error() -> None:
    pattern = Pattern("slow", r"(?:\w|\w\w)+\d!", 0.9)
    recognizer = PatternRecognizer("SLOW", patterns=[pattern])
    rule = Rule(recognizer, pattern, Scorer(recognizer, 0.9, 0.4, None), timeout_s=0.01)
    with pytest.raises(TimeoutError):
        list(rule.find("a" * 60 + " 1!", None))
