"""What the measurement of speed says of two detectors."""

from __future__ import annotations

from collections.abc import Sequence

from bench.pii.speed import WARM_UP, WORKLOAD, Contest, corpora
from processors.sanitize.detector import Entity


class Finds:
    """One entity in each text that has the word."""

    def __init__(self, word: str) -> None:
        self._word = word

    def find(self, text: str) -> Sequence[Entity]:
        at = text.find(self._word)
        return () if at < 0 else (Entity("WORD", at, at + len(self._word), 1.0),)


def test_counts_the_texts_in_which_two_detectors_differ() -> None:
    contest = Contest(theirs=Finds("b"), ours=lambda: Finds("bb"), counts=lambda entity: (entity.start,))
    speeds = contest.run(["a", "abb", "ab", WARM_UP * 200], rounds=3)
    assert (speeds.texts, speeds.differing, len(speeds.ratios)) == (4, 1, 3)


def test_traces_need_no_data_sets() -> None:
    (texts,) = corpora(None).values()
    assert list(corpora(None)) == [WORKLOAD]
    assert all(len(text) > 100 for text in texts)
