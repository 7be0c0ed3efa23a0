"""UngroundedAnswer fails on numbers, names and matters that neither the context nor the question holds."""

from __future__ import annotations

import pytest

from processors.evaluator import Fail, Pass
from processors.evaluators.ungrounded_answer import UngroundedAnswer
from processors.subject import Subject
from schemas.trace import Document, Trace
from tests.processors.evaluators.cases import Case, check

CONTEXT = (
    "Revenue of Norlund AB rose to 4,625,000 euros in 2021, a growth of a quarter. Twenty-five people work in Oslo, "
    "where the firm was founded by Ingrid Moen on 3 May 1998.",
)
ASK = "How is Norlund doing, and who founded it?"

STORY = (
    "Shares plunged because regulators opened investigations into bribery, executives resigned, auditors withdrew "
    "approval, creditors demanded repayment, suppliers stopped deliveries, customers left for rivals overseas, and "
    "journalists uncovered forged invoices hidden inside abandoned warehouses."
)
RIVAL = (
    "It was Erik Halvorsen, a Swedish banker with many ships, who started everything after leaving Stockholm behind, "
    "borrowing heavily from wealthy friends and quarrelling with every partner until creditors finally agreed."
)

CASES = [
    Case("a number", "fail", ASK, "Revenue grew by 42 %.", CONTEXT, label="number", says="never mentions “42 %”"),
    Case("a year", "fail", ASK, "The firm was founded in 1997.", CONTEXT, shows="1997"),
    Case("names", "fail", ASK, RIVAL, CONTEXT, label="name", shows="Erik Halvorsen"),
    Case("another story", "fail", ASK, STORY, CONTEXT, label="wording", says="content words"),
    Case("as in the context", "pass", ASK, "Revenue rose to 4,625,000 euros in 2021.", CONTEXT),
    Case("rounded", "pass", ASK, "Revenue rose to about 4.6 million euros.", CONTEXT),
    Case("a percent of a word", "pass", ASK, "It grew by 25 %.", CONTEXT),
    Case("a written number", "pass", ASK, "It has 25 people.", CONTEXT),
    Case("names", "pass", ASK, "Ingrid Moen founded Norlund in Oslo on 3 May 1998.", CONTEXT),
    Case(
        "from the question", "pass", "Does Norlund have 77 ships?", "Nothing says that Norlund has 77 ships.", CONTEXT
    ),
    Case("list markers", "pass", ASK, "1. Revenue rose.\n2. Ingrid Moen founded it.\n3. See step 2.", CONTEXT),
    Case("a shown calculation", "pass", ASK, "Revenue per person: 4,625,000 / 25 = 185,000 euros.", CONTEXT),
    Case("no context", "abstain", ASK, "Revenue grew by 42 %."),
    Case("blank context", "abstain", ASK, "Revenue grew by 42 %.", (" \n",)),
    Case("no output", "abstain", ASK, "", CONTEXT),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check(UngroundedAnswer(), case)


def test_the_score_rises_with_what_is_unsupported() -> None:
    answers = (
        "Ingrid Moen founded the firm.",
        "Ingrid Moen founded the firm with her cousins.",
        "Ingrid Moen founded the firm with her cousins after a shipwreck near Iceland.",
        "Ingrid Moen founded the firm with 7 cousins after a shipwreck near Iceland, said Erik Halvorsen.",
    )
    scores = []
    for output in answers:
        result = UngroundedAnswer().evaluate(Subject(Trace(kind="rag", context=list(CONTEXT), output=output)))
        assert isinstance(result, Pass | Fail)
        scores.append(result.score)
    assert scores == sorted(scores)
    assert len(set(scores)) == len(scores)


def test_documents_count_as_context() -> None:
    price = Document(id="a", content="It costs 9 euros.")
    subject = Subject(Trace(kind="rag", context=[price], output="It costs 9 euros."))
    assert isinstance(UngroundedAnswer().evaluate(subject), Pass)
