"""The writer: turns a range of records into rows and inserts them under tokens made from the range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cachetools import LRUCache

from metronis.errors import Reject
from monitoring.metrics import DUPLICATE_TRACES, RECORDS_DEAD_LETTERED
from schemas import codec
from schemas.case import CASE, decode_case
from schemas.topics import SOURCE, TRACES_T1, VERDICTS
from schemas.trace import Trace
from schemas.verdict import Verdict
from storage.records import StoredEvaluation, StoredTrace, StoredVerdict, TraceKey
from storage.queries import TRACE_SOURCES
from storage.store import Store
from storage.tables import EVALUATIONS, TRACE_KEYS, TRACES, VERDICTS as VERDICT_ROWS, Table
from streams.broker import Message, Record
from streams.deadletter import dead_letter

TraceId = tuple[str, UUID]
KNOWN_KEYS = 200_000
