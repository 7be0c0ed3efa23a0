"""What must hold in the end: what was posted, what is on the log, what was read meanwhile and what is stored agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import msgspec

from processors.evaluators import EVALUATORS
from schemas.topics import RAW_NAMES, all_topic_names, has_dead_letters
from storage.queries import Query
from storage.store import Store
from streams.broker import Broker, Record
from streams.pages import pages
from tests.faults.bounce.posts import Post, post_number
from tests.faults.bounce.reader import OUTPUTS, Sight
from tests.faults.simulation.invariants import differences

STORED_TRACES = Query("stored_traces", "SELECT trace_id, source, attributes FROM traces")
STORED_VERDICTS = Query("stored_verdicts", "SELECT trace_id, source FROM verdicts")
STORED_EVALUATIONS = Query(
    "stored_evaluations", "SELECT trace_id, count() AS copies FROM evaluations GROUP BY trace_id"
)


@dataclass(frozen=True)
class Raw:
    """One record of a raw topic."""

    origin: str
    key: bytes
    trace_id: UUID
    post: int


@dataclass(frozen=True)
class Evidence:
    """What there is to compare. Traces are stored as (trace id, source, post), verdicts as (trace id, source)."""

    acked: Sequence[Post]
    raw: Sequence[Raw]
    log: Mapping[str, Sequence[Sight]]
    seen: Mapping[str, Sequence[Sight]]
    dead_letters: Sequence[str]
    traces: Counter[tuple[UUID, str, int]]
    verdicts: Counter[tuple[UUID, str]]
    evaluations: Mapping[UUID, int]

    @cached_property
    def firsts(self) -> dict[UUID, tuple[str, int]]:
        """By trace id, where the log has it first, and which post came first."""
        origins: dict[UUID, str] = {}
        for raw in self.raw:
            origins.setdefault(raw.trace_id, raw.origin)
        posts: dict[UUID, int] = {}
        for post in self.acked:
            posts.setdefault(post.trace_id, post.number)
        return {id_: (origins.get(id_, ""), number) for id_, number in posts.items()}


def violations(found: Evidence) -> Iterator[str]:
    """One line for each promise that was broken."""
    yield from _input(found)
    for topic in OUTPUTS:
        yield from differences(
            topic, Counter(raw.origin for raw in found.raw), Counter(sight.source for sight in found.log[topic])
        )
        yield from _out_of_order(topic, found)
        yield from _read_otherwise(topic, found)
    yield from (f"a dead letter at {position}" for position in found.dead_letters)
    yield from _stored(found)


def _input(found: Evidence) -> Iterator[str]:
    """A post whose acknowledgement was lost is sent again, so it may be on the log more than once."""
    posted = dict.fromkeys(((post.trace_id, post.number) for post in found.acked), 1)
    yield from differences("raw topics", posted, dict.fromkeys(((raw.trace_id, raw.post) for raw in found.raw), 1))


def _out_of_order(topic: str, found: Evidence) -> Iterator[str]:
    """What was posted with equal keys stays in its order in each partition that it goes to."""
    places = {raw.origin: (raw.key, number) for number, raw in enumerate(found.raw)}
    last: defaultdict[tuple[bytes, int], int] = defaultdict(int)
    for sight in found.log[topic]:
        if sight.source not in places:
            continue
        key, number = places[sight.source]
        if number < last[key, sight.partition]:
            yield f"{topic}/{sight.partition}/{sight.offset}: {key.decode()} comes out of order"
        last[key, sight.partition] = number


def _read_otherwise(topic: str, found: Evidence) -> Iterator[str]:
    """A reader during the faults saw what is there after them, in the same order: nothing that was taken back."""
    seen, there = (_by_partition(sights[topic]) for sights in (found.seen, found.log))
    for partition in sorted(seen.keys() | there.keys()):
        if seen[partition] != there[partition]:
            gone = len(set(seen[partition]) - set(there[partition]))
            missed = len(set(there[partition]) - set(seen[partition]))
            yield f"{topic}/{partition}: the reader saw {gone} that are not there, and missed {missed}"


def _by_partition(sights: Sequence[Sight]) -> defaultdict[int, list[Sight]]:
    partitions: defaultdict[int, list[Sight]] = defaultdict(list)
    for sight in sights:
        partitions[sight.partition].append(sight)
    return partitions


def _stored(found: Evidence) -> Iterator[str]:
    """Each trace id once, as its first post had it, with one verdict and all evaluations."""
    traces = Counter((id_, origin, number) for id_, (origin, number) in found.firsts.items())
    yield from differences("table traces", traces, found.traces)
    verdicts = Counter((id_, origin) for id_, (origin, _) in found.firsts.items())
    yield from differences("table verdicts", verdicts, found.verdicts)
    yield from differences("table evaluations", dict.fromkeys(found.firsts, len(EVALUATORS)), found.evaluations)


def read_raw(broker: Broker) -> list[Raw]:
    """Every record of the raw topics; those with equal keys in their order."""
    records = (record for topic in sorted(RAW_NAMES) for record in _records(broker, topic))
    return [Raw(record.origin, record.key, *_identity(record.value)) for record in records]


def _records(broker: Broker, topic: str) -> Iterator[Record]:
    return (record for page in pages(broker, topic) for record in page)


def _identity(value: bytes) -> tuple[UUID, int]:
    trace = msgspec.json.decode(value)
    return UUID(trace["trace_id"]), trace["attributes"]["post"]


def gather(acked: Sequence[Post], broker: Broker, seen: Mapping[str, Sequence[Sight]], store: Store) -> Evidence:
    """Everything, once nothing moves any more."""
    dead = (topic for topic in all_topic_names() if has_dead_letters(topic))
    return Evidence(
        acked=acked,
        raw=read_raw(broker),
        log={topic: list(map(Sight.of, _records(broker, topic))) for topic in OUTPUTS},
        seen=seen,
        dead_letters=[letter.position for topic in dead for letter in _records(broker, topic)],
        traces=Counter(
            (row["trace_id"], row["source"], post_number(row["attributes"])) for row in store.query(STORED_TRACES)
        ),
        verdicts=Counter((row["trace_id"], row["source"]) for row in store.query(STORED_VERDICTS)),
        evaluations={row["trace_id"]: row["copies"] for row in store.query(STORED_EVALUATIONS)},
    )
