"""A limit on dead letters: a tier whose own failures pile up stops, rather than drain its topic after a bad deploy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metronis.errors import MetronisError, Reject, Unsanitised
from monitoring.metrics import DEAD_LETTER_LIMIT_REACHED
from schemas.topics import RAW_NAMES, VERDICTS
from streams.broker import Record
from streams.deadletter import Crashed, NotStorable

OUR_CODES = frozenset({Crashed.code, NotStorable.code, Unsanitised.code})


class TooManyDeadLetters(MetronisError):
    """A tier failed on more records than its limit allows. Somebody must look; until then it stands still."""

    code = "too_many_dead_letters"


def is_ours(topic: str, code: str) -> bool:
    """Whether a record was given up for a failure of this program's, not for what a producer sent.

    On a topic that only tiers write there is nothing that a tier may refuse.
    """
    return topic not in RAW_NAMES or code in OUR_CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterLimit:
    """How many records of a partition a tier may give up for failures of its own before it stops.

    Only failures that are ours count: bugs (`crashed`), sanitising that failed (`unsanitised`), messages between tiers
    that the next one refuses. What a producer sent wrong (malformed JSON, unknown domains, too many bytes) counts
    neither as a failure nor as a success: no burst of garbage can stop a deployment, and none can hide a bad one.

    in_a_row: stops before so many failures with no success between them; 0 is no limit. share: stops before more than
    this share, 0..1, of the last `window` records; 1 is no limit.

    What became of a partition's last records is a number whose lowest bit is the latest, 1 for a failure. It is
    committed with the offsets, so a tier that is started again goes on counting, and stops again at the same record.
    """

    in_a_row: int = 50
    share: float = 0.1
    window: int = 1_000

    def after(self, history: int, *, failed: bool) -> int:
        """The history with one more record."""
        return (history << 1 | failed) & (1 << self.window) - 1

    def exceeded_by(self, history: int) -> str:
        """What exceeds the limit, in words that name the setting; empty where nothing does."""
        if self.in_a_row and _failed_in_a_row(history) >= self.in_a_row:
            return f"{self.in_a_row} records in a row (METRONIS_WORKER__DEAD_LETTERS_IN_A_ROW)"
        if history.bit_count() > self.share * self.window:
            return f"{self.share:.0%} of the last {self.window:,} records (METRONIS_WORKER__DEAD_LETTER_SHARE)"
        return ""


def history_after(
    limit: DeadLetterLimit, history: int, records: Iterable[Record], errors: Mapping[str, Reject], step: str
) -> int:
    """A partition's history with these records of it, of which the step gives up those whose position has an error.

    Raises TooManyDeadLetters at the limit.
    """
    if not errors and not history:
        return 0
    ours: list[Reject] = []
    for record in records:
        error = errors.get(record.position)
        if error and not is_ours(record.topic, error.code):
            continue
        history = limit.after(history, failed=error is not None)
        if error:
            ours.append(error)
            if what := limit.exceeded_by(history):
                DEAD_LETTER_LIMIT_REACHED.labels(step).inc()
                raise too_many(step, what, record.position, ours)
    return history


def too_many(step: str, what: str, position: str, failures: Iterable[Reject]) -> TooManyDeadLetters:
    """The error that stops a step: what happened, with which codes, and how to go on. Quotes nothing of the records."""
    failures = list(failures)
    codes = ", ".join(f"{code}: {count:,}" for code, count in Counter(error.code for error in failures).items())
    known = [error.problem for error in failures if error.code in OUR_CODES]  # others may quote the record
    last = f" ({known[-1]})" if known else ""
    return TooManyDeadLetters(
        f"{step} stopped at {position}: failures of its own reached the limit of {what}; in this batch {codes}{last}. "
        "The batch was not committed, and nothing is lost. Put right what fails and start again; or raise the limit, "
        f"and such records go to the dead letters, {_way_back(position)}"
    )


def _way_back(position: str) -> str:
    """From the dead letters of the topic that this position is on."""
    if position.startswith(f"{VERDICTS.name}/"):
        return "and `metronis replay --from-log` judges their traces anew"
    return "from where `metronis dlq replay` brings them back"


def encode_history(history: int) -> str:
    """The history as the note of a committed offset; empty where nothing failed."""
    return f"{history:x}" if history else ""


def decode_history(note: str) -> int:
    """Nothing failed where the note is none of ours."""
    try:
        return int(note or "0", 16)
    except ValueError:
        return 0


def _failed_in_a_row(history: int) -> int:
    return (~history & (history + 1)).bit_length() - 1  # ones at the low end
