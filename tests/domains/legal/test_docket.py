"""Deadlines and clauses in records: JSON outputs, and what `attributes` ask for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domains.legal.checklists import listed_clauses
from domains.legal.evaluators.anachronistic_authority import AnachronisticAuthority
from domains.legal.evaluators.missing_clause import MissingClause
from domains.legal.evaluators.wrong_deadline import WrongDeadline
from domains.legal.evaluators.wrong_time_limit import WrongTimeLimit
from tests.domains.legal.judged import said

ENTRIES: list[tuple[dict[str, Any], str]] = [
    ({"served": "2025-04-07", "days": 30, "due": "2025-05-07"}, "pass"),
    ({"served": "2025-04-07", "days": 30, "due": "2025-05-09"}, "fail"),
    ({"dateServed": "2025-05-03", "periodDays": 21, "dueDate": "2025-05-27"}, "pass"),
    ({"entries": [{"served": "2025-03-03", "days": 30, "due": "2025-04-12"}]}, "fail"),
    ({"served": "2025-05-03", "days": 21, "due": "2025-05-24", "rule": "FRCP 12(a)"}, "fail"),
    ({"served": "2025-05-03", "days": 21}, "abstain"),
    ({"served": "soon", "days": 21, "due": "2025-05-24"}, "abstain"),
    ({"served": "2025-05-03", "days": True, "due": "2025-05-24"}, "abstain"),
    ({"served": "2025-05-03", "days": -1, "due": "2025-05-24"}, "abstain"),
]


@pytest.mark.parametrize(("entry", "expected"), ENTRIES)
def test_the_entries_of_a_docket_are_counted_again(entry: dict[str, Any], expected: str) -> None:
    assert said(WrongDeadline, json.dumps(entry)) == expected


def test_the_event_of_an_entry_may_stand_in_the_attributes() -> None:
    output = '{"days": 30, "due": "2025-05-09"}'
    assert said(WrongDeadline, output, attributes={"served_on": "2025-04-07"}) == "fail"


APPEALS = [
    ("Judgment between two companies in federal court.", "60 days", "fail"),
    ("Judgment between two companies in federal court.", "30 days", "pass"),
    ("Judgment against a federal agency.", "60 days", "pass"),
]


@pytest.mark.parametrize(("request_", "period", "expected"), APPEALS)
def test_only_a_party_against_the_government_has_sixty_days(request_: str, period: str, expected: str) -> None:
    output = f"The notice of appeal is due {period} after entry of the judgment, Fed. R. App. P. 4(a)(1)."
    assert said(WrongTimeLimit, output, request_) == expected


LISTS = [
    ("Draft terms with these clauses: fees, term, governing law.", 3),
    ("Draft an agreement including sections on scope, fees and term.", 3),
    ("Draft an agreement covering: scope, fees, term, and notices.", 4),
    ("Draft an agreement with fees and term.", 0),
    ("Which clauses matter most, and why?", 0),
    ("", 0),
]


@pytest.mark.parametrize(("request_", "count"), LISTS)
def test_clauses_that_a_request_lists_are_read(request_: str, count: int) -> None:
    assert len(listed_clauses(request_)) == count


def test_what_a_playbook_requires_must_be_there_or_be_reported() -> None:
    playbook = {"playbook": {"requiredClauses": ["Fees", "Limitation of Liability"]}}
    assert said(MissingClause, '{"clauses": ["fees"]}', attributes=playbook) == "fail"
    assert said(MissingClause, '{"clauses": ["fees", "limitation_of_liability"]}', attributes=playbook) == "pass"
    assert (
        said(MissingClause, '{"clauses": ["fees"], "missing": ["liability limitation"]}', attributes=playbook) == "pass"
    )
    assert said(MissingClause, '{"clauses": ["fees"]}') == "abstain"


PAPERS = [
    ("MEMORANDUM. Date: March 14, 2006. See Ashcroft v. Iqbal, 556 U.S. 662 (2009).", "fail"),
    ("MEMORANDUM. Date: March 14, 2010. See Ashcroft v. Iqbal, 556 U.S. 662 (2009).", "pass"),
    ("Since March 14, 2006 the law has changed: Ashcroft v. Iqbal, 556 U.S. 662 (2009).", "abstain"),
    ("MEMORANDUM. Date: March 14, 2006. Nothing is cited.", "abstain"),
    ("", "abstain"),
]


@pytest.mark.parametrize(("output", "expected"), PAPERS)
def test_a_paper_cites_nothing_that_is_younger_than_itself(output: str, expected: str) -> None:
    assert said(AnachronisticAuthority, output) == expected
