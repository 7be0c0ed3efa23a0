"""Spans that are replaced, and the way back from the new text to the old."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from processors.sanitize.detector import Entity
from processors.sanitize.spans import Replaced, disjoint, outside

spans = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), max_size=6).map(
    lambda places: [Entity("X", start, start + length, 0.5) for start, length in places]
)


@given(spans)
def test_disjoint_spans_cover_the_same_characters_and_none_twice(entities: list[Entity]) -> None:
    joined = list(disjoint(entities))
    covered = [place for entity in joined for place in range(entity.start, entity.end)]
    assert covered == sorted({place for entity in entities for place in range(entity.start, entity.end)})


@given(spans, st.sampled_from(["", "<X>", "a far longer replacement"]), st.data())
def test_what_stands_in_the_new_text_is_found_in_the_old(entities: list[Entity], put: str, data: st.DataObject) -> None:
    old = "".join(chr(0x4E00 + place) for place in range(40))  # no character twice
    joined = list(disjoint(entities))
    replaced = Replaced(old, joined, [put] * len(joined))
    if not replaced.text:
        return
    start = data.draw(st.integers(0, len(replaced.text) - 1))
    end = data.draw(st.integers(start + 1, len(replaced.text)))
    back = replaced.origin(Entity("Y", start, end, 1.0))
    kept = [char for char in replaced.text[start:end] if char in old]
    assert set(kept) <= set(old[back.start : back.end])
    for span in joined:
        assert back.end <= span.start or back.start >= span.end or (back.start <= span.start and span.end <= back.end)


@given(spans.filter(bool), spans)
def test_outside_are_those_of_which_a_character_is_not_kept(kept: list[Entity], entities: list[Entity]) -> None:
    areas = list(disjoint(kept))
    expected = [
        each for each in entities if not any(area.start <= each.start and each.end <= area.end for area in areas)
    ]
    assert outside(kept, entities) == expected
