"""The audit: what was acked, what is on the topics and what is stored, held against each other record by record."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Literal
from uuid import UUID

import msgspec

from metronis.errors import Reject
from metronis.ledger import Entry, Ledger, Stage
from schemas import codec
from schemas.case import CASE, decode_case
from schemas.topics import INTAKE, REPLAY, SOURCE, TRACES_T1, VERDICTS, Topic
from storage.copies import Copies, stored_copies
from storage.read import MAX_ASKED_IDS, trace_sources
from storage.store import Store
from streams import groups
from streams.broker import Broker, Record
from streams.deadletter import DeadLetter
from streams.pages import pages

MOST_EXAMPLES = 5  # of each defect and organisation
EVER = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2299, 12, 31, tzinfo=UTC))  # what the store can hold

Fate = Literal["stored", "duplicate", "dead_lettered", "waiting", "lost", "torn"]
Defect = Literal["lost", "torn", "doubled"]


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A record that something is wrong with; `trace_id` is empty where it cannot be told."""

    defect: Defect
    trace_id: str
    position: str
    problem: str


class Tally(msgspec.Struct, kw_only=True):
    """An organisation's records. acked is the sum of all below it but doubled, which may be stored or torn besides.

    stored: whole, with verdict and evaluations. duplicate: dropped, since another post owns the id. torn: stored in
    part. org_id is empty for records of which it cannot be told.
    """

    org_id: str
    acked: int = 0
    stored: int = 0
    duplicate: int = 0
    dead_lettered: int = 0
    waiting: int = 0
    lost: int = 0
    torn: int = 0
    doubled: int = 0
    examples: list[Example] = []

    def count(self, entry: Entry, fate: Fate, problem: str) -> None:
        self.acked += 1
        setattr(self, fate, getattr(self, fate) + 1)
        if fate in ("lost", "torn"):
            self._exemplify(entry, fate, problem)
        if fate != "duplicate" and (problem := _doubled(entry)):
            self.doubled += 1
            self._exemplify(entry, "doubled", problem)

    def _exemplify(self, entry: Entry, defect: Defect, problem: str) -> None:
        if sum(example.defect == defect for example in self.examples) < MOST_EXAMPLES:
            position = f"{entry.raw_partition}/{entry.raw_offset}"
            self.examples.append(Example(defect=defect, trace_id=entry.trace_id, position=position, problem=problem))


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit found of the records acked in since <= time < until."""

    since: datetime
    until: datetime
    organisations: list[Tally]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is lost, torn or doubled."""
        return not any(tally.lost or tally.torn or tally.doubled for tally in self.organisations)


def audit(broker: Broker, store: Store, since: datetime, until: datetime, org_id: str | None = None) -> Report:
    """Follow every record that the raw topic has of that time, of one organisation or of all, to where it ended.

    Changes nothing. The log is read from its beginning, the raw topic first, so what moves meanwhile is found further
    on. A record is lost where those behind it in its partition went on and it did not, or where nothing is waiting.
    Holds a page of 2,000 messages, 16 MiB at most, and 64 MiB of its ledger in memory. Raises Unavailable.
    """
    with closing(Ledger()) as ledger:
        lags = _read_log(broker, ledger, since, until)
        chosen = ledger.organisations() if org_id is None else [org_id]
        for each in chosen:
            _look_up(store, ledger, each)
        waiting = _Waiting(ledger, lags)
        return Report(since=since, until=until, organisations=[_tally(ledger, waiting, each) for each in chosen])


@dataclass(frozen=True)
class _Lags:
    """Records not committed, each counted after its topic's source was read and before its outcome is."""

    t0: int
    t1: int
    traces: int
    verdicts: int


