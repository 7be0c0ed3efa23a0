"""The language of phrases."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.scan.phrase import MAX_PLACES, Phrase


def found(phrase: str, text: str) -> list[str]:
    return [text[start:end] for start, end in Phrase(phrase).find(text)]


WHOLE_WORDS = [
    ("risk", "Risk, risky, brisk; RISK.", ["Risk", "RISK"]),
    ("risk", "risk risk risk", ["risk", "risk", "risk"]),
    ("a b", "a b a b", ["a b", "a b"]),
    ("risk", "📈risk €risk (risk) 'risk' _risk_", ["risk", "risk", "risk", "risk"]),
    ("risk", "riské érisk risk\u0301 risk2", []),
    ("no*", "riskno, åno, ωno", []),
    ("broker", "the broker's broker’s brokers'", ["broker", "broker"]),
    ("can", "can't can’t CAN", ["CAN"]),
    ("call 911", "Call 9111 or call 911", ["call 911"]),
    ("100%", "1100% or 100%.", ["100%"]),
    ("$5", "a $5 bill, not $50", ["$5"]),
    ("401(k)", "your 401(k) plan", ["401(k)"]),
    ("c++", "in C++ and C", ["C++"]),
    ("Übung", "übung ÜBUNG Übungen", ["übung", "ÜBUNG"]),
    ("保证收益", "我们保证收益的", ["保证收益"]),
]
KEYBOARD = [
    ("can't lose", "can’t lose, canʼt\u00a0lose, cannot lose", ["can’t lose", "canʼt\u00a0lose"]),
    ("can’t lose", "can't lose", ["can't lose"]),
    ("risk-free", "risk-free risk\u2011free risk–free", ["risk-free", "risk\u2011free", "risk–free"]),
    ("risk-free", "risk free, riskfree, risk — free", ["risk free"]),
    ("risk free", "Risk-Free", ["Risk-Free"]),
    ("risk free", "risk  free\trisk\n   free\nrisk\n\nfree", ["risk  free", "risk\n   free"]),
    (
        "guaranteed return",
        "a **guaranteed** return, “guaranteed” return",
        ["guaranteed** return", "guaranteed” return"],
    ),
    ("risk", "Ri\N{LATIN SMALL LETTER LONG S}\N{KELVIN SIGN}", ["Ri\N{LATIN SMALL LETTER LONG S}\N{KELVIN SIGN}"]),
]
WILD = [
    ("guarantee*", "guarantee, Guaranteed; guaranteeing", ["guarantee", "Guaranteed", "guaranteeing"]),
    ("guarantee* return*", "guaranteed returns", ["guaranteed returns"]),
    ("naïv*", "naïveté", ["naïveté"]),
    ("no ... risk", "no risk; no real risk", ["no risk", "no real risk"]),
    ("no ... risk", "no one of us sees a risk", ["no one of us sees a risk"]),
    ("no ... risk", "no one of us here sees a risk", []),
    ("no … risk", "no, as of 3.5% p/a, risk", ["no, as of 3.5% p/a, risk"]),
    ("no ... risk", "no. A risk! no\nrisk", []),
    ("can ... lose", "you can't lose, or can you never lose", ["can you never lose"]),
]
REGEXES = [
    (r"/\d+ ?mg\b/", "50 MG and 5mg", ["50 MG", "5mg"]),
    (r"/(?-i)\b[A-Z]{2,4}\b/", "AAPL is up", ["AAPL"]),
    (r"/can't (lose|fail)/", "can’t fail", ["can’t fail"]),
    (r"/€\d/", "👍 €5", ["€5"]),
    (r"/a|b(c)?/", "xabc", ["a", "bc"]),
    (r"/\b/", "abc", []),
]


@pytest.mark.parametrize(("phrase", "text", "expected"), [*WHOLE_WORDS, *KEYBOARD, *WILD, *REGEXES])
def test_what_a_phrase_finds(phrase: str, text: str, expected: list[str]) -> None:
    assert found(phrase, text) == expected


WRONG = {
    "": "empty",
    " ": "empty",
    "a*b": "end of a word",
    "*": "end of a word",
    "a *": "end of a word",
    "... a": "between two words",
    "a ...": "between two words",
    "a ... ... b": "between two words",
    "/(/": r"missing \)",
    "/a(?=b)/": "no RE2 regex",
    "/a*/": "empty text",
    "/a)|(b/": r"unexpected \)",
    r"/a\\\Cb/": "half of a character",
    "/\ud800/": "half of a character",
}


@pytest.mark.parametrize(("source", "why"), WRONG.items())
def test_what_is_no_phrase_is_refused_with_the_reason(source: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Phrase(source)


def test_a_phrase_is_a_value() -> None:
    phrase = Phrase("risk-free")
    assert pickle.loads(pickle.dumps(phrase)) == phrase == Phrase("risk-free")
    assert len({phrase, Phrase("risk-free"), Phrase("risk free")}) == 2


@given(st.text(), st.text())
def test_places_are_counted_in_characters(before: str, after: str) -> None:
    text = f"{before} needle {after}"
    places = Phrase("needle").find(text)
    assert (len(before) + 1, len(before) + 7) in places
    assert all(text[start:end].lower() == "needle" for start, end in places)


def test_odd_texts_are_no_problem() -> None:
    assert Phrase("a").find("") == ()
    assert found("a", "\ud800a\x00 a\udfff") == ["a", "a"]
    assert len(Phrase("a").find("a " * 10_000)) == MAX_PLACES
