"""Latency at a fixed rate: from the request to 202, and to the verdict readable over HTTP.

    python -m bench.latency [--rate 50] [--seconds 20]

Open loop: a trace is due at its own time whether or not the one before it was answered, and its latency counts from the
time when it was due, so a stall shows in every trace that it held up (no coordinated omission). Runs `metronis up` on a
fresh data folder, the load in this process.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import time
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from bench.machine import save
from bench.pipeline import messages, workload
from metronis.settings import load
from metronis.supervisor import Supervisor

LOOK_EVERY_S = 0.02
GIVE_UP_S = 30.0
NEWEST = 200
JSON = {"content-type": "application/json"}


class Load:
    """Traces sent at a fixed rate, and when each was answered and readable, in seconds after it was due.

    One watcher lists the newest traces again and again, so that looking costs the gateway the same at any rate.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._waiting: dict[str, float] = {}
        self.accepted_s: list[float] = []
        self.readable_s: list[float] = []
        self.refused = 0

    async def run(self, bodies: list[bytes], rate: float) -> None:
        """Returns when every trace is readable, or after GIVE_UP_S without one more."""
        start = time.perf_counter()
        posts = []
        watcher = asyncio.create_task(self._watch(len(bodies)))
        for number, body in enumerate(bodies):
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            posts.append(asyncio.create_task(self._post(body, due)))
        await asyncio.gather(*posts)
        await watcher

    async def _post(self, body: bytes, due: float) -> None:
        answer = await self._client.post("/api/v1/traces", content=body, headers=JSON)
        if answer.status_code != httpx.codes.ACCEPTED:
            self.refused += 1
            return
        self.accepted_s.append(time.perf_counter() - due)
        self._waiting[answer.json()["trace_id"]] = due

    async def _watch(self, expected: int) -> None:
        last = time.perf_counter()
        while len(self.readable_s) + self.refused < expected and time.perf_counter() - last < GIVE_UP_S:
            answer = await self._client.get("/api/v1/traces", params={"limit": NEWEST})
            now = time.perf_counter()
            for row in answer.json()["items"]:
                due = self._waiting.pop(row["trace_id"], None) if row["decision"] else None
                if due is not None:
                    self.readable_s.append(now - due)
                    last = now
            await asyncio.sleep(LOOK_EVERY_S)


def percentiles(seconds: list[float]) -> dict[str, float]:
    """p50, p95, p99 and the maximum, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    named = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": max(seconds)}
    return {name: round(value * 1_000, 1) for name, value in named.items()}


async def _measure(url: str, bodies: list[bytes], rate: float) -> Load:
    limits = httpx.Limits(max_connections=256)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60, trust_env=False) as client:
        load = Load(client)
        await load.run(bodies, rate)
        return load


def _of_now(body: bytes) -> bytes:
    """The trace without its time, so that it gets that of its arrival and is listed among the newest."""
    fields = json.loads(body)
    del fields["timestamp"]
    return json.dumps(fields).encode()


def main(
    rate: Annotated[float, typer.Option(help="Traces a second.")] = 50.0,
    seconds: Annotated[int, typer.Option(help="How long.")] = 20,
    name: Annotated[str, typer.Option("--workload", help="A file of bench/workloads.")] = "traces-1kb",
) -> None:
    """Measure latencies of the embedded stack and write bench/results/latency.json."""
    spec: dict[str, Any] = workload(name)
    count = int(rate * seconds)
    bodies = [_of_now(message.value) for message in messages(spec, 0, count + int(rate) * 2)]
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"METRONIS_DATA_DIR": folder, "METRONIS_API__PORT": "0", "METRONIS_LOG_LEVEL": "error"}
        supervisor = Supervisor(load())
        url = supervisor.start()
        try:
            asyncio.run(_measure(url, bodies[count:], rate))  # warm
            done = asyncio.run(_measure(url, bodies[:count], rate))
        finally:
            supervisor.stop()
    result = {"accepted_ms": percentiles(done.accepted_s), "readable_ms": percentiles(done.readable_s)}
    table = Table("milliseconds", "p50", "p95", "p99", "max")
    for what, row in result.items():
        table.add_row(what.removesuffix("_ms"), *(f"{value:,.1f}" for value in row.values()))
    Console().print(table)
    facts = {"workload": name, "rate_per_s": rate, "traces": count, "lost": count - len(done.readable_s)}
    print(f"written to {save('latency', {**facts, **result})}")


if __name__ == "__main__":
    typer.run(main)