def _read_log(broker: Broker, ledger: Ledger, since: datetime, until: datetime) -> _Lags:
    _read_raw(broker, ledger, since, until)
    t0 = sum(broker.lag(groups.SANITIZE[priority], [topic.name]) for priority, topic in INTAKE.items())
    for topic in INTAKE.values():
        _read_dead(broker, ledger, topic, "raw")
    for page in pages(broker, TRACES_T1.name):
        ledger.add_t1(row for record in page if (row := _t1_row(record)))
    t1 = broker.lag(groups.HEURISTICS, [TRACES_T1.name])
    traces = broker.lag(groups.SINK, [TRACES_T1.name])
    _read_dead(broker, ledger, TRACES_T1, "t1")
    for page in pages(broker, VERDICTS.name):
        ledger.add_verdicts(_verdict_row(record) for record in page if REPLAY not in record.headers)
    verdicts = broker.lag(groups.SINK, [VERDICTS.name])
    _read_dead(broker, ledger, VERDICTS, "verdict")
    return _Lags(t0, t1, traces, verdicts)


def _read_raw(broker: Broker, ledger: Ledger, since: datetime, until: datetime) -> None:
    first_ms, end_ms = (int(at.timestamp() * 1_000) for at in (since, until))
    for page in (page for topic in INTAKE.values() for page in pages(broker, topic.name)):
        ledger.add_raw(_raw_row(record) for record in page if first_ms <= record.appended_ms < end_ms)


def _raw_row(record: Record) -> tuple[str, str, int, str, str]:
    return record.origin, *_place_of(record), *_id_of(record.key)


def _t1_row(record: Record) -> tuple[str, str, str, int, str] | None:
    """None where the record is a replay of a dead letter, or damaged."""
    if REPLAY in record.headers:
        return None
    try:
        source = decode_case(record.headers.get(CASE)).source
    except Reject:
        return None
    return *_id_of(record.key), *_place_of(record), source


def _verdict_row(record: Record) -> tuple[str, int, str | None, int | None, datetime | None, str]:
    source = record.headers.get(SOURCE, b"").decode("utf-8", "replace")
    try:
        verdict = codec.VERDICT.decode(record.value)
    except Reject:  # the sink gives it up too
        return *_place_of(record), None, None, None, source
    return *_place_of(record), str(verdict.verdict_id), len(verdict.evaluations), verdict.timestamp, source


def _read_dead(broker: Broker, ledger: Ledger, topic: Topic, stage: Stage) -> None:
    for page in pages(broker, topic.dead_letters):
        ledger.add_dead(stage, (_place(DeadLetter.of(record).source) for record in page))


def _place_of(record: Record) -> tuple[str, int]:
    return f"{record.topic}/{record.partition}", record.offset


def _place(position: str) -> tuple[str, int]:
    """`topic/partition` and offset; a place that there is not where it is no position."""
    partition, _, offset = position.rpartition("/")
    return (partition, int(offset)) if offset.isdecimal() else ("", -1)


def _id_of(key: bytes) -> tuple[str, str]:
    """Organisation and trace id of a key as we make them; empty where it is another's."""
    org_id, _, trace_id = key.decode("utf-8", "replace").rpartition("/")
    try:
        return org_id, str(UUID(trace_id))
    except ValueError:
        return "", ""


def _look_up(store: Store, ledger: Ledger, org_id: str) -> None:
    entries = (entry for entry in ledger.entries(org_id) if entry.trace_id)
    while chunk := list(islice(entries, MAX_ASKED_IDS)):
        ids = [UUID(entry.trace_id) for entry in chunk]
        times = [entry.at for entry in chunk if entry.at]
        span = (min(times), max(times)) if len(times) == len(chunk) else EVER
        copies = stored_copies(store, org_id, ids, *span)
        owners = trace_sources(store, {(org_id, id_) for id_ in ids})
        ledger.add_stored(_stored_row(entry, copies, owners.get((org_id, UUID(entry.trace_id)))) for entry in chunk)


def _stored_row(entry: Entry, copies: Copies, owner: str | None) -> tuple[str | None, int, int, int, str]:
    """Of the verdict that is on the log; where the log has none any more, of the one that is there most often."""
    verdicts = {id_: count for (source, id_), count in copies.verdicts.items() if source == entry.origin}
    verdict_id = UUID(entry.verdict_id) if entry.verdict_id else max(verdicts, key=verdicts.__getitem__, default=None)
    return (
        owner,
        copies.traces.get(entry.origin, 0),
        verdicts.get(verdict_id, 0) if verdict_id else 0,
        copies.evaluations.get(verdict_id, 0) if verdict_id else 0,
        entry.origin,
    )


