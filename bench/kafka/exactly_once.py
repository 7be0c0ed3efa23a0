"""What exactly-once costs: the same steps in transactions, and at least once without them, side by side.

    python -m bench.kafka.exactly_once [--runs 5] [--workload traces-1kb] [--quick]

The other side is a plain consumer that produces idempotently, waits until everything is durable, and commits offsets
after: what it does twice after a crash stays twice. It polls and sends through the same functions and settings of
ours, so the difference is the transactions alone. Two loads: a step that passes the bytes on, where the difference
shows most, and T0 and T1 in one step, as a worker runs them. Not measured: what a crash costs either.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from itertools import product
from typing import Annotated, Any

import typer
from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition
from rich.console import Console
from rich.table import Table

from bench.kafka.cluster import Cluster, apart, running_cluster
from bench.kafka.measure import Span, drained, interleaved, rates
from bench.kafka.steps import OUTPUT, PassOn
from bench.machine import save
from bench.pipeline import messages, workload
from metronis.worker import build_steps
from schemas.topics import all_topics
from streams.kafka.messages import incoming, outgoing
from streams.tier import Step, TierTask, ends

ENGINE = "engine alone"
LOADS: Mapping[str, int] = {ENGINE: 40_000, "T0 and T1": 5_000}  # and how many traces
QUICK_LOADS = {ENGINE: 2_000}
EXACTLY, AT_LEAST = "exactly once", "at least once"
POLL_WAIT_S = 0.05
TIMEOUT_S = 20.0


class AtLeastOnce:
    """Consumes, produces without transactions, waits for the reports, and commits offsets then."""

    def __init__(self, step: Step, cluster: Cluster, *, batch_max: int) -> None:
        config = cluster.config()
        self._step = step
        self._batch_max = batch_max
        self._producer = Producer(config.producer() | {"delivery.report.only.error": True})
        self._refused: list[KafkaError] = []
        self._client = Consumer(config.consumer(step.name) | {"auto.offset.reset": "earliest"})
        self._client.subscribe([step.topic])

    def turn(self) -> int:
        """Move one batch; return how many records it had. Raises RuntimeError where an output is not durable."""
        records = [
            incoming(message, {self._step.topic: ""})
            for message in self._client.consume(1, POLL_WAIT_S) + self._client.consume(self._batch_max - 1, 0)
        ]
        if not records:
            return 0
        for record in records:
            for output in map(outgoing, self._step.process(record)):
                self._producer.produce(
                    output.topic, output.value, output.key, headers=output.headers, on_delivery=self._report
                )
        if self._producer.flush(TIMEOUT_S) or self._refused:
            raise RuntimeError(f"outputs did not become durable: {self._refused}")
        offsets = [TopicPartition(*partition, at.offset) for partition, at in ends(records).items()]
        self._client.commit(offsets=offsets, asynchronous=False)
        return len(records)

    def _report(self, error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            self._refused.append(error)

    def pause(self) -> None:
        self._client.pause(self._client.assignment())

    def resume(self) -> None:
        self._client.resume(self._client.assignment())

    def close(self) -> None:
        self._client.close()


def one_run(cluster: Cluster, spec: dict[str, Any], variant: tuple[str, str]) -> Span:
    """What one side takes for one load."""
    load, side = variant
    worker = cluster.settings().worker
    with closing(cluster.broker()) as broker:
        broker.ensure_topics([*all_topics(), OUTPUT])
        step = PassOn() if load == ENGINE else build_steps(cluster.settings(), ("t0", "t1"))["t0"]
        if side == EXACTLY:
            task: TierTask | AtLeastOnce = TierTask(
                step, broker, batch_max=worker.batch_max, poll_wait_s=worker.poll_wait_s
            )
        else:
            task = AtLeastOnce(step, cluster, batch_max=worker.batch_max)
        with closing(task):
            return drained(cluster, broker, task, messages(spec, 0, spec["traces"]))


def run(cluster: Cluster, spec: dict[str, Any], *, runs: int, loads: Mapping[str, int] = LOADS) -> dict[str, Any]:
    """Medians of both sides for each load, and how many times the CPU and the time exactly-once takes."""
    variants = list(product(loads, (EXACTLY, AT_LEAST)))
    specs = {load: spec | {"traces": traces} for load, traces in loads.items()}
    done = interleaved(
        variants, runs, lambda variant: apart(one_run, cluster, specs[variant[0]], variant), "both sides"
    )
    result = {}
    for load, traces in loads.items():
        exactly, at_least = (rates(done[load, side]) for side in (EXACTLY, AT_LEAST))
        result[load] = {
            "traces": traces,
            EXACTLY: exactly,
            AT_LEAST: at_least,
            "cpu_ratio": round(exactly["cpu_us_per_trace"] / at_least["cpu_us_per_trace"], 2),
            "wall_ratio": round(at_least["traces_per_s_wall"] / exactly["traces_per_s_wall"], 2),
        }
    return result


def show(result: dict[str, Any]) -> None:
    table = Table("", "exactly once\nCPU µs a trace", "at least once\nCPU µs a trace", "CPU ratio", "wall ratio")
    for load, row in result.items():
        sides = [f"{row[side]['cpu_us_per_trace']:,.1f}" for side in (EXACTLY, AT_LEAST)]
        table.add_row(load, *sides, f"{row['cpu_ratio']:.2f}", f"{row['wall_ratio']:.2f}")
    Console().print(table)


def main(
    runs: Annotated[int, typer.Option(help="Runs of each side and load; the median counts.")] = 5,
    name: Annotated[str, typer.Option("--workload", help="A file of bench/workloads.")] = "traces-1kb",
    quick: Annotated[bool, typer.Option(help="One run over a few traces, nothing written.")] = False,
) -> None:
    """Measure exactly-once against at-least-once."""
    spec = workload(name)
    with running_cluster() as cluster:
        result = run(cluster, spec, runs=1, loads=QUICK_LOADS) if quick else run(cluster, spec, runs=runs)
    show(result)
    if not quick:
        print(f"written to {save('kafka-exactly-once', {'workload': name, 'runs': runs, **result})}")


if __name__ == "__main__":
    typer.run(main)
