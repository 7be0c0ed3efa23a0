"""The sink's progress: what it keeps in the note of its position in a partition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from metronis.errors import Misconfigured
from streams.deadletter_limit import encode_history

NOWHERE = -1

_NOTE = re.compile(r"(\d{1,19})?(?:/([0-9a-f]+)?(?:/(\d{1,19}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """end: of the range under way, which is inserted under the same tokens until it is finished; None between ranges.

    history: what became of the records before the position, see `streams.deadletter_limit.DeadLetterLimit`.
    evaluated: the evaluations of verdicts up to this offset are stored, whatever range the verdicts go in with.

    As a note it is `end/history/evaluated`, each empty where it says nothing, without slashes at the end: `1234` is a
    range under way and nothing more, as versions before wrote it. At most 2,541 characters; Kafka takes 4,096.
    """

    end: int | None = None
    history: int = 0
    evaluated: int = NOWHERE

    def encode(self) -> str:
        end = "" if self.end is None else str(self.end)
        evaluated = "" if self.evaluated == NOWHERE else str(self.evaluated)
        return "/".join((end, encode_history(self.history), evaluated)).rstrip("/")

    @classmethod
    def decode(cls, note: str) -> Self:
        """Raises Misconfigured where it is none of ours: a range under way might be stored twice."""
        found = _NOTE.fullmatch(note)
        if found is None:
            raise Misconfigured(
                f"a position of the group `sink` has the note {note[:40]!r}, which this version cannot read; run the "
                "version that wrote it"
            )
        end, history, evaluated = found.groups()
        return cls(
            end=int(end) if end else None,
            history=int(history or "0", 16),
            evaluated=int(evaluated) if evaluated else NOWHERE,
        )
