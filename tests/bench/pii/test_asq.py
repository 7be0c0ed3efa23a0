from __future__ import annotations

from pathlib import Path

import pytest

from bench.pii import asq
from bench.pii.scoring import Labelled
from processors.sanitize.detector import Entity

FILE = """===QUERY===
Is 5 mg safe for Tomas L., MRN 44-71, seen with Tomas L. senior?
===PHI_TAGS===
{"identifier_type": "NAME", "value": "Tomas L."}
{"identifier_type": "NAME", "value": "Tomas L."}
{"identifier_type": "MEDICAL_RECORD_NUMBER", "value": "44-71"}

===QUERY===
Is 5 mg safe at 40?
===PHI_TAGS===

"""


@pytest.fixture
def questions(tmp_path: Path) -> list[Labelled]:
    file = tmp_path / "queries.txt"
    file.write_text(FILE)
    return asq.read(file)


def test_equal_values_are_told_apart(questions: list[Labelled]) -> None:
    first, second = questions
    assert [first.text[entity.start : entity.end] for entity in first.entities] == ["Tomas L.", "44-71", "Tomas L."]
    assert len({entity.start for entity in first.entities}) == 3
    assert (second.text, second.entities) == ("Is 5 mg safe at 40?", ())


def test_a_value_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "queries.txt"
    file.write_text('===QUERY===\nWho?\n===PHI_TAGS===\n{"identifier_type": "NAME", "value": "Tomas"}\n')
    with pytest.raises(ValueError, match="substring"):
        asq.read(file)


def test_touched_is_less_than_covered(questions: list[Labelled]) -> None:
    text = questions[0].text
    at = text.index("Tomas")
    found = [[Entity("PERSON", at, at + 5, 0.9)], [Entity("AGE", 16, 18, 0.9)]]

    result = asq.score(questions, found)

    assert result.recall.value == pytest.approx(1 / 3)
    assert result.full_recall.value == 0
    assert result.over_redaction.value == 1
    assert result.false_masks == {"AGE": 1}
    assert (result.types["NAME"].elements, result.types["NAME"].touched.value) == (2, 0.5)


def test_errors_name_elements_that_show_and_masks_of_harmless_questions(questions: list[Labelled]) -> None:
    found = [[], [Entity("AGE", 16, 18, 0.9)]]

    assert [text[e.start : e.end] for text, e in asq.errors(questions, found, "NAME")] == ["Tomas L.", "Tomas L."]
    assert [text[e.start : e.end] for text, e in asq.errors(questions, found, "AGE")] == ["40"]
