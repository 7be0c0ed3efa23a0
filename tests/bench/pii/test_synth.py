"""The counts beside each sentence are those of presidio-evaluator 0.3.2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.pii.scoring import Hits, Labelled
from bench.pii.synth import errors, read, score, span_hits
from processors.sanitize.detector import Entity


def spans(text: str, *values: str, kind: str = "PERSON") -> tuple[Entity, ...]:
    return tuple(Entity(kind, text.index(value), text.index(value) + len(value), 1.0) for value in values)


@pytest.mark.parametrize(
    ("text", "there", "found", "counts"),
    [
        ("Ask Maria Lindqvist today.", ["Maria Lindqvist"], ["Maria Lindqvist"], Hits(1, 1, 1)),
        ("Ask Maria Lindqvist today.", ["Maria Lindqvist"], ["Lindqvist"], Hits(0, 1, 1)),
        ("Ask Maria Lindqvist today.", ["Maria Lindqvist"], ["Maria", "Lindqvist"], Hits(1, 1, 1)),
        ("Ask Maria Lindqvist today.", ["Maria Lindqvist"], ["Ask"], Hits(0, 1, 1)),
        ("Ask Maria Lindqvist today.", ["Maria Lindqvist"], [], Hits(0, 0, 1)),
        ("Maria and Tomas came.", ["Maria", "Tomas"], ["Maria and Tomas"], Hits(1, 1, 1)),
        ("Maria met Tomas here.", ["Maria", "Tomas"], ["Maria met Tomas"], Hits(0, 2, 2)),
        ("They live at 12 Rose Street, Lund.", ["12 Rose Street", "Lund"], ["12 Rose", "Lund"], Hits(1, 1, 1)),
        ("The 12 Rose quiet blue Lund", ["12 Rose quiet blue Lund"], ["12 Rose", "Lund"], Hits(0, 1, 1)),
        ("Mail a@b.example now, Maria  Lind", ["a@b.example", "Maria  Lind"], ["a@b.example", "Lind"], Hits(0, 1, 1)),
        ("(Mrs. Lund; Lund; old\n of  mother", ["d", "; old\n of "], [], Hits(0, 0, 2)),
    ],
)
def test_spans_count_as_the_official_evaluator_counts_them(
    text: str, there: list[str], found: list[str], counts: Hits
) -> None:
    assert span_hits(Labelled(text, spans(text, *there), "1"), spans(text, *found)) == counts


def test_a_span_found_under_another_type_counts_as_found_and_not_as_its_type() -> None:
    text = "Ask Maria Lindqvist visiting Uppsala."
    sample = Labelled(text, spans(text, "Maria Lindqvist") + spans(text, "Uppsala", kind="GPE"), "1")
    found = spans(text, "Maria Lindqvist", kind="LOCATION") + spans(text, "Uppsala", kind="LOCATION")

    result = score([sample], [found])

    assert result.spans.hits == Hits(2, 2, 2)
    assert (result.types["PERSON"].found.value, result.types["PERSON"].typed.recall.value) == (1.0, 0.0)
    assert (result.types["GPE"].found.value, result.types["GPE"].typed.recall.value) == (1.0, 1.0)


def test_errors_are_what_shows_and_what_hides_nothing() -> None:
    text = "Ask Maria Lindqvist visiting Uppsala."
    sample = Labelled(text, spans(text, "Maria Lindqvist"), "1")
    found = [spans(text, "Maria", "Uppsala")]

    listed = [text[entity.start : entity.end] for text, entity in errors([sample], found, "PERSON")]

    assert listed == ["Maria Lindqvist", "Uppsala"]


def test_reads_the_published_form(tmp_path: Path) -> None:
    file = tmp_path / "set.json"
    span = {"entity_type": "PERSON", "entity_value": "Tomas", "start_position": 3, "end_position": 8}
    file.write_text(json.dumps([{"full_text": "Hi Tomas", "masked": "", "spans": [span], "template_id": 9}]))

    assert read(file) == [Labelled("Hi Tomas", (Entity("PERSON", 3, 8, 1.0),), "9")]
