"""The topic catalogue."""

from __future__ import annotations

from dataclasses import dataclass

DEAD_LETTER_SUFFIX = ".dlq"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: its name, what its messages are, and what they are keyed by."""

    name: str
    value: str
    key: str = "org_id/trace_id"

    @property
    def dead_letters(self) -> str:
        return self.name + DEAD_LETTER_SUFFIX


TRACES_RAW = Topic("traces.raw", "Trace as the producer sent it: JSON or Avro, not yet sanitised")
TRACES_T1 = Topic("traces.t1", "Trace in Avro, sanitised")
VERDICTS = Topic("verdicts", "Verdict in Avro, with its evaluations")

TOPICS: tuple[Topic, ...] = (TRACES_RAW, TRACES_T1, VERDICTS)
"""Topics that tiers and the sink read. Each has a dead-letter topic `<name>.dlq` with the original bytes."""

# Message headers.
SOURCE = "source"  # origin of the raw message that a record descends from
REASON = "reason"  # dead letters: why
ERROR = "error"  # dead letters: the error's code


def all_topic_names() -> tuple[str, ...]:
    """Names of all topics, dead letters included."""
    return tuple(name for topic in TOPICS for name in (topic.name, topic.dead_letters))
