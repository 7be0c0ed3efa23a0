"""Whatever the disguise: it is found, masked whole, and what is left says nothing."""

from __future__ import annotations

import base64
import html
import urllib.parse
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.sanitize.detector import Entity
from processors.sanitize.evasion.detector import EvasionDetector
from processors.sanitize.evasion.views import TooManyViews, Views
from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.recognizers import english
from processors.sanitize.spans import disjoint
from tests.processors.sanitize.evasion.disguises import DISGUISES, UNREADABLE

VIEWS = Views()
VALUES = ["ann.lee@example.org", "123-45-6789", "4111 1111 1111 1111", "212-555-0123"]


class Planted:
    """Finds one value."""

    def __init__(self, value: str) -> None:
        self._value = value

    def find(self, text: str) -> Sequence[Entity]:
        at = text.lower().find(self._value)
        return () if at < 0 else (Entity("PLANTED", at, at + len(self._value), 1.0),)


def masked(text: str, value: str) -> str:
    """The text with everything masked that is found until nothing is."""
    detector = EvasionDetector(Planted(value))
    for _ in range(8):
        found = detector.find(text)
        if not found:
            return text
        for entity in reversed(list(disjoint(found))):
            text = f"{text[: entity.start]}<X>{text[entity.end :]}"
    raise AssertionError(f"still there: {text!r}")


def readings(text: str) -> list[str]:
    """The text, decoded by us, and by what a program would use."""
    theirs = [html.unescape(text), urllib.parse.unquote(text), urllib.parse.unquote(html.unescape(text))]
    return [text, *theirs, *(view.text for view in VIEWS.of(text))]


around = st.sampled_from(["", " ", "\n", "call ", " or (", "é ", "x = ", ", ", "漢字", "id:", "/", " 7 "])


@pytest.mark.parametrize("name", DISGUISES)
@pytest.mark.parametrize("value", VALUES)
def test_every_disguise_is_seen_through_and_the_rest_stays(name: str, value: str) -> None:
    clean = masked(f"It is {DISGUISES[name](value)} and no other.", value)
    assert clean.startswith("It is ")
    assert clean.endswith(" and no other.")
    assert not any(value in reading.lower() for reading in readings(clean))


@pytest.mark.parametrize("outer", DISGUISES)
def test_every_disguise_of_every_disguise_is_seen_through(outer: str) -> None:
    for inner, disguise in DISGUISES.items():
        if (outer, inner) in UNREADABLE:
            continue
        text = f"call {DISGUISES[outer](disguise(VALUES[0]))} or ("
        clean = masked(text, VALUES[0])
        assert clean != text, inner
        assert not any(VALUES[0] in reading.lower() for reading in readings(clean)), inner


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(DISGUISES)), st.sampled_from(sorted(DISGUISES)), st.sampled_from(VALUES), around, around)
def test_a_disguise_in_a_disguise_leaves_nothing_to_read_wherever_it_stands(
    outer: str, inner: str, value: str, before: str, after: str
) -> None:
    if (outer, inner) in UNREADABLE:
        return
    if "spaced" in (outer, inner):  # whoever spaces out characters leaves a blank before and after them
        before, after = f"{before} ", f" {after}"
    text = before + DISGUISES[outer](DISGUISES[inner](value)) + after
    clean = masked(text, value)
    assert clean != text
    assert not any(value in reading.lower() for reading in readings(clean))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(sorted(DISGUISES)), max_size=3), st.text(max_size=60))
def test_any_text_is_read_without_error_and_every_span_lies_within_it(names: list[str], text: str) -> None:
    for name in names:
        text = DISGUISES[name](text)
    for view in VIEWS.of(text):
        for start in range(0, len(view.text), 7):
            first, last = view.span(start, len(view.text))
            assert 0 <= first <= last <= len(text)


def test_only_what_is_disguised_is_covered_with_its_codes() -> None:
    text = "Mail ann%40example&#46;org today, not bob."
    found = EvasionDetector(Planted("ann@example.org")).find(text)
    assert [text[entity.start : entity.end] for entity in found] == ["ann%40example&#46;org"]


def test_far_from_a_code_nothing_is_read_again() -> None:
    far = "Nothing to see here. " * 200
    text = f"{far}ann%40example.org {far}"
    (view,) = VIEWS.of(text)
    assert len(view.text) < 1_000
    found = EvasionDetector(Planted("ann@example.org")).find(text)
    assert [text[entity.start : entity.end] for entity in found] == ["ann%40example.org"]


