"""Dead letters: the original bytes of a record that can never be processed, with the reason."""

from __future__ import annotations

from metronis.errors import Reject
from schemas.topics import DEAD_LETTER_SUFFIX, ERROR, REASON, SOURCE
from streams.broker import Message, Record

MAX_REASON_CHARS = 500


def dead_letter(record: Record, error: Reject) -> Message:
    """The message for the record's dead-letter topic: its key, value and headers unchanged, and why it is there."""
    reason = str(error)[:MAX_REASON_CHARS]
    why = {SOURCE: record.position.encode(), ERROR: error.code.encode(), REASON: reason.encode("utf-8", "replace")}
    return Message(record.topic + DEAD_LETTER_SUFFIX, record.key, record.value, {**record.headers, **why})
