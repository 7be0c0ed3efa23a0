"""The baseline's process: a step hosted by a Faust agent.

Runs where Faust is installed (`bench.peer`). Prints one line of JSON: the traces counted, and their
seconds by the clock, of CPU in all threads and of CPU in the broker.

Set up for throughput: raw bytes in and out, the Cython extension that its wheel has, uvloop, lz4 as on our side,
batches of the producer as large as librdkafka's, no leader topic, no web server, rare garbage collection as in our
workers. At least once: it acknowledges a record once its agent is done with it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import astuple, dataclass
from typing import Any

import faust  # type: ignore[import-not-found] # in an environment of its own

from bench.kafka.cluster import PARTITIONS, Cluster
from bench.kafka.measure import APPEND_BATCH, Span, Stopwatch
from bench.kafka.steps import OUTPUT, PassOn
from metronis.process import spare_garbage_collection
from metronis.worker import build_steps
from schemas.topics import TRACES_RAW, TRACES_T1, VERDICTS
from streams.broker import Record
from streams.tier import Step

OUTPUTS = (TRACES_T1.name, VERDICTS.name, OUTPUT)
TAKE_WITHIN_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is run: the engine alone or T0 and T1, one event at a time or batches, and of how many traces."""

    engine_alone: bool
    batches: bool
    warm_up: int
    traces: int


class Agent:
    """Runs a step on each event, and measures the events past the warm-up."""

    def __init__(self, app: Any, cluster: Cluster, case: Case) -> None:
        self._app = app
        self._cluster = cluster
        self._case = case
        self._step: Step = PassOn() if case.engine_alone else build_steps(cluster.settings(), ("t0", "t1"))["t0"]
        self._topics = {name: app.topic(name, value_serializer="raw", key_serializer="raw") for name in OUTPUTS}
        self._seen = 0
        self._stopwatch: Stopwatch | None = None
        self.done: asyncio.Future[Span] = asyncio.get_running_loop().create_future()

    async def run(self, stream: Any) -> None:
        if self._case.batches:
            async for events in stream.take_events(APPEND_BATCH, within=TAKE_WITHIN_S):
                for event in events:
                    await self._process(event)
        else:
            async for event in stream.events():
                await self._process(event)

    async def _process(self, event: Any) -> None:
        if self._seen == self._case.warm_up:
            spare_garbage_collection()
            self._stopwatch = Stopwatch(self._cluster)
        for output in self._step.process(_record(event.message)):
            headers = dict(output.headers)
            await self._topics[output.topic].send(key=output.key, value=output.value, headers=headers)
        self._seen += 1
        if self._seen == self._case.traces:
            await self._app.producer.flush()
            assert self._stopwatch is not None
            self.done.set_result(self._stopwatch.stop(self._seen - self._case.warm_up))


def _record(message: Any) -> Record:
    headers = dict(message.headers or ())
    appended_ms = int(message.timestamp * 1_000)
    return Record(
        message.topic,
        message.partition,
        message.offset,
        message.key,
        message.value,
        headers,
        appended_ms,
        message.topic,
    )


def build_app(cluster: Cluster) -> Any:
    """The app, not started."""
    return faust.App(
        "faust-baseline",
        broker=f"aiokafka://{cluster.address}",
        store="memory://",
        key_serializer="raw",
        value_serializer="raw",
        topic_partitions=PARTITIONS,
        topic_disable_leader=True,
        topic_allow_declare=False,
        consumer_auto_offset_reset="earliest",
        producer_compression_type="lz4",
        producer_linger=0.005,
        producer_max_batch_size=1_000_000,
        web_enabled=False,
        autodiscover=False,
    )


async def measure(cluster: Cluster, case: Case) -> Span:
    """Run the app until all traces are done and their outputs durable."""
    app = build_app(cluster)
    agent = Agent(app, cluster, case)
    app.agent(app.topic(TRACES_RAW.name, value_serializer="raw", key_serializer="raw"))(agent.run)
    await app.start()
    try:
        return await agent.done
    finally:
        await app.stop()


def main() -> None:
    """`python -m bench.kafka.faust_app '{"cluster": {…}, "case": {…}}'`"""
    import uvloop

    arguments = json.loads(sys.argv[1])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        span = runner.run(measure(Cluster(**arguments["cluster"]), Case(**arguments["case"])))
    print(json.dumps(astuple(span)))


if __name__ == "__main__":
    main()
