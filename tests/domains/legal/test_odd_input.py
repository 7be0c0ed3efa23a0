"""Whatever text comes, every evaluator of the domain ends soon and raises nothing."""

from __future__ import annotations

import pytest

from domains.legal.evaluators import EVALUATORS
from processors.evaluator import Abstain, Evaluator, Fail, Pass
from tests.domains.legal.judged import judged

SIZE = 200_000
PIECES = [
    "1 ",
    "11111111",
    ", ",
    "A v. ",
    "Aa Bb ",
    '"a b c d e f g h ',
    "((",
    "1 U.S. 1 ",
    "one ",
    "$1 + 1 = 3 ",
    "é“𝔘 \u200b",
]
PIECES += [
    "Roe v. Wade, 410 U.S. 113 (1973). ",
    "30 days from March 3 is April 5. ",
    "1. Section 7.2 shall party Acme Inc. agreement ",
]


@pytest.mark.parametrize("evaluator", EVALUATORS)
def test_repeated_pieces_are_survived(evaluator: type[Evaluator]) -> None:
    attributes = {
        "audience": "opposing counsel",
        "clients": ["A"],
        "adverse_party": 7,
        "matter": "x",
        "jurisdiction": None,
    }
    for piece in PIECES:
        text = (piece * (SIZE // len(piece)))[:SIZE]
        context = [f"Attorney-client privileged. {text[:5_000]}"]
        result = judged(evaluator, text, text[:5_000], context=context, attributes=attributes)
        assert isinstance(result, Pass | Fail | Abstain)


@pytest.mark.parametrize("evaluator", EVALUATORS)
def test_without_any_text_there_is_nothing_to_judge(evaluator: type[Evaluator]) -> None:
    assert isinstance(judged(evaluator, ""), Abstain)
