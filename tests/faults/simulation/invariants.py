"""What must be true of every history once nothing is left to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from schemas.case import CASE, decode_case
from schemas.topics import INTAKE, RAW_NAMES, SOURCE, STEP, TOPICS, TRACES_T1, VERDICTS
from storage.records import StoredEvaluation
from storage.tables import EVALUATIONS, TRACE_KEYS, TRACES
from streams.broker import Partition, Record
from streams.deadletter_limit import DeadLetterLimit
from streams.groups import SINK
from streams.progress import Progress
from tests.faults.simulation.posts import ROWS, Poison, Post, TraceId
from tests.faults.simulation.world import EVALUATORS, World

EVERYTHING = 1_000_000
WITHOUT_VERDICT = ROWS[VERDICTS.name] | ROWS[EVALUATIONS.name]


def violations(world: World) -> Iterator[str]:
    """One line for each promise that this history broke."""
    truth = Truth(world)
    yield from truth.acked_and_not_on_the_log()
    yield from truth.topics()
    yield from truth.dead_letters()
    yield from truth.tables()
    yield from truth.histories()
    yield from truth.records_in_hand()


class Truth:
    """What the posts on the raw topic must have led to."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._posts = {post.text: post for post in world.posts.posts}
        self._raw = {record.origin: record for topic in INTAKE.values() for record in self._read(topic.name)}
        self._post_of = {origin: self._posted(record) for origin, record in self._raw.items()}
        self._source = {raw.position: origin for origin, raw in self._raw.items()}  # by position, on every topic
        self._source |= {r.position: decode_case(r.headers[CASE]).source for r in self._read(TRACES_T1.name)}
        self._source |= {r.position: r.headers[SOURCE].decode() for r in self._read(VERDICTS.name)}
        self._good = [at for at, post in self._post_of.items() if post.poison is not Poison.RAW]
        self._judged = [at for at in self._good if self._post_of[at].poison is not Poison.T1]
        self._owners: dict[TraceId, str] = {}
        for record in self._read(TRACES_T1.name):
            source = self._source[record.position]
            self._owners.setdefault(self._post_of[source].id, source)

    def acked_and_not_on_the_log(self) -> Iterator[str]:
        for id_ in sorted(self._world.acked - {self._post_of[at].id for at in self._good}):
            yield f"{id_} was acked and is not on the log"

    def topics(self) -> Iterator[str]:
        """Each post goes over each topic once, in the order of its key and priority."""
        for topic, expected in ((TRACES_T1.name, self._good), (VERDICTS.name, self._judged)):
            sources = [self._source[record.position] for record in self._read(topic)]
            yield from differences(topic, Counter(expected), Counter(sources))
            yield from self._out_of_order(topic, sources)

    def dead_letters(self) -> Iterator[str]:
        """Each poison record is in one dead letter, and nothing else is in any.

        Where it could be stored once that was mended, it may be either or both: a sink that hung while another one gave
        the record up has not heard of it.
        """
        for topic in TOPICS:
            letters = self._read(topic.dead_letters)
            found = Counter(self._source[letter.headers[SOURCE].decode()] for letter in letters)
            yield from differences(topic.dead_letters, Counter(self._poisoned(topic.name, found)), found)

    def tables(self) -> Iterator[str]:
        """Each trace id is stored once, as its first sanitised post had it, with a verdict and its evaluations.

        What cannot be stored until that is mended may be missing, which `dead_letters` looks into.
        """
        rows = self._world.tables.rows
        owned = {(*id_, source): self._post_of[source].poison for id_, source in self._owners.items()}
        judged = {key: poison for key, poison in owned.items() if poison is not Poison.T1}
        found = Counter((row.trace.org_id, row.trace.trace_id, row.source) for row in rows[TRACES.name])
        expected = Counter(key for key, poison in owned.items() if poison is not Poison.TRACE or key in found)
        yield from differences("table traces", expected, found)
        stored = Counter((row.verdict.org_id, row.verdict.trace_id, row.source) for row in rows[VERDICTS.name])
        expected = Counter(key for key, poison in judged.items() if poison not in WITHOUT_VERDICT or key in stored)
        yield from differences("table verdicts", expected, stored)
        found = Counter((*id_, self._owners[id_]) for id_ in map(_trace_id, rows[EVALUATIONS.name]))
        given_up = ROWS[EVALUATIONS.name]
        whole = [key for key, poison in judged.items() if poison not in given_up or key in stored or key in found]
        yield from differences("table evaluations", dict.fromkeys(whole, EVALUATORS), found)
        claims = {(key.org_id, key.trace_id, key.source) for key in rows[TRACE_KEYS.name]}
        yield from differences("table trace_keys", Counter(owned.keys()), Counter(claims))

    def histories(self) -> Iterator[str]:
        """What the sink remembers of each record, for its limit on dead letters, is what became of it."""
        limit = DeadLetterLimit()
        letters = [letter for topic in (TRACES_T1, VERDICTS) for letter in self._read(topic.dead_letters)]
        dead = {letter.headers[SOURCE] for letter in letters if letter.headers[STEP] == SINK.encode()}
        expected: defaultdict[Partition, int] = defaultdict(int)
        for record in (record for topic in (TRACES_T1, VERDICTS) for record in self._read(topic.name)):
            partition = Partition(record.topic, record.partition)
            expected[partition] = limit.after(expected[partition], failed=record.position.encode() in dead)
        committed = self._world.log.groups[SINK].committed
        found = {partition: Progress.decode(at.note).history for partition, at in committed.items()}
        yield from differences("history", expected, found)

    def records_in_hand(self) -> Iterator[str]:
        consumers = (consumer for process in self._world.processes for consumer in process.broker.consumers)
        most = max((consumer.most_in_hand for consumer in consumers), default=0)
        if most > 3 * self._world.batch_max:
            yield f"{most} records of one partition in hand, with batches of {self._world.batch_max}"

    def _posted(self, record: Record) -> Post:
        number = record.value.rpartition(b"post ")[2].strip(b'"} ')
        return self._posts[f"post {number.decode()}"]

    def _poisoned(self, topic: str, dead: Collection[str]) -> Iterator[str]:
        """Origins of the raw records that must have died on their way over this topic."""
        rows = self._world.tables.rows
        if topic in RAW_NAMES:
            yield from (at for at in self._raw.keys() - set(self._good) if self._raw[at].topic == topic)
        elif topic == TRACES_T1.name:
            yield from (at for at in self._good if self._post_of[at].poison is Poison.T1)
            yield from self._refused({Poison.TRACE}, rows[TRACES.name], dead)
        else:
            yield from self._refused(WITHOUT_VERDICT, rows[VERDICTS.name], dead)

    def _refused(self, poisons: Collection[Poison], rows: Iterable[Any], dead: Collection[str]) -> Iterator[str]:
        stored = {row.source for row in rows}
        refused = (at for at in self._owners.values() if self._post_of[at].poison in poisons)
        return (at for at in refused if at not in stored or at in dead)

    def _read(self, topic: str) -> list[Record]:
        """The whole topic, each partition in its order."""
        return self._world.broker.read(topic, limit=EVERYTHING)

    def _out_of_order(self, topic: str, sources: list[str]) -> Iterator[str]:
        by_key: defaultdict[tuple[str, bytes], list[int]] = defaultdict(list)
        for source in sources:
            raw = self._raw[source]
            by_key[raw.topic, raw.key].append(raw.offset)
        for (raw_topic, key), offsets in by_key.items():
            if offsets != sorted(offsets):
                yield f"{topic}: {key.decode()} of {raw_topic} comes in the order {offsets}"


def _trace_id(row: StoredEvaluation) -> TraceId:
    return row.verdict.org_id, row.verdict.trace_id


def differences(where: str, expected: Mapping[Any, int], found: Mapping[Any, int]) -> Iterator[str]:
    """One line for each thing that is there too often or not often enough."""
    for thing in sorted(expected.keys() | found.keys(), key=str):
        wanted, got = expected.get(thing, 0), found.get(thing, 0)
        if wanted != got:
            yield f"{where}: {thing} is there {got} times instead of {wanted}"
