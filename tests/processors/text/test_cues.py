"""Cues are found where their words and surroundings stand, and the lexicons are sound."""

from __future__ import annotations

import re
import time

import pytest

from processors.text.cues import Cue, CueTable, read_cues
from processors.text.words import words

TABLES = [("harm", "harm"), ("harm", "innocent"), ("declining", "declining")]


def found(cue: Cue, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in CueTable([cue]).hits(text, frozenset(words(text)))]


def test_the_first_place_that_fits_is_taken_with_what_stands_around_it() -> None:
    cue = Cue("x", 0.5, ("kill", "poison"), after=r" people\b", before=r"how to ")
    assert found(cue, "poison people; now how to kill people") == ["how to kill people"]
    assert found(cue, "how to kill weeds") == []


def test_only_whole_words_count() -> None:
    cue = Cue("x", 0.5, ("kill",))
    assert found(cue, "skill, killing, kill_all") == []
    assert found(cue, "skill to kill") == ["kill"]


def test_phrases_of_several_words() -> None:
    assert found(Cue("x", 0.5, ("nerve agent",)), "a nerve agent, no nerve") == ["nerve agent"]


def test_a_word_repeated_for_ever_is_given_up() -> None:
    cue = Cue("x", 0.5, ("kill",), after=" people")
    assert found(cue, "kill " * 100_000 + "people") == []


def test_a_cue_is_passed_over_where_no_word_of_near_occurs() -> None:
    cue = Cue("x", 0.5, ("is",), after=r" \w+", near=frozenset({"group"}))
    assert found(cue, "that is bad") == []
    assert found(cue, "that is bad, says the group") == ["is bad"]


@pytest.mark.parametrize("unclear", ["-" * 60, "'" * 60, "-a" * 60, "a-" * 60, "- ' " * 40, "|---|---|" * 10])
@pytest.mark.parametrize(("lexicon", "table"), TABLES)
def test_hyphens_and_apostrophes_cannot_make_a_gap_run_away(lexicon: str, table: str, unclear: str) -> None:
    cues = read_cues(lexicon, table)
    text = " ".join(f"{unclear} {phrase} {unclear}" for cue in cues for phrase in cue.words)
    start = time.process_time()
    CueTable(cues).hits(text, frozenset(words(text)))
    assert time.process_time() - start < 10.0


@pytest.mark.parametrize(("lexicon", "table"), TABLES)
def test_lexicons_are_sound(lexicon: str, table: str) -> None:
    for cue in read_cues(lexicon, table):
        assert 0.0 < cue.weight < 1.0
        assert cue.label
        assert all(re.fullmatch(r"[^\W_]+(?:[ '-][^\W_]+)*", phrase) for phrase in cue.words), cue.words
        assert not re.search(r"\{[A-Z]+\}", cue.after + cue.before)
