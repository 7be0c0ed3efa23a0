"""What the sink keeps with its position survives the note that it is kept in."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metronis.errors import Misconfigured
from metronis.settings import Worker
from streams.progress import NOWHERE, Progress

LONGEST_WINDOW = 10_000  # what METRONIS_WORKER__DEAD_LETTER_WINDOW takes
KAFKA_TAKES_CHARS = 4_096
OFFSETS = st.integers(0, 2**63 - 1)
HISTORIES = st.one_of(st.integers(0, 300), st.integers(0, LONGEST_WINDOW).map(lambda bits: (1 << bits) - 1))


@given(end=st.none() | OFFSETS, history=HISTORIES, evaluated=st.just(NOWHERE) | OFFSETS)
def test_a_note_says_what_was_put_into_it(end: int | None, history: int, evaluated: int) -> None:
    progress = Progress(end=end, history=history, evaluated=evaluated)
    note = progress.encode()
    assert Progress.decode(note) == progress
    assert len(note) < KAFKA_TAKES_CHARS
    assert bool(note) == (progress != Progress())


@given(OFFSETS)
def test_notes_of_versions_without_a_history_are_read_and_written(end: int) -> None:
    assert Progress.decode(str(end)) == Progress(end=end)
    assert Progress(end=end).encode() == str(end)
    assert Progress.decode("") == Progress()


@given(st.text("0123456789abcdef/", max_size=30))
def test_what_can_be_read_at_all_means_one_thing(note: str) -> None:
    with suppress(Misconfigured):
        progress = Progress.decode(note)
        assert Progress.decode(progress.encode()) == progress


@pytest.mark.parametrize("note", ["1/2/3/4", "-1", "1 ", "x", "1//x", "/G", "٣", "1e3", "9" * 20])
def test_a_note_of_another_kind_is_refused(note: str) -> None:
    with pytest.raises(Misconfigured, match="run the version that wrote it"):
        Progress.decode(note)


def test_the_longest_window_that_may_be_set_fits() -> None:
    with pytest.raises(ValueError, match="less than or equal"):
        Worker(dead_letter_window=LONGEST_WINDOW + 1)
