from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from processors.sanitize.detector import Entity
from processors.sanitize.names.detector import shipped
from processors.sanitize.neural.doubtful import AROUND_CHARS, Doubtful, ordinary_words

ORDINARY = frozenset({"ask", "the", "what", "is", "parkinson", "today"})


class Finds:
    """Finds these words, and remembers the texts it was given."""

    def __init__(self, *words: str) -> None:
        self._words = re.compile("|".join(map(re.escape, words)) or r"(?!)")
        self.texts: list[str] = []

    def find(self, text: str) -> Sequence[Entity]:
        self.texts.append(text)
        return [Entity("PERSON", *match.span(), 0.8) for match in self._words.finditer(text)]


def found(text: str, fast: Finds, slow: Finds) -> list[str]:
    detector = Doubtful(fast, slow, ORDINARY.__contains__)
    return sorted(text[entity.start : entity.end] for entity in detector.find(text))


@pytest.mark.parametrize(
    "text",
    [
        "What is the use of it?",  # nothing but ordinary words
        "What is the course of Parkinson's disease?",  # nor is this a name, with its ending
        "Ask the nurse of ICU today",  # an abbreviation
        "Ask Zsuzsa",  # no free text
        'getUserName("Zsuzsa")',
    ],
)
def test_the_slow_one_is_not_asked_without_doubt(text: str) -> None:
    slow = Finds("Zsuzsa")
    assert found(text, Finds(), slow) == []
    assert slow.texts == []


def test_it_is_not_asked_where_the_fast_one_has_found_all() -> None:
    slow = Finds("Zsuzsa")
    assert found("Ask my friend Zsuzsa today", Finds("Zsuzsa"), slow) == ["Zsuzsa"]
    assert slow.texts == []


def test_it_finds_what_the_fast_one_did_not_know() -> None:
    assert found("Ask my friend Zsuzsa and my friend Ödön", Finds("Zsuzsa"), Finds("Ödön")) == ["Zsuzsa", "Ödön"]


def test_it_is_not_believed_of_words_that_nobody_doubted() -> None:
    text = "What is the course of Parkinson's disease, asks my friend Zsuzsa"
    assert found(text, Finds(), Finds("Parkinson", "course", "Zsuzsa")) == ["Zsuzsa"]


def test_it_reads_only_around_the_doubts_of_a_long_text() -> None:
    filler = "as it is with the rest of it " * 1_000
    text = f"{filler}ask my friend Zsuzsa{filler}ask my friend Ödön"
    slow = Finds("Zsuzsa", "Ödön")

    assert found(text, Finds(), slow) == ["Zsuzsa", "Ödön"]
    assert all(len(each) <= 2 * AROUND_CHARS + 10 for each in slow.texts)
    assert len(slow.texts) == 2


def test_ordinary_are_common_words_countries_and_diseases_and_names_are_not() -> None:
    is_ordinary = ordinary_words(shipped().lexicon)
    words = ("what", "hospital", "canada", "spanish", "parkinson", "zsuzsa", "lindqvist", "uppsala")
    assert [word for word in words if is_ordinary(word)] == ["what", "hospital", "canada", "spanish", "parkinson"]
