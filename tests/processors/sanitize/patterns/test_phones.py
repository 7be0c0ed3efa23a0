"""Phone numbers: presidio's, however they are looked for, and a bound on the looking."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberMatcher
from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.patterns.phones import Phones, TooManyCandidates
from tests.processors.sanitize.patterns import texts

REWRITING = ("AR", "MX", "BR", "AU", "IT", "CR", "SG")  # plans whose prefixes are rewritten, or that are odd elsewhere
PIECES = [
    "+1",
    "+",
    "212",
    "5550123",
    "030",
    "12345678",
    "0",
    "00",
    "011",
    "0154",
    "11",
    "9",
    "٢",
    "٣٤٥",
    "-",
    " ",
    ".",
]


@cache
def detector(regions: tuple[str, ...]) -> PatternDetector:
    return PatternDetector([PhoneRecognizer(supported_regions=regions)], context=False)


def presidios(text: str, regions: tuple[str, ...]) -> set[tuple[int, int]]:
    recognizer = PhoneRecognizer(supported_regions=regions)
    results = EntityRecognizer.remove_duplicates(recognizer.analyze(text, ["PHONE_NUMBER"]))
    return {(result.start, result.end) for result in results}


def ours(text: str, regions: tuple[str, ...]) -> set[tuple[int, int]]:
    return {(entity.start, entity.end) for entity in detector(regions).find(text)}


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*PIECES, " ext. 12", "x", "(", ")", "/", ":30", "a", "€", "word "]), max_size=12).map(
        "".join
    )
)
@example("011 15 1234-5678 or 044 55 1234 5678")
@example("555 0123 x123 456-7890 / x 212 555 0123")
def test_finds_what_presidio_finds_in_regions_with_odd_plans(text: str) -> None:
    assert ours(text, REWRITING) == presidios(text, REWRITING)


def test_an_unknown_region_knows_international_numbers_alone() -> None:
    text = "+44 20 7946 0958, 020 7946 0958"
    assert ours(text, ("ZZ",)) == presidios(text, ("ZZ",)) == {(0, 16)}


def test_numbers_at_the_ends_of_a_text_and_after_one_another() -> None:
    text = "212-555-0123 212-555-0199"
    assert ours(text, ("US",)) == {(0, 12), (13, 25)}


def test_of_fewer_digits_than_wanted_none() -> None:
    assert Phones(("DE",), min_digits=4).spans("1644 und 030 901820") == {(0, 4), (9, 19)}
    assert Phones(("DE",), min_digits=7).spans("1644 und 030 901820") == {(9, 19)}


def test_a_text_of_too_many_candidates_is_refused_and_not_half_read() -> None:
    phones = Phones(("US",), max_examinations=10)
    assert len(phones.spans(" , ".join(f"212-555-010{last}" for last in range(10)))) == 10
    assert phones.spans("1 , " * 50) == set()
    with pytest.raises(TooManyCandidates):
        phones.spans(" , ".join(f"212-555-02{last}" for last in range(10, 30)))


def test_the_library_is_asked_once_for_what_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    extract = PhoneNumberMatcher._extract_match

    def counted(self: PhoneNumberMatcher, candidate: str, offset: int) -> object:
        asked.append(candidate)
        return extract(self, candidate, offset)

    monkeypatch.setattr(PhoneNumberMatcher, "_extract_match", counted)
    assert len(Phones(("US", "DE")).spans("call 212-555-0123, " * 50)) == 50
    assert asked == ["212-555-0123"]


@pytest.mark.parametrize("text", texts.HOSTILE)
def test_hostile_texts(text: str) -> None:
    assert ours(text, REWRITING) == presidios(text, REWRITING)
