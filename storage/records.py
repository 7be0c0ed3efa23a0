"""Records: what a row of each table is made from, and the way back from a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from schemas.evaluation import Evaluation
from schemas.trace import Document, Episode, Expected, Message, Text, Trace, Usage
from schemas.verdict import TierUse, Verdict

Row = Mapping[str, Any]

# What is stored under the name that it has in the struct.
_TRACE_FIELDS = ("trace_id", "org_id", "domain", "kind", "timestamp", "model", "session_id", "user_id", "tags")
_USAGE_FIELDS = Usage.__struct_fields__
_EVALUATION_FIELDS = Evaluation.__struct_fields__
_VERDICT_FIELDS = tuple(name for name in Verdict.__struct_fields__ if name not in ("tiers", "evaluations"))


class StoredTrace(msgspec.Struct, frozen=True):
    """A sanitised trace, when the log took it, and the origin `topic_id/partition/offset` of its raw message."""

    trace: Trace
    ingested_at: datetime
    source: str


class StoredVerdict(msgspec.Struct, frozen=True):
    """A verdict, and the origin of the raw message of its trace."""

    verdict: Verdict
    source: str


class StoredEvaluation(msgspec.Struct, frozen=True):
    """One evaluation of a verdict."""

    verdict: Verdict
    evaluation: Evaluation


class TraceKey(msgspec.Struct, frozen=True):
    """An id, and the origin of the raw message that it belongs to."""

    org_id: str
    trace_id: UUID
    source: str


def trace_from(row: Row) -> Trace:
    """The trace of a row of `traces`, equal to the one that was inserted."""
    return Trace(
        **_picked(row, _TRACE_FIELDS),
        input=_text(row["input_turns"]),
        output=_text(row["output_turns"]),
        context=[_context(item) for item in row["context"]],
        usage=Usage(**_picked(row, _USAGE_FIELDS)),
        latency_ms=row["latency_ms"],
        attributes=msgspec.json.decode(row["attributes"]),
        features=row["features"],
        episode=msgspec.json.decode(row["episode"], type=Episode) if row["episode"] else None,
        expected=msgspec.json.decode(row["expected"], type=Expected) if row["expected"] else None,
    )


def evaluation_from(row: Row) -> Evaluation:
    """The evaluation of a row of `evaluations`."""
    return msgspec.convert(_picked(row, _EVALUATION_FIELDS), Evaluation)


def verdict_from(row: Row, evaluations: Iterable[Evaluation] = ()) -> Verdict:
    """The verdict of a row of `verdicts`."""
    tiers = [TierUse(**use) for use in row["tiers"]]
    return Verdict(**_picked(row, _VERDICT_FIELDS), tiers=tiers, evaluations=list(evaluations))


def _picked(row: Row, names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _text(turns: list[dict[str, Any]]) -> Text:
    if len(turns) == 1 and turns[0]["role"] is None:
        content: str = turns[0]["content"]
        return content
    return [Message(**turn) for turn in turns]


def _context(item: dict[str, Any]) -> str | Document:
    return Document(**item) if item["id"] is not None else item["content"]
