from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from processors.sanitize.detector import Entity
from processors.sanitize.text import Clean, clean_text


def finds(**patterns: str) -> Callable[[str], Sequence[Entity]]:
    def find(text: str) -> Sequence[Entity]:
        return [
            Entity(kind, *match.span(), 0.9) for kind, each in patterns.items() for match in re.finditer(each, text)
        ]

    return find


def cleaned(text: str, find: Callable[[str], Sequence[Entity]]) -> Clean:
    return clean_text(text, find(text), find, by_type)


def by_type(wanted: Sequence[tuple[str, str]]) -> Sequence[str]:
    return [f"<{kind}>" for kind, _ in wanted]


def test_entities_are_told_by_their_place_in_the_original() -> None:
    text = "call 555-0199 or write to a@b.example"
    clean = cleaned(text, finds(PHONE=r"[\d-]{8}", MAIL=r"\S+@\S+"))

    assert clean.text == "call <PHONE> or write to <MAIL>"
    assert [text[e.start : e.end] for e in clean.entities] == ["555-0199", "a@b.example"]
    assert clean.replacements == ["<PHONE>", "<MAIL>"]


def test_what_a_replaced_neighbour_had_hidden_is_found_and_told_by_its_place_too() -> None:
    text = "id 7 A 555-0199 then 8B"
    clean = cleaned(text, finds(PHONE=r"[\d-]{8}", CODE=r"(?<=<PHONE>) then \S+"))

    assert clean.text == "id 7 A <PHONE><CODE>"
    assert [text[e.start : e.end] for e in clean.entities] == ["555-0199", " then 8B"]


def test_what_takes_a_replacement_in_takes_in_all_that_stood_there() -> None:
    text = "of A 555-0199 y"
    clean = cleaned(text, finds(PHONE=r"[\d-]{8}", WHOLE=r"of A <P"))

    assert clean.text == "<WHOLE> y"
    assert [text[e.start : e.end] for e in clean.entities] == ["of A 555-0199"]


def test_clean_text_stays_as_it_is() -> None:
    assert cleaned("nothing here", finds(PHONE=r"\d+")) == Clean("nothing here")


def test_what_is_found_in_replacements_alone_stays() -> None:
    """A date that was moved is a date."""
    clean = cleaned("on 3 May", finds(DATE=r"\d May|<\w+>"))
    assert clean.text == "on <DATE>"


def test_it_gives_up_where_there_is_no_end() -> None:
    def find(text: str) -> Sequence[Entity]:
        return [Entity("X", 0, text.index(">") + 2 if ">" in text else 1, 0.9)]

    with pytest.raises(RuntimeError, match="after 8 rounds"):
        cleaned("a" * 100, find)