class _Waiting:
    """What a reader of a topic has still before it: it takes each partition in order."""

    def __init__(self, ledger: Ledger, lags: _Lags) -> None:
        self._lags = lags
        self._t0 = ledger.reached("raw", "t1_copies")
        self._t1 = ledger.reached("t1", "verdict_copies")
        self._traces = ledger.reached("t1", "stored_traces")
        self._verdicts = ledger.reached("verdict", "stored_verdicts")

    def for_t0(self, entry: Entry) -> bool:
        return bool(self._lags.t0) and _is_past(entry.raw_partition, entry.raw_offset, self._t0)

    def for_t1(self, entry: Entry) -> bool:
        return bool(self._lags.t1) and _is_past(entry.t1_partition, entry.t1_offset, self._t1)

    def for_sink_of_traces(self, entry: Entry) -> bool:
        return bool(self._lags.traces) and _is_past(entry.t1_partition, entry.t1_offset, self._traces)

    def for_sink_of_verdicts(self, entry: Entry) -> bool:
        return bool(self._lags.verdicts) and _is_past(entry.verdict_partition, entry.verdict_offset, self._verdicts)


def _is_past(partition: str | None, offset: int | None, reached: Mapping[str, int]) -> bool:
    return partition is not None and offset is not None and offset > reached.get(partition, -1)


def _tally(ledger: Ledger, waiting: _Waiting, org_id: str) -> Tally:
    tally = Tally(org_id=org_id)
    for entry in ledger.entries(org_id):
        tally.count(entry, *_fate(entry, waiting))
    return tally


def _fate(entry: Entry, waiting: _Waiting) -> tuple[Fate, str]:
    """What became of a record, and what is wrong with it where it is lost or torn."""
    if entry.stored_traces and entry.stored_verdicts and entry.stored_evaluations >= (entry.evaluations or 0):
        return "stored", ""
    if entry.is_dead:
        return "dead_lettered", ""
    if entry.owner not in (None, entry.origin):
        return "duplicate", ""
    if not entry.stored_traces:
        return _fate_without_trace(entry, waiting)
    if not entry.verdict_copies and not entry.stored_verdicts:
        return ("waiting", "") if waiting.for_t1(entry) else ("torn", "a trace without a verdict")
    if waiting.for_sink_of_verdicts(entry):
        return "waiting", ""
    if not entry.stored_verdicts:
        return "torn", "a trace whose verdict is not stored"
    return "torn", f"{entry.stored_evaluations} of {entry.evaluations} evaluations"


def _fate_without_trace(entry: Entry, waiting: _Waiting) -> tuple[Fate, str]:
    if not entry.t1_copies:
        if waiting.for_t0(entry):
            return "waiting", ""
        return "lost", f"neither on {TRACES_T1.name} nor in the dead letters"
    if waiting.for_sink_of_traces(entry):
        return "waiting", ""
    if entry.stored_verdicts:
        return "torn", "a verdict without its trace"
    return "lost", f"on {TRACES_T1.name} and not stored"


def _doubled(entry: Entry) -> str:
    """What there is too much of; empty where each is there once."""
    said = entry.evaluations
    problems = {
        f"{entry.stored_traces} rows of the trace": entry.stored_traces > 1,
        f"{entry.stored_verdicts} rows of the verdict": entry.stored_verdicts > 1,
        f"{entry.stored_evaluations} of {said} evaluations": said is not None and entry.stored_evaluations > said,
        f"{entry.t1_copies} times on {TRACES_T1.name}": entry.t1_copies > 1,
        f"{entry.verdict_copies} times on {VERDICTS.name}": entry.verdict_copies > 1,
    }
    return ", ".join(problem for problem, found in problems.items() if found)
