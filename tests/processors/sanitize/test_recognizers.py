"""What the recognisers of English find and what they leave."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import EntityRecognizer, RecognizerRegistry
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.recognizers import english
from processors.sanitize.recognizers.phone import Phone, TooManyCandidates

DETECTOR = PatternDetector(english())


def found(text: str) -> set[tuple[str, str]]:
    return {(entity.type, text[entity.start : entity.end]) for entity in DETECTOR.find(text)}


def test_every_default_of_presidio_is_there_or_replaced() -> None:
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    theirs = {type(recognizer) for recognizer in registry.recognizers}
    ours = {base for recognizer in english() for base in type(recognizer).__mro__}
    assert {kind.__name__ for kind in theirs - ours} <= {"SpacyRecognizer"}


@pytest.mark.parametrize(
    ("text", "entity_type", "value"),
    [
        ("write to Ann.Lee@clinic.example.org today", "EMAIL_ADDRESS", "Ann.Lee@clinic.example.org"),
        ("root@ward.local logged in", "EMAIL_ADDRESS", "root@ward.local"),
        ("SSN 123-45-6789", "US_SSN", "123-45-6789"),
        ("SSN 078-05-1120", "US_SSN", "078-05-1120"),
        ("SSN 000-12-3456", "US_SSN", "000-12-3456"),
        ("SSN 666-12-3456", "US_SSN", "666-12-3456"),
        ("her social security number is 123456789.", "US_SSN", "123456789"),
        ("from 10.20.30.40 at noon", "IP_ADDRESS", "10.20.30.40"),
        ("from 2001:db8::8a2e:370:7334 at noon", "IP_ADDRESS", "2001:db8::8a2e:370:7334"),
        ("pay DE89 3704 0044 0532 0130 00 today", "IBAN_CODE", "DE89 3704 0044 0532 0130 00"),
        ("pay de89370400440532013000 today", "IBAN_CODE", "de89370400440532013000"),
        ("card 4111 1111 1111 1111 123", "CREDIT_CARD", "4111 1111 1111 1111"),
        ("order 3456 4111 1111 1111 1111", "CREDIT_CARD", "4111 1111 1111 1111"),
        ("card 2223003122003222", "CREDIT_CARD", "2223003122003222"),
        ("call (212) 555-0123 now", "PHONE_NUMBER", "(212) 555-0123"),
        ("https://10.0.0.1:8080/patients/ann?id=7#top.", "URL", "https://10.0.0.1:8080/patients/ann?id=7#top"),
        ("postgres://ann:secret@db/main", "URL", "postgres://ann:secret@db/main"),
        ("see example.community/ann, please", "URL", "example.community/ann"),
        ('{"site": "ann.example.com"}', "URL", "ann.example.com"),
        ("born 1980-02-29", "DATE_TIME", "1980-02-29"),
    ],
)
def test_finds_whole(text: str, entity_type: str, value: str) -> None:
    assert (entity_type, value) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "gen_ai.usage.input_tokens",
        "os.path.join(root, name)",
        "in 1644 or 1689 there were 1650 of them",
        "version v1 costs 3.14 at 12:30",
        "npm install react@18.2.0",
        "It took 1700000000000 ms.",
        "Yes. No... e.g. this, i.e. that",
        "ratio 3/4, list [1, 2, 3], std::vector",
    ],
)
def test_leaves_what_presidio_takes_for_an_entity(text: str) -> None:
    assert found(text) == set()


def spans(recognizer: EntityRecognizer, text: str) -> set[tuple[int, int]]:
    results = recognizer.analyze(text, ["PHONE_NUMBER"], None)  # type: ignore[arg-type]  # it reads no artefacts
    results = EntityRecognizer.remove_duplicates(results)
    return {(result.start, result.end) for result in results}


PIECES = ["+1", "212", "5550123", "555", "030", "12345678", "0", "٢", "٣٤٥", "-", " ", "   ", "(", ")", "/", ".", ":30"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, " ext. 12", "a", "€", "word " * 9]), max_size=14).map("".join))
def test_phone_finds_what_presidio_finds_of_seven_digits_or_more(text: str) -> None:
    long_enough = {
        (start, end)
        for start, end in spans(PhoneRecognizer(), text)
        if sum(char.isdecimal() for char in text[start:end]) >= 7
    }
    assert spans(Phone(), text) == long_enough


def test_a_text_of_too_many_candidates_is_refused_and_not_half_read() -> None:
    with pytest.raises(TooManyCandidates):
        spans(Phone(max_examinations=10), " , ".join(f"212-555-02{last}" for last in range(10, 30)))
