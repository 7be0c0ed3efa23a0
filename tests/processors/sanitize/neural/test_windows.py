from __future__ import annotations

import pytest

from processors.sanitize.neural.model import OVERLAP, WINDOW, windows


@pytest.mark.parametrize("pieces", [1, 31, 32, 33, 127, 128, 129, 160, 161, 224, 225, 1_000, 4_096])
def test_every_piece_is_kept_once_and_read_with_its_surroundings(pieces: int) -> None:
    kept: list[int] = []
    for start, end, keep in windows(pieces):
        assert 0 <= start < end <= min(start + WINDOW, pieces)
        here = range(start, end)[keep]
        kept += here
        assert here[0] in (0, start + OVERLAP // 2)
        assert here[-1] in (pieces - 1, end - OVERLAP // 2 - 1)
    assert kept == list(range(pieces))
