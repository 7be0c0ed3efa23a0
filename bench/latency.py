"""Latency at a fixed rate: from the request to 202, and to the verdict readable over HTTP.

    python -m bench.latency [--rate 50 | --find-maximum] [--backlog 20000] [--log kafka] [--quick]

Open loop (`bench/load.py`): latencies count from when a trace was due. Runs the whole pipeline on the embedded log and
store, and on Kafka with a ClickHouse server; the load comes from this process. With --find-maximum the rate is half of
the largest at which everything is readable within two seconds (p99). With --backlog the latencies of interactive
traces are measured again while that many bulk traces, posted before, are worked off.
"""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Annotated, Any
from uuid import uuid4

import httpx
import msgspec
import typer
from rich.console import Console
from rich.table import Table

from bench.load import Answer, connect, get, open_loop, post, run
from bench.machine import save
from bench.pipeline import messages, workload
from bench.stack import LOGS, WHOLE, Log, running_stack

LOOK_EVERY_S = 0.02
WATCHED_PER_S = 50  # of the traces, so that looking costs the gateway the same at any rate
LATE_ROWS = 50  # traces that overtook others
MOST_ROWS = 500  # that the gateway lists
GIVE_UP_S = 30.0
CONNECTIONS = 256
WARM_UP_S = 3.0
READABLE_P99_S = 2.0
STEP = 1.5  # from one rate to the next in the search for the maximum
HALVINGS = 2
BATCH = 100


class Watcher:
    """Lists the newest traces of one organisation again and again, and notes when each had its verdict."""

    def __init__(self, url: str, org_id: str) -> None:
        self._url = url
        self._org_id = org_id
        self._waiting: dict[str, float] = {}
        self._posted = asyncio.Event()
        self.readable_s: list[float] = []
        """Seconds from when each was due."""

    def await_verdict(self, trace_id: str, due: float) -> None:
        self._waiting[trace_id] = due

    def end_of_posts(self) -> None:
        self._posted.set()

    async def watch(self) -> int:
        """Returns how many never were readable, once all are or none has become so for GIVE_UP_S."""
        with closing(await connect(self._url)) as connection:
            last = time.perf_counter()
            while not self._posted.is_set() or (self._waiting and time.perf_counter() - last < GIVE_UP_S):
                limit = min(len(self._waiting) + LATE_ROWS, MOST_ROWS)
                answer = await connection.ask(get(f"/api/v1/traces?org_id={self._org_id}&limit={limit}"))
                if self._note(answer):
                    last = time.perf_counter()
                await asyncio.sleep(LOOK_EVERY_S)
        return len(self._waiting)

    def _note(self, answer: Answer) -> bool:
        now = time.perf_counter()
        rows = msgspec.json.decode(answer.body)["items"]
        due = [self._waiting.pop(row["trace_id"], None) for row in rows if row["decision"]]
        self.readable_s += (found := [now - each for each in due if each is not None])
        return bool(found)


class Measurement(msgspec.Struct, frozen=True):
    """One rate for a while, in seconds from when each trace was due."""

    accepted_s: list[float]
    readable_s: list[float]
    refused: int
    lost: int
    """Accepted and watched, but never readable."""

    @property
    def is_sustained(self) -> bool:
        return not self.refused and not self.lost and _p99(self.readable_s) < READABLE_P99_S


