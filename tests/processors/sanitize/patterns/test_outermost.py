"""Of entities that contain one another, those stay that presidio keeps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer import EntityRecognizer, RecognizerResult

from processors.sanitize.detector import Entity
from processors.sanitize.patterns.outermost import outermost

entities = st.builds(
    lambda kind, start, size, score: Entity(kind, start, start + size, score),
    st.sampled_from("AB"),
    st.integers(0, 6),
    st.integers(1, 5),
    st.sampled_from([0.3, 0.5, 1.0]),
)


@given(st.lists(entities, max_size=9))
def test_keeps_what_presidio_keeps(found: list[Entity]) -> None:
    results = EntityRecognizer.remove_duplicates([RecognizerResult(*entity) for entity in found])
    theirs = [Entity(each.entity_type, each.start, each.end, each.score) for each in results]
    assert sorted(outermost(found)) == sorted(theirs)
