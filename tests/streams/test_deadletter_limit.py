"""The limit on dead letters: a bad deploy stops the tier before it drains the topic, and bad input never does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metronis.errors import InvalidTrace, Reject, TooLarge, UnknownDomain, Unsanitised
from monitoring.metrics import DEAD_LETTER_LIMIT_REACHED, RECORDS_DEAD_LETTERED
from schemas.codec import Undecodable
from schemas.mends import MalformedJson
from schemas.topics import TRACES_RAW, TRACES_T1, VERDICTS, all_topic_names, dead_letters_of
from streams.broker import Broker, Message, Record
from streams.deadletter_limit import DeadLetterLimit, TooManyDeadLetters, decode_history, encode_history
from streams.embedded import EmbeddedBroker
from streams.tier import TierTask

RAW = TRACES_RAW.name
LIMIT = DeadLetterLimit(in_a_row=10, share=0.2, window=100)
SECRET = "Ann Smith, 078-05-1120"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = EmbeddedBroker(tmp_path / "log.sqlite", partitions=1)
    broker.ensure_topics(all_topic_names())
    yield broker
    broker.close()


class Tier:
    """Hands on what it is told to process: `fail` raises for the records that it should."""

    def __init__(self, fail: Callable[[int], Exception | None], topic: str = RAW) -> None:
        self.name = "tier"
        self.topic = topic
        self._fail = fail

    def process(self, record: Record) -> Sequence[Message]:
        if error := self._fail(int(record.value)):
            raise error
        return [Message(VERDICTS.name, record.key, record.value)]


def task(broker: Broker, tier: Tier, *, batch_max: int = 500, limit: DeadLetterLimit = LIMIT) -> TierTask:
    return TierTask(tier, broker, batch_max=batch_max, poll_wait_s=0, limit=limit)


def send(broker: Broker, count: int, topic: str = RAW) -> None:
    broker.producer().send([Message(topic, b"key", b"%d" % number) for number in range(count)])


def finish(task: TierTask) -> None:
    try:
        while task.lag():
            task.turn()
    finally:
        task.close()


def out(broker: Broker) -> list[int]:
    return [int(record.value) for record in broker.read(VERDICTS.name, limit=10_000)]


def dead(broker: Broker, topic: str = RAW) -> int:
    return len(broker.read(dead_letters_of(topic), limit=10_000))


def healthy(_number: int) -> None:
    return None


def broken(_number: int) -> Exception:
    return KeyError(SECRET)


def test_a_bad_deploy_stops_with_nothing_committed_and_the_next_one_goes_on(broker: Broker) -> None:
    send(broker, 300)
    stops = DEAD_LETTER_LIMIT_REACHED.labels("tier")._value.get()
    letters = RECORDS_DEAD_LETTERED.labels("tier", "crashed")._value.get()
    with pytest.raises(TooManyDeadLetters) as stopped:
        finish(task(broker, Tier(broken)))
    assert (dead(broker), out(broker), broker.lag("tier", [RAW])) == (0, [], 300)
    assert DEAD_LETTER_LIMIT_REACHED.labels("tier")._value.get() == stops + 1
    assert RECORDS_DEAD_LETTERED.labels("tier", "crashed")._value.get() == letters

    said = str(stopped.value)
    assert SECRET not in said
    for part in (
        "tier stopped at traces.raw/0/9",
        "10 records in a row",
        "crashed: 10",
        "KeyError in",
        "nothing is lost",
    ):
        assert part in said, said
    for mend in ("METRONIS_WORKER__DEAD_LETTERS_IN_A_ROW", "metronis dlq replay"):
        assert mend in said, said

    finish(task(broker, Tier(healthy)))
    assert (dead(broker), out(broker)) == (0, list(range(300)))


def test_a_quiet_topic_is_not_drained_by_starting_the_tier_again_and_again(broker: Broker) -> None:
    send(broker, 300)
    for _ in range(20):
        with pytest.raises(TooManyDeadLetters):
            finish(task(broker, Tier(broken), batch_max=4))
    assert dead(broker) == 8
    finish(task(broker, Tier(healthy), batch_max=4))
    assert dead(broker) + len(out(broker)) == 300


def test_a_share_of_failures_stops_it_too(broker: Broker) -> None:
    send(broker, 2_000)
    with pytest.raises(TooManyDeadLetters, match="20% of the last 100 records") as stopped:
        finish(task(broker, Tier(lambda number: Unsanitised("no") if number % 4 == 0 else None), batch_max=10))
    assert "unsanitised: " in str(stopped.value)
    assert dead(broker) <= 20


def test_a_few_failures_are_dead_lettered_and_stop_nothing(broker: Broker) -> None:
    send(broker, 2_000)
    finish(task(broker, Tier(lambda number: KeyError() if number % 10 == 0 else None)))
    assert (dead(broker), len(out(broker))) == (200, 1_800)


BAD_INPUT = [MalformedJson("no"), InvalidTrace("no"), UnknownDomain("no"), Undecodable("no"), TooLarge("no")]


@pytest.mark.parametrize("error", BAD_INPUT, ids=lambda error: error.code)
def test_no_burst_of_bad_input_stops_a_tier(broker: Broker, error: Reject) -> None:
    send(broker, 600)
    finish(task(broker, Tier(lambda number: error if number < 590 else None)))
    assert (dead(broker), out(broker)) == (590, list(range(590, 600)))


def test_bad_input_between_them_hides_no_failures_of_ours(broker: Broker) -> None:
    send(broker, 300)
    with pytest.raises(TooManyDeadLetters):
        finish(task(broker, Tier(lambda number: KeyError() if number % 2 else MalformedJson("no"))))
    assert dead(broker) == 0


def test_what_one_tier_refuses_of_another_is_a_failure_of_ours(broker: Broker) -> None:
    send(broker, 300, TRACES_T1.name)
    with pytest.raises(TooManyDeadLetters) as stopped:
        finish(task(broker, Tier(lambda _: Undecodable(f"cannot read {SECRET}"), TRACES_T1.name)))
    assert "undecodable: 10" in str(stopped.value)
    assert SECRET not in str(stopped.value)


def test_without_a_limit_all_go_to_the_dead_letters(broker: Broker) -> None:
    send(broker, 300)
    finish(task(broker, Tier(broken), limit=DeadLetterLimit(in_a_row=0, share=1, window=100)))
    assert dead(broker) == 300


@given(outcomes=st.lists(st.booleans(), max_size=300), in_a_row=st.integers(0, 12), share=st.floats(0.01, 1))
def test_the_history_counts_as_a_list_would(outcomes: list[bool], in_a_row: int, share: float) -> None:
    limit = DeadLetterLimit(in_a_row=in_a_row, share=share, window=20)
    history = 0
    for end, failed in enumerate(outcomes, 1):
        history = decode_history(encode_history(limit.after(history, failed=failed)))
        recent = outcomes[max(0, end - 20) : end]
        streak = next((n for n, each in enumerate(reversed(recent)) if not each), len(recent))
        exceeded = (in_a_row and streak >= in_a_row) or sum(recent) > share * 20
        assert bool(limit.exceeded_by(history)) == bool(exceeded)


@pytest.mark.parametrize("note", ["", "somebody else's", "0"])
def test_a_note_of_another_kind_is_an_empty_history(note: str) -> None:
    assert decode_history(note) == 0