class Source:
    """Traces of a workload, no two the same."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        self._used = 0

    def bodies(self, org_ids: Sequence[str]) -> list[bytes]:
        """One for each of these organisations, in order, without id and time: they are those of its arrival."""
        made = messages(self._spec, self._used, len(org_ids))
        self._used += len(org_ids)
        fields = [msgspec.json.decode(message.value) for message in made]
        for each, org_id in zip(fields, org_ids, strict=True):
            del each["trace_id"], each["timestamp"]
            each["org_id"] = org_id
        return [msgspec.json.encode(each) for each in fields]


def measure(url: str, source: Source, rate: float, seconds: float) -> Measurement:
    """Post at this rate for this long, and wait until what is watched is readable."""
    every = math.ceil(rate / WATCHED_PER_S)
    watched, rest = f"watched-{uuid4().hex}", "rest"
    org_ids = [rest if number % every else watched for number in range(max(2, int(rate * seconds)))]
    requests = [post("/api/v1/traces", body) for body in source.bodies(org_ids)]
    return run(_measure(url, requests, rate, every, watched))


async def _measure(url: str, requests: list[bytes], rate: float, every: int, watched: str) -> Measurement:
    watcher = Watcher(url, watched)

    def note(number: int, due: float, answer: Answer) -> None:
        if number % every == 0 and answer.status == httpx.codes.ACCEPTED:
            watcher.await_verdict(msgspec.json.decode(answer.body)["trace_id"], due)

    watching = asyncio.create_task(watcher.watch())
    load = await open_loop(url, requests, rate=rate, connections=CONNECTIONS, on_answer=note)
    watcher.end_of_posts()
    lost = await watching
    return Measurement(load.accepted_s, watcher.readable_s, load.refused, lost)


def find_maximum(url: str, source: Source, rate: float, seconds: float) -> float:
    """The largest rate that is sustained: upwards in steps from a first one, then between the last two."""
    sustained = 0.0
    while measure(url, source, rate, seconds).is_sustained:
        sustained, rate = rate, rate * STEP
    for _ in range(HALVINGS if sustained else 0):
        middle = math.sqrt(sustained * rate)
        if measure(url, source, middle, seconds).is_sustained:
            sustained = middle
        else:
            rate = middle
    return round(sustained, 1)


def behind_backlog(url: str, source: Source, rate: float, seconds: float, backlog: int) -> dict[str, Any]:
    """Latencies of interactive traces while bulk ones are worked off, and how fast those were meanwhile."""
    org_id = f"bulk-{uuid4().hex}"
    bodies = source.bodies([org_id] * backlog)
    batches = [bodies[first : first + BATCH] for first in range(0, backlog, BATCH)]
    requests = [post("/api/v1/traces/batch?priority=bulk", b"[" + b",".join(batch) + b"]") for batch in batches]
    posted = run(open_loop(url, requests, rate=math.inf, connections=4))  # each once, as fast as it goes
    began, before = time.perf_counter(), _judged(url, org_id)
    said = summary(measure(url, source, rate, seconds))
    taken_s, after = time.perf_counter() - began, _judged(url, org_id)
    accepted = len(posted.accepted_s) * BATCH
    return {**said, "bulk_traces_per_s": round((after - before) / taken_s, 1), "bulk_left": accepted - after}


def _judged(url: str, org_id: str) -> int:
    """Traces of an organisation that have a verdict."""
    answer = httpx.get(f"{url}/api/v1/stats", params={"org_id": org_id}, timeout=60, trust_env=False)
    return sum(row["traces"] for row in answer.raise_for_status().json()["decisions"])


def summary(measured: Measurement) -> dict[str, Any]:
    """Milliseconds, and what went wrong."""
    return {
        "accepted_ms": percentiles(measured.accepted_s),
        "readable_ms": percentiles(measured.readable_s),
        "refused": measured.refused,
        "lost": measured.lost,
    }


def percentiles(seconds: list[float]) -> dict[str, float]:
    """p50, p95, p99 and the maximum, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    named = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": max(seconds)}
    return {name: round(value * 1_000, 1) for name, value in named.items()}


def _p99(seconds: list[float]) -> float:
    return percentiles(seconds)["p99"] / 1_000 if len(seconds) > 1 else math.inf


def medians(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The median of each number over the runs, which have the same names at every depth."""
    return {
        name: medians([each[name] for each in runs])
        if isinstance(value, dict)
        else round(statistics.median(each[name] for each in runs), 1)
        for name, value in runs[0].items()
    }


def one_run(log: Log, source: Source, rate: float, seconds: float, *, search: bool, backlog: int) -> dict[str, Any]:
    """Everything that was asked for, on fresh processes."""
    with running_stack(log, WHOLE[log]) as stack:
        measure(stack.url, source, rate, WARM_UP_S)
        done: dict[str, Any] = {}
        if search:
            done["maximum_per_s"] = find_maximum(stack.url, source, rate, seconds)
            rate = done["maximum_per_s"] / 2 or rate
        done |= {"rate_per_s": rate, **summary(measure(stack.url, source, rate, seconds))}
        if backlog:
            done["behind_backlog"] = behind_backlog(stack.url, source, rate, seconds, backlog)
        return done


def main(
    rate: Annotated[float, typer.Option(min=1, help="Traces a second; where the search for the maximum begins.")] = 50,
    seconds: Annotated[float, typer.Option(help="How long each rate is held.")] = 20,
    search: Annotated[bool, typer.Option("--find-maximum", help="Measure at half the maximum.")] = False,
    backlog: Annotated[int, typer.Option(help="Bulk traces to post, then measure again.")] = 0,
    only: Annotated[Log | None, typer.Option("--log", help="On this log alone.")] = None,
    runs: Annotated[int, typer.Option(help="Runs on each log; medians count.")] = 1,
    name: Annotated[str, typer.Option("--workload", help="A file of bench/workloads.")] = "traces-1kb",
    quick: Annotated[bool, typer.Option("--quick", help="See that it works: seconds, nothing written.")] = False,
) -> None:
    """Measure latencies of the whole pipeline and write bench/results/latency.json."""
    if quick:
        seconds, runs, backlog = 2, 1, min(backlog, 300)
    logs = [only] if only else LOGS
    found: dict[Log, list[dict[str, Any]]] = {log: [] for log in logs}
    for log in [log for _ in range(runs) for log in logs]:
        done = one_run(log, Source(workload(name)), rate, seconds, search=search, backlog=backlog)
        found[log].append(done)
    result = {log: medians(done) for log, done in found.items()}
    show(result)
    if not quick:
        facts = {"workload": name, "seconds": seconds, "runs": runs, "backlog": backlog}
        name = "-".join(["latency", *logs, *(["backlog"] if backlog else [])])
        print(f"written to {save(name, facts | dict(result))}")


def show(result: dict[Log, dict[str, Any]]) -> None:
    table = Table("log", "rate/s", "milliseconds", "p50", "p95", "p99", "max")
    for log, row in result.items():
        for where, measured in ((log, row), (f"{log}, bulk backlog", row.get("behind_backlog"))):
            if measured:
                for what in ("accepted", "readable"):
                    table.add_row(where, f"{row['rate_per_s']:,.0f}", what, *map(str, measured[f"{what}_ms"].values()))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
