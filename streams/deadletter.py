"""Dead letters: the original bytes of a record that can never be processed, with the reason; and their way back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Self

import msgspec

from metronis.errors import Reject
from schemas.topics import ATTEMPT, ERROR, ORIGIN, REASON, REPLAY, SOURCE, STEP, dead_letters_of, source_of
from streams.broker import Message, Record

MAX_REASON_CHARS = 500

_OURS = (SOURCE, ORIGIN, STEP, ERROR, REASON, ATTEMPT)
_ESCAPE = "original."  # before the name of a header of the record that would clash with one of ours
_IS_ORIGIN = re.compile(r"[\w-]{0,64}/\d{1,10}/\d{1,19}", re.ASCII).fullmatch


class Crashed(Reject):
    """The step raised something that it should not have: a bug, met by this record."""

    code = "crashed"


class NotStorable(Reject):
    """The store refuses a row of this record. What it says quotes nothing of the record."""

    code = "not_storable"


class Replay(msgspec.Struct, frozen=True):
    """What the header of a replayed record says.

    origin: of the record that was first given up. attempts: how often it was. step: who gave it up and takes it again;
    whoever else reads the topic has dealt with the original.
    """

    origin: str
    attempts: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    step: str


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Replay)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A record of a dead-letter topic, with our headers read; what they lack is empty.

    source: position of the record that was given up. origin: identity of the one first given up, before any replay.
    headers: those that the record had.
    """

    record: Record
    source: str
    origin: str
    step: str
    code: str
    reason: str
    attempt: int
    headers: Mapping[str, bytes]

    @classmethod
    def of(cls, record: Record) -> Self:
        source, origin, step, code, reason, attempt = (
            record.headers.get(name, b"").decode("utf-8", "replace") for name in _OURS
        )
        return cls(
            record=record,
            source=source,
            origin=origin,
            step=step,
            code=code,
            reason=reason,
            attempt=int(attempt) if attempt.isdecimal() else 1,
            headers=_unescaped(record.headers),
        )

    @property
    def topic(self) -> str:
        """The topic that the record was on."""
        return source_of(self.record.topic)

    @property
    def given_up_at(self) -> datetime:
        return datetime.fromtimestamp(self.record.appended_ms / 1_000, UTC)

    def replayed(self) -> Message:
        """The record as it goes back to its topic: key, value and headers unchanged, and what it is a replay of."""
        replay = Replay(self.origin, self.attempt, self.step)
        headers = {**self.headers, REPLAY: _ENCODER.encode(replay)}
        return Message(self.topic, self.record.key, self.record.value, headers)


def dead_letter(record: Record, error: Reject, step: str) -> Message:
    """The message for the record's dead-letter topic: its key, value and headers unchanged, and why it is there."""
    replay = _replay(record)
    why = {
        SOURCE: record.position,
        ORIGIN: identity(record),
        STEP: step,
        ERROR: error.code,
        REASON: str(error)[:MAX_REASON_CHARS],
        ATTEMPT: str(replay.attempts + 1 if replay else 1),
    }
    headers = _escaped(record.headers) | {name: text.encode("utf-8", "replace") for name, text in why.items()}
    return Message(dead_letters_of(record.topic), record.key, record.value, headers)


def identity(record: Record) -> str:
    """What the id of a trace without one is made from: the record's origin, or that of the record it is a replay of.

    Whoever may write to the topic can choose an id by a header made to look so, as he can by writing `trace_id`. It
    gives no more: what owns an id is the origin of the record itself, which no producer chooses (docs/decisions/0002).
    """
    replay = _replay(record)
    return replay.origin if replay else record.origin


def is_for(record: Record, step: str) -> bool:
    """Whether a reader of a topic that tiers write is to take the record: unless it is replayed for another reader."""
    replay = _replay(record)
    return replay is None or replay.step == step


def _replay(record: Record) -> Replay | None:
    """None where the record is no replay."""
    data = record.headers.get(REPLAY)
    if data is None:
        return None
    try:
        replay = _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return replay if _IS_ORIGIN(replay.origin) else None


def _escaped(headers: Mapping[str, bytes]) -> dict[str, bytes]:
    return {_ESCAPE + name if _clashes(name) else name: value for name, value in headers.items()}


def _unescaped(headers: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name.removeprefix(_ESCAPE): value for name, value in headers.items() if name not in _OURS}


def _clashes(name: str) -> bool:
    return name in _OURS or name.startswith(_ESCAPE)
