"""Lines of traces to results, in this process or in several, in order and with bounded memory."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from functools import cache
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Protocol
from uuid import UUID

import msgspec

from metronis.cli.lines import Line, decode_line
from metronis.errors import MetronisError, Reject
from metronis.settings import Ingest
from schemas.evaluation import Tier
from schemas.trace import Expected, Trace, completed
from schemas.verdict import Decision, TierUse, Verdict


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What a report needs of one verdict. flagged: codes that some evaluator failed. expected: the trace's label."""

    line: int
    trace_id: UUID
    domain: str
    decision: Decision
    risk: float
    tier: Tier
    cost_usd: float
    issues: dict[str, float]
    abstained: list[str]
    flagged: frozenset[str]
    tiers: list[TierUse]
    policy_version: str
    expected: Expected | None


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A line that is no trace, or a trace that may not be judged: where, what is wrong and the mend."""

    line: int
    code: str
    field: str
    problem: str
    mend: str


Result = Judged | Refused
Judge = Callable[[list[Line]], list[Result]]
"""Judges lines in order, one result each. Raises nothing for what is wrong with a line."""


def refused(line: int, error: Reject) -> Refused:
    """The result of a line that was rejected."""
    return Refused(line=line, code=error.code, field=error.field, problem=error.problem, mend=error.mend)


class Evaluates(Protocol):
    """What is asked of a pipeline."""

    def evaluate(self, trace: Trace) -> Verdict:
        """The verdict. Raises Reject for a trace that may not be judged."""


class PipelineJudge:
    """Judges lines with a pipeline. `now` is the time of traces that bring none."""

    def __init__(self, pipeline: Evaluates, limits: Ingest, now: datetime) -> None:
        self._pipeline = pipeline
        self._limits = limits
        self._now = now

    def __call__(self, lines: list[Line]) -> list[Result]:
        return [self._judge(line) for line in lines]

    def _judge(self, line: Line) -> Result:
        try:
            trace = decode_line(line, self._limits)
            trace = completed(trace, trace_id=trace.trace_id, timestamp=self._now)
            return _judged(line.number, self._pipeline.evaluate(trace), trace.expected)
        except Reject as error:
            return refused(line.number, error)


def _judged(line: int, verdict: Verdict, expected: Expected | None) -> Judged:
    return Judged(
        line=line,
        trace_id=verdict.trace_id,
        domain=verdict.domain,
        decision=verdict.decision,
        risk=verdict.risk,
        tier=verdict.tier,
        cost_usd=verdict.cost_usd,
        issues=verdict.issues,
        abstained=verdict.abstained,
        flagged=frozenset(row.issue for row in verdict.evaluations if row.outcome == "fail"),
        tiers=verdict.tiers,
        policy_version=verdict.policy_version,
        expected=expected,
    )


def judge_in_order(chunks: Iterable[list[Line]], make_judge: Callable[[], Judge], jobs: int) -> Iterator[list[Result]]:
    """The results of each chunk, in the order of the chunks.

    With more than one job the chunks go to processes, at most two for each at a time; `make_judge` must be picklable
    and runs once in each. Raises what it raises, and MetronisError where a process dies.
    """
    if jobs == 1:
        yield from map(make_judge(), chunks)
        return
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_begin_process, initargs=(make_judge,)
    )
    try:
        yield from _in_order(pool, chunks, limit=2 * jobs)
    except BrokenProcessPool as error:
        raise MetronisError("a process of the run was killed, perhaps for want of memory: try fewer --jobs") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, chunks: Iterable[list[Line]], limit: int) -> Iterator[list[Result]]:
    waiting: deque[Future[list[Result]]] = deque()
    for chunk in chunks:
        waiting.append(pool.submit(_judge_chunk, chunk))
        if len(waiting) >= limit:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


# What follows runs in the processes of the pool.
_make_judge: Callable[[], Judge]


def _begin_process(make_judge: Callable[[], Judge]) -> None:
    """Leave Ctrl-C to the parent, and end with it however it ends: a pool's processes would wait for ever."""
    global _make_judge
    _make_judge = make_judge
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


@cache
def _judge() -> Judge:
    return _make_judge()  # not in the initializer, whose errors a pool does not hand back


def _judge_chunk(chunk: list[Line]) -> list[Result]:
    return _judge()(chunk)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
