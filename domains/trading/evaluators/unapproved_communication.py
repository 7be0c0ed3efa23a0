"""Unapproved communication: what went to retail customers before a principal approved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.records import Record, names, records
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_PUBLIC = names("communications")
_GIVEN, _BY = names("given"), names("by")
_SENT = frozenset(names("published"))
_STATES = ("action", "status", "state", "decision", "result", "event")


@dataclass(frozen=True, kw_only=True)
class UnapprovedCommunication(Evaluator):
    """Checks that a retail communication which was published had a principal's approval.

    Abstains where no record speaks of such a communication and of its approval. What is not yet out is in order.
    """

    name: ClassVar[str] = "unapproved_communication"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "unapproved_communication"
    cites: ClassVar[tuple[str, ...]] = ("finra_2210_approval",)

    def evaluate(self, subject: Subject) -> Result:
        judged = [record for record in records(subject) if _is_communication(record) and _says_of_approval(record)]
        if not judged:
            return Abstain("nothing is said of the approval of a communication")
        sent = any(record.text(name).replace(" ", "_") in _SENT for record in records(subject) for name in _STATES)
        if not sent or all(_is_approved(record) for record in judged):
            return HELD
        return finding(
            "high", "approval", "A communication to retail customers went out without a principal's approval."
        )


def _is_communication(record: Record) -> bool:
    said = f"{' '.join(record.path)} {record.text('type', 'communication_type', 'category', 'audience', 'kind')}"
    return any(word in said.replace("_", " ") for word in _PUBLIC) and "institution" not in said


def _says_of_approval(record: Record) -> bool:
    return any(name in record.fields for name in (*_GIVEN, *_BY, "approval_status"))


def _is_approved(record: Record) -> bool:
    given = record.flag(*_GIVEN)
    if given is None:
        return record.text("approval_status", "approval") in ("approved", "granted") or bool(record.text(*_BY))
    return given