def test_a_value_across_what_was_left_out_is_none() -> None:
    far = "Nothing to see here. " * 200

    class Everything:
        def find(self, text: str) -> Sequence[Entity]:
            return (Entity("ALL", 0, len(text), 1.0),)

    text = f"%41{far}%41"
    assert EvasionDetector(Everything()).find(text) == (Entity("ALL", 0, len(text), 1.0),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The patient is 45 years old & takes 5 mg twice a day (at night); R&D says 3 < 4 > 2.",
        "for i in range(10): total += values[i] * 2  # x == y, a <= b",
        "Café — “quoted” … naïve façade; 10 000 € ½ ™ 👩‍👩‍👧 ❤️ 你好，世界。 Привет, мир! שלום",
        "See <PERSON_bcdfghjklmnpqrs> and <US_SSN_bcdfghjklmnpqrs>12.",
        "commit 9f2c1e7 of 2026-01-31T12:00:00Z in /usr/lib/python3/dist-packages",
    ],
)
def test_honest_text_has_nothing_to_decode(text: str) -> None:
    assert list(VIEWS.of(text)) == []


def test_our_own_tokens_are_never_taken_for_markup() -> None:
    text = "<b>1</b>2<PERSON_bcdfghjklmnpqrs>3 <i>x</i>"
    assert all("<PERSON_bcdfghjklmnpqrs>" in view.text for view in VIEWS.of(text))


def test_codes_beyond_measure_are_an_error() -> None:
    long_when_read = "\ufdfa" * 50_000  # eighteen letters each, by NFKC
    with pytest.raises(TooManyViews):
        list(VIEWS.of(f"１{long_when_read}"))


def test_a_megabyte_of_base64_is_read() -> None:
    data = base64.b64encode(b"All is well. " * 60_000 + b"ann@example.org").decode()
    assert EvasionDetector(Planted("ann@example.org")).find(data) == (Entity("PLANTED", 0, len(data), 1.0),)


ADVERSARIAL = {
    "Contact: ann%2Elee%40example%2Eorg": "EMAIL_ADDRESS",
    "ann.lee&commat;example&period;org": "EMAIL_ADDRESS",
    "mailto:&#97;&#110;&#110;&#64;&#101;&#120;&#97;&#109;&#112;&#108;&#101;&#46;&#111;&#114;&#103;": "EMAIL_ADDRESS",
    '{"to": "ann.lee\\u0040example.org"}': "EMAIL_ADDRESS",
    "Reach me: ann.lee (at) example (dot) org": "EMAIL_ADDRESS",
    "write to ann.lee AT example DOT org": "EMAIL_ADDRESS",
    "Authorization data YW5uLmxlZUBleGFtcGxlLm9yZw==": "EMAIL_ADDRESS",
    "ann.lee＠example．org": "EMAIL_ADDRESS",
    "From: =61=6E=6E=2E=6C=65=65=40example=2Eorg": "EMAIL_ADDRESS",
    "a n n . l e e @ e x a m p l e . o r g": "EMAIL_ADDRESS",
    "SSN １２３－４５－６７８９": "US_SSN",
    "SSN 123\u201145\u20116789": "US_SSN",
    "SSN: 1\u200b2\u200b3-4\u200b5-6\u200b7\u200b8\u200b9": "US_SSN",
    "ssn 123-<b>45</b>-6789": "US_SSN",
    "ssn 1 2 3 - 4 5 - 6 7 8 9": "US_SSN",
    "SSN MTIzLTQ1LTY3ODk=": "US_SSN",
    "card ④①①①①①①①①①①①①①①①": "CREDIT_CARD",
    "card 4111&nbsp;1111&nbsp;1111&nbsp;1111": "CREDIT_CARD",
    "card 4111**1111**1111**1111": "CREDIT_CARD",
    "tel:%2B1%20212%20555%200123": "PHONE_NUMBER",
    "call 𝟐𝟏𝟐-𝟓𝟓𝟓-𝟎𝟏𝟐𝟑": "PHONE_NUMBER",
    "line one\\n212-555-0123\\nline three": "PHONE_NUMBER",
    "\x1b[1m212\x1b[0m-555-0123": "PHONE_NUMBER",
    "x" + "".join(chr(0xE0000 + ord(char)) for char in "ann.lee@example.org"): "EMAIL_ADDRESS",
}


@pytest.mark.parametrize("text", ADVERSARIAL)
def test_known_tricks_do_not_get_past_the_real_recognisers(text: str, detector: EvasionDetector) -> None:
    assert ADVERSARIAL[text] in {entity.type for entity in detector.find(text)}


@pytest.fixture(scope="module")
def detector() -> EvasionDetector:
    return EvasionDetector(PatternDetector(english()))
