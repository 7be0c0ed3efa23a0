"""Where a replay finds traces: in the store, or on the log where the store has lost them or never had them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from cachetools import LRUCache

from metronis.clock import Clock
from metronis.errors import Reject
from schemas import codec
from schemas.case import CASE, Case, decode_case
from schemas.topics import TRACES_T1
from schemas.trace import Trace
from storage.history import Entry, Period, contents, count_traces, pages, reports, stored_sources, with_verdicts
from storage.read import trace_sources
from storage.records import StoredTrace, TraceKey
from storage.store import Store
from streams.broker import Broker, Record
from streams.deadletter import DeadLetter
from streams.deadletter_replay import Replayed
from streams.groups import GROUPS, HEURISTICS, SINK

WHOLE_TRACES = 100  # in memory at once, since each may have megabytes
SEEN_TRACES = 200_000  # about 40 MB

NO_VERDICT = "no verdict yet"
ANOTHER_POST = "another post owns the id"
CAME_BEFORE = "it came before on the log"
UNREADABLE = "it cannot be read"
GIVEN_UP = "in the dead letters; `metronis dlq replay` brings it back"


@dataclass(frozen=True, slots=True)
class Content:
    """A sanitised trace, and its case as tier 0 left it."""

    trace: Trace
    case: Case


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of a source's traces, in order of time.

    contents: of some of the entries, by trace id; asked for at most 100 at a time. awaits_verdicts: whether who has no
    verdict may still be given one by the pipeline. missing: what the store lacks of the entries. skipped: traces that
    are none of the entries, by reason. read: how much of the source this was.
    """

    entries: Sequence[Entry]
    contents: Callable[[Sequence[Entry]], Mapping[UUID, Content]]
    read: int
    awaits_verdicts: bool = True
    missing: Sequence[StoredTrace] = ()
    unowned: Sequence[TraceKey] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)


class Source(Protocol):
    """The traces of a period."""

    @property
    def period(self) -> Period: ...

    def size(self) -> int:
        """About how much there is to read now. Raises Unavailable."""

    def batches(self, most: int) -> Iterator[Batch]:
        """All traces of the period, each once, at most so many at a time; those that arrive meanwhile may come or not.

        Raises Unavailable.
        """


class StoredTraces:
    """The traces of the store, the oldest first."""

    def __init__(self, store: Store, period: Period) -> None:
        self.period = period
        self._store = store

    def size(self) -> int:
        return count_traces(self._store, self.period)

    def batches(self, most: int) -> Iterator[Batch]:
        return (Batch(entries, self._contents, len(entries)) for entries in pages(self._store, self.period, most))

    def _contents(self, entries: Sequence[Entry]) -> dict[UUID, Content]:
        sanitised = {
            entry.trace_id: [use for verdict in entry.verdicts[:1] for use in verdict.tiers if use.tier == "t0"]
            for entry in entries
        }
        reported = reports(self._store, self.period.org_id, entries)
        return {
            (id_ := stored.trace.trace_id): Content(
                stored.trace,
                Case(
                    source=stored.source,
                    ingested_at=stored.ingested_at,
                    tiers=sanitised[id_],
                    evaluations=reported.get(id_, []),
                ),
            )
            for stored in contents(self._store, self.period.org_id, entries)
        }


