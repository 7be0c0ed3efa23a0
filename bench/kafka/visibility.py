"""From when a trace is due on the log to when the output of one hop is visible, at a fixed rate."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from multiprocessing.synchronize import Event
from threading import Thread
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition

from bench.kafka.cluster import PARTITIONS, Cluster
from bench.kafka.steps import OUTPUT, TOPICS, PassOn
from bench.pipeline import messages
from streams.broker import Message
from streams.tier import TierTask

CHUNK = 500
GIVE_UP_S = 1.0  # after the last trace was due: who is further behind by then does not keep up
JOIN_S = 20.0


def visible_after_s(cluster: Cluster, spec: dict[str, Any], size: int, rate: float, seconds: float) -> list[float]:
    """Seconds from due to visible, one a trace, with transactions of at most `size` records.

    Empty where the worker does not keep up with the rate. Raises RuntimeError where it does not come to work.
    """
    made = messages(spec, 0, int(rate * seconds) + 1)
    cluster.reset()
    with closing(cluster.broker()) as broker:
        broker.ensure_topics(TOPICS)
        with _worker(cluster, size), closing(_Outputs(cluster)) as outputs:
            load = _Load(cluster)
            load.send(made[0])
            if not outputs.see(1, time.perf_counter() + JOIN_S):
                raise RuntimeError("the worker does not come to work")
            start = time.perf_counter() + 0.1
            due = {message.key: start + number / rate for number, message in enumerate(made[1:])}
            sender = Thread(target=load.run, args=(made[1:], due))
            sender.start()
            in_time = outputs.see(len(made), start + seconds + GIVE_UP_S)
            sender.join()
            return [outputs.seen[key] - due_s for key, due_s in due.items()] if in_time else []


class _Load:
    """Appends one trace at a time, when it is due, whatever became of the one before."""

    def __init__(self, cluster: Cluster) -> None:
        self._producer = Producer(cluster.config().producer() | {"linger.ms": 0})

    def send(self, message: Message) -> None:
        self._producer.produce(message.topic, message.value, message.key)
        self._producer.poll(0)

    def run(self, made: Sequence[Message], due: dict[bytes, float]) -> None:
        for message in made:
            time.sleep(max(0.0, due[message.key] - time.perf_counter()))
            self.send(message)
        self._producer.flush()


class _Outputs:
    """When each key came out, by `time.perf_counter`; as a consumer sees it that reads what is committed."""

    def __init__(self, cluster: Cluster) -> None:
        self._client = Consumer(cluster.config().reader())
        self._client.assign([TopicPartition(OUTPUT, number, 0) for number in range(PARTITIONS)])
        self.seen: dict[bytes, float] = {}

    def see(self, count: int, until_s: float) -> bool:
        """Look until `count` keys were seen; False where that is not so by `until_s`."""
        while len(self.seen) < count:
            if time.perf_counter() > until_s:
                return False
            found = self._client.consume(1, 0.05) + self._client.consume(CHUNK, 0)
            now_s = time.perf_counter()
            for message in found:
                if message.error() is None:
                    self.seen[bytes(message.key() or b"")] = now_s
        return True

    def close(self) -> None:
        self._client.close()


@contextmanager
def _worker(cluster: Cluster, size: int) -> Iterator[None]:
    """A worker of the one hop in a process of its own, so that it shares no interpreter with load and reader."""
    spawn = multiprocessing.get_context("spawn")
    stop = spawn.Event()
    process = spawn.Process(target=_work, args=(cluster, size, stop))
    process.start()
    try:
        yield
    finally:
        stop.set()
        process.join()


def _work(cluster: Cluster, size: int, stop: Event) -> None:
    with (
        closing(cluster.broker()) as broker,
        closing(TierTask(PassOn(), broker, batch_max=size, poll_wait_s=0.05)) as t,
    ):
        while not stop.is_set():
            t.turn()
