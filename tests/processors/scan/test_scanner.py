"""The scan never misses a phrase that is there."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.scan.phrase import Phrase
from processors.scan.scanner import Scanner
from processors.scan.typed import Typed
from tests.processors.scan.test_phrase import KEYBOARD, REGEXES, WHOLE_WORDS, WILD

PHRASES = [Phrase(source) for source, _, _ in (*WHOLE_WORDS, *KEYBOARD, *WILD, *REGEXES)] + [
    Phrase(source)
    for source in (
        "naïve", "straße", "ΩΣ", "café-bar", "İx", "e\u0301", "no*", "-no", "...no", "n... o", '"no"',
        r"/^no/", r"/no$/", r"/\Ano\z/", r"/(?m)^no$/", r"/n.o/", r"/(?s)n.+o/", r"/[^a-z\s]no/", r"/\S{2,3}no/",
        r"/n[{1,2}]o/", r"/\Wno\W/", r"/\pLno/", r"/\x{e9}no/", r"/é/", r"/n\x6f/", r"/[[:^alpha:]]no/", r"/\Bno/",
        r"/(no){1,2}x?/", r"/(?U)no+/", r"/\Qn.o\E/", r"/\vno/", r"/(?i:N)(?-i:o)/", r"/n(?P<x>o)/",
    )
]  # fmt: skip
PIECES = [
    "no", "risk", "real", "can", "can't", "t", "lose", "guarantee", "d", "return", "s", "free", "naïve",
    "NAÏVE", "CAFÉ", "bar", "straße", "STRASSE", "STRAẞE", "ωσ", "ΩΣ", "ς", "İx", "ix", "e\u0301", "\u0301",
    "é", "ſ", "K", "k", "call", "911", "100", "%", "$5", "401(k)", "c++", "保证收益", "我", "Übung", "übung", "50",
    "mg", "AAPL", "aapl", "€5", "a", "b", " ", " ", " ", "  ", "\n", "\n\n", "\t", "\v", "\f", "\r\n", "\x85",
    "\u2028", "\u00a0", "\u200b", "-", "–", "—", "\u2011", "'", "’", '"', "“", "**", "_", ".", "...", "…", ",",
    "!", "{", "1,2", "👩‍👩‍👧", "𝒳", "\ud800", "\x00", "n.o",
]  # fmt: skip


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    return Scanner(PHRASES, tmp_path_factory.mktemp("scanner"))


def assert_nothing_missed(scanner: Scanner, text: str) -> None:
    hits = scanner.hits(Typed(text))
    assert [phrase for phrase in PHRASES if phrase.find(text) and phrase not in hits] == []


@given(pieces=st.lists(st.sampled_from(PIECES)))
def test_nothing_is_missed_in_texts_of_the_phrases_words(scanner: Scanner, pieces: list[str]) -> None:
    assert_nothing_missed(scanner, "".join(pieces))


@given(text=st.text())
def test_nothing_is_missed_in_any_text(scanner: Scanner, text: str) -> None:
    assert_nothing_missed(scanner, text)


def test_nothing_is_missed_between_any_two_pieces(scanner: Scanner) -> None:
    for first, last in product(PIECES, repeat=2):
        assert_nothing_missed(scanner, f"{first}no{last}")


def test_what_is_clearly_not_there_is_not_seen(tmp_path: Path) -> None:
    phrases = [Phrase("guaranteed return*"), Phrase("risk-free"), Phrase(r"/\bno (risk|loss)\b/"), Phrase("保证收益")]
    scanner = Scanner(phrases, tmp_path)
    assert scanner.hits(Typed("The fund’s return was 4 % last year; there is a risk of loss.")) == frozenset()
    assert scanner.hits(Typed("It is Risk–Free, with no loss.")) == {phrases[1], phrases[2]}


def test_a_scanner_of_nothing_sees_nothing(tmp_path: Path) -> None:
    assert Scanner([], tmp_path).hits(Typed("anything")) == frozenset()


def test_phrases_are_compiled_once_whatever_their_order(tmp_path: Path) -> None:
    Scanner(PHRASES, tmp_path)
    files = {file.name for file in tmp_path.iterdir()}
    again = Scanner(reversed(PHRASES), tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == files
    assert Phrase("can't lose") in again.hits(Typed("You can’t lose"))