class LoggedTraces:
    """The sanitised traces of the log, in the order in which they came there.

    Of a trace whose record tier 1 and the sink have both passed, and which is in nobody's dead letters, the store will
    get no more by itself than it has. Then the batch says what is missing, and that no verdict is awaited.

    Holds what one read of the log returns, and 150 bytes for each dead letter of tier 1 and the sink.
    """

    def __init__(self, broker: Broker, store: Store, period: Period, clock: Clock) -> None:
        self.period = period
        self._broker = broker
        self._store = store
        self._clock = clock
        self._seen: LRUCache[UUID, str] = LRUCache(SEEN_TRACES)  # sources by id
        self._given_up = _GivenUp(broker)

    def size(self) -> int:
        return self._broker.lag("replay", [TRACES_T1.name])  # of a group that never commits

    def batches(self, most: int) -> Iterator[Batch]:
        started_ms = self._clock.now().timestamp() * 1_000
        after: dict[int, int] = {}
        while records := self._broker.read(TRACES_T1.name, limit=most, after=after):
            if records[0].appended_ms > started_ms:
                return
            after |= {record.partition: record.offset for record in records}
            yield self._batch(records)

    def _batch(self, records: Sequence[Record]) -> Batch:
        skipped: Counter[str] = Counter()
        in_period = list(self._in_period(records, skipped))
        owners = self._owners(in_period)
        found = {content.trace.trace_id: content for content in self._first(in_period, owners, skipped)}
        entries = self._entries(found)
        missing = self._missing(entries, found)
        is_final = (missing or not all(entry.verdicts for entry in entries)) and self._pipeline_is_through()
        if is_final:  # look again: it may have come to the end after the first look
            self._drop_given_up(found, skipped)
            entries = self._entries(found)
            missing = self._missing(entries, found)
        return Batch(
            entries=entries,
            contents=lambda _: found,
            read=len(records),
            awaits_verdicts=not is_final,
            missing=[_stored(content) for content in missing] if is_final else [],
            unowned=[_key(content) for content in missing if content.trace.trace_id not in owners] if is_final else [],
            skipped=skipped,
        )

    def _in_period(self, records: Iterable[Record], skipped: Counter[str]) -> Iterator[Content]:
        for record in records:
            try:
                content = Content(codec.TRACE.decode(record.value), decode_case(record.headers.get(CASE)))
            except Reject:
                skipped[UNREADABLE] += 1
            else:
                if _is_in(self.period, content.trace):
                    yield content

    def _owners(self, contents: Sequence[Content]) -> dict[UUID, str]:
        """By trace id, the raw message that it belongs to, as far as the store knows."""
        keys = {(self.period.org_id, content.trace.trace_id) for content in contents}
        return {id_: source for (_, id_), source in trace_sources(self._store, keys).items()}

    def _first(
        self, contents: Iterable[Content], owners: Mapping[UUID, str], skipped: Counter[str]
    ) -> Iterator[Content]:
        """Each trace once, as its owner had it; where nobody is known to own it, as it came first."""
        for content in contents:
            id_, source = content.trace.trace_id, content.case.source
            if source != owners.get(id_, self._seen.get(id_, source)):
                skipped[ANOTHER_POST] += 1
            elif id_ in self._seen:
                skipped[CAME_BEFORE] += 1
            else:
                self._seen[id_] = source
                yield content

    def _drop_given_up(self, found: dict[UUID, Content], skipped: Counter[str]) -> None:
        sources = self._given_up.sources()
        for id_ in [id_ for id_, content in found.items() if content.case.source in sources]:
            del found[id_]
            skipped[GIVEN_UP] += 1

    def _entries(self, found: Mapping[UUID, Content]) -> list[Entry]:
        traces = sorted((content.trace for content in found.values()), key=lambda each: (each.timestamp, each.trace_id))
        entries = [Entry(trace_id=t.trace_id, timestamp=t.timestamp, domain=t.domain, verdicts=[]) for t in traces]
        return with_verdicts(self._store, self.period.org_id, entries) if entries else []

    def _missing(self, entries: Sequence[Entry], found: Mapping[UUID, Content]) -> list[Content]:
        stored = stored_sources(self._store, self.period.org_id, entries) if entries else set()
        return [found[entry.trace_id] for entry in entries if found[entry.trace_id].case.source not in stored]

    def _pipeline_is_through(self) -> bool:
        """Whether tier 1 and the sink have passed everything that was read until now."""
        readers = {group: GROUPS[group] for group in (HEURISTICS, SINK)}
        return not any(self._broker.lag(group, topics) for group, topics in readers.items())


class _GivenUp:
    """Traces that wait in the dead letters of tier 1 and of the sink, from where they may be brought back."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._replayed: Replayed | None = None
        self._after: dict[int, int] = {}
        self._sources: set[str] = set()

    def sources(self) -> Collection[str]:
        """Where they come from. Reads what has been given up since it was asked last."""
        self._replayed = self._replayed or Replayed(self._broker)
        while page := self._broker.read(TRACES_T1.dead_letters, limit=WHOLE_TRACES, after=self._after):
            self._after |= {record.partition: record.offset for record in page}
            for letter in map(DeadLetter.of, page):
                if letter not in self._replayed:
                    with suppress(Reject):  # then nobody can say of which trace it is
                        self._sources.add(decode_case(letter.headers.get(CASE)).source)
        return self._sources


def _is_in(period: Period, trace: Trace) -> bool:
    of_whom = trace.org_id == period.org_id and period.domain in (None, trace.domain)
    return of_whom and period.since <= trace.timestamp < period.until


def _stored(content: Content) -> StoredTrace:
    return StoredTrace(content.trace, content.case.ingested_at, content.case.source)


def _key(content: Content) -> TraceKey:
    return TraceKey(content.trace.org_id, content.trace.trace_id, content.case.source)
