"""Names by their form."""

from __future__ import annotations

import pytest

from processors.sanitize.recognizers.titled_name import FirstNameAndInitial, Title, TitledName
from tests.processors.sanitize.recognizers.marked import Recognizer, marked, unmarked


@pytest.mark.parametrize(
    ("recognizer", "text"),
    [
        (TitledName, "seen by Dr. ‹Sarah P.› and Mr ‹Smith› today"),
        (TitledName, "by Prof. ‹van der Berg›, Mrs. ‹J. K. O'Neill-Łuk›, Dr. ‹A.›"),
        (TitledName, "the doctor, Dr. who knows, Mr., sir"),
        (Title, "seen by ‹Dr.› Sarah and ‹Mr› Smith"),
        (Title, "a Dr. in the house, the Doctor said, Mr."),
        (FirstNameAndInitial, "‹Anna S.›, a patient like ‹Élodie D.› (‹John Q.›)"),
        (FirstNameAndInitial, "‹Mary A.›"),
        (FirstNameAndInitial, "Vitamin D. Hepatitis B. Table A. Plan B. Type C. of Washington D.C."),
        (FirstNameAndInitial, "WHO A. and B12 A. or anna s."),
    ],
)
def test_names(recognizer: Recognizer, text: str) -> None:
    assert marked(recognizer, unmarked(text)) == text
