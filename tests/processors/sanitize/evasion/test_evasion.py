"""Whatever the disguise: it is found, masked whole, and what is left says nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.sanitize.detector import Entity
from processors.sanitize.evasion.detector import EvasionDetector
from processors.sanitize.evasion.views import Views
from processors.sanitize.spans import disjoint
from tests.processors.sanitize.evasion.disguises import DISGUISES

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
    return [text, *(view.text for view in VIEWS.of(text))]


around = st.sampled_from(["", " ", "\n", "call ", " or (", "é ", "x = ", ", ", "漢字", "id:", "/", " 7 "])


@pytest.mark.parametrize("name", DISGUISES)
@pytest.mark.parametrize("value", VALUES)
def test_every_disguise_is_seen_through(name: str, value: str) -> None:
    disguised = f"It is {DISGUISES[name](value)} and no other."
    found = EvasionDetector(Planted(value)).find(disguised)
    assert found, disguised
    assert masked(disguised, value).startswith("It is ")
    assert masked(disguised, value).endswith(" and no other.")


@settings(max_examples=4000, deadline=None)
@given(st.sampled_from(sorted(DISGUISES)), st.sampled_from(sorted(DISGUISES)), st.sampled_from(VALUES), around, around)
def test_a_disguise_in_a_disguise_leaves_nothing_to_read(
    outer: str, inner: str, value: str, before: str, after: str
) -> None:
    text = before + DISGUISES[outer](DISGUISES[inner](value)) + after
    clean = masked(text, value)
    assert clean != text
    assert not any(value in reading.lower() for reading in readings(clean))
