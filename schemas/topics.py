"""The topic catalogue, and the names of message headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

DEAD_LETTER_SUFFIX = ".dlq"
QUARANTINE_SUFFIX = ".quarantine"
QUARANTINE_HOURS = 72.0  # long enough to mend a fault that comes up on a Friday night

Cleanup = Literal["delete", "compact"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: its name, what its messages are, what they are keyed by, and how the log keeps them.

    partitions, retention_hours: None where the settings of the log say. cleanup: `delete` drops what is older than the
    retention, `compact` keeps the last message of each key for ever.
    """

    name: str
    value: str
    key: str = "org_id/trace_id"
    partitions: int | None = None
    retention_hours: float | None = None
    cleanup: Cleanup = "delete"

    @property
    def dead_letters(self) -> str:
        return dead_letters_of(self.name)


TRACES_RAW = Topic("traces.raw", "Trace as the producer sent it: JSON or Avro, not yet sanitised")
TRACES_BULK = Topic("traces.raw.bulk", "The same, in no hurry: taken while nothing more urgent waits")
TRACES_T1 = Topic("traces.t1", "Trace in Avro, sanitised")
VERDICTS = Topic("verdicts", "Verdict in Avro, with its evaluations")

TOPICS: tuple[Topic, ...] = (TRACES_RAW, TRACES_BULK, TRACES_T1, VERDICTS)
"""Topics that tiers and the sink read. Each has a dead-letter topic with the original bytes: `<name>.dlq`, or
`<name>.quarantine` where nothing is sanitised yet."""

Priority = Literal["interactive", "bulk"]
INTAKE: Mapping[Priority, Topic] = MappingProxyType({"interactive": TRACES_RAW, "bulk": TRACES_BULK})
"""Where producers put traces, the most urgent first. What is in no hurry waits there, and nowhere further on."""

RAW_NAMES = frozenset(topic.name for topic in INTAKE.values())

REPLAYS = Topic(
    "dlq.replays",
    "Dead letters that were replayed, one a line: `topic/topic_id/partition/offset`",
    key="the first of them",
    cleanup="compact",  # it must outlive every dead letter that it names
)

# Message headers.
JUDGED = "metronis.judged"  # traces.t1: the tier that has judged the trace already, in the worker that wrote it
SOURCE = "source"  # verdicts: origin of the raw message; dead letters: topic/partition/offset of the record given up
ORIGIN = "origin"  # dead letters: origin of the record that was first given up, before any replay
STEP = "step"  # dead letters: who gave the record up
REASON = "reason"  # dead letters: why
ERROR = "error"  # dead letters: the error's code
ATTEMPT = "attempt"  # dead letters: how often the record was given up, this time included
REPLAY = "metronis.replay"  # replayed records: what they are a replay of, see streams/deadletter.py


def dead_letters_of(name: str) -> str:
    """The topic for what is given up of a topic. That of a raw one is a quarantine, which only operators may read."""
    return name + (QUARANTINE_SUFFIX if name in RAW_NAMES else DEAD_LETTER_SUFFIX)


def source_of(name: str) -> str:
    """The topic whose dead letters a topic holds; itself where it holds none."""
    return name.removesuffix(QUARANTINE_SUFFIX).removesuffix(DEAD_LETTER_SUFFIX)


def has_dead_letters(name: str) -> bool:
    """Whether a topic holds dead letters."""
    return name.endswith((QUARANTINE_SUFFIX, DEAD_LETTER_SUFFIX))


def all_topics() -> tuple[Topic, ...]:
    """Every topic, dead letters included."""
    own = [each for topic in TOPICS for each in (topic, _dead_letters(topic))]
    return (*own, REPLAYS)


def all_topic_names() -> tuple[str, ...]:
    """Names of all topics, dead letters included."""
    return tuple(topic.name for topic in all_topics())


def _dead_letters(topic: Topic) -> Topic:
    value = f"Dead letters of {topic.name}: the original bytes, with the reason in the headers"
    if topic.name in RAW_NAMES:
        value = f"Quarantine: dead letters of {topic.name}, not sanitised; for operators' eyes alone, and not for long"
        return Topic(topic.dead_letters, value, topic.key, topic.partitions, QUARANTINE_HOURS)
    return Topic(topic.dead_letters, value, topic.key, topic.partitions, topic.retention_hours)
