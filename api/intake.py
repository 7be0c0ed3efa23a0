"""Group commit: concurrent requests share one send, and so one fsync, without waiting for a timer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from metronis.errors import Backpressure, Unavailable
from monitoring.metrics import TRACES_ACCEPTED
from schemas.topics import INTAKE, Priority
from streams.broker import Message

MAX_GROUP_BYTES = 4_194_304  # one send; larger groups save no more fsyncs and hold up those who wait


class WaitingBytes:
    """Counts the bytes of requests that are not durable yet, and refuses more than the limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.total = 0

    def take(self, size: int, *, held: int = 0) -> None:
        """Count `size` bytes of a request that holds `held` already. Raises Backpressure over the limit.

        A request that waits alone is always taken, or one larger than the limit could never be.
        """
        if self.total > held and self.total + size > self._limit:
            raise Backpressure(f"{self.total:,} bytes of traces are waiting to become durable")
        self.total += size

    def give_back(self, size: int) -> None:
        self.total -= size


@dataclass(frozen=True, slots=True, eq=False)
class _Submission:
    messages: Sequence[Message]
    size: int
    durable: asyncio.Future[None]


class Intake:
    """Makes messages durable: whatever gathered during one send goes out with the next, interactive messages first.

    Lives in one event loop.
    """

    def __init__(self, send: Callable[[Sequence[Message]], None], *, max_waiting_bytes: int) -> None:
        self.waiting = WaitingBytes(max_waiting_bytes)
        self._send = send
        self._queues: Mapping[Priority, deque[_Submission]] = {priority: deque() for priority in INTAKE}
        self._gathered = asyncio.Event()
        self._closing = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="intake")
        self._writer = asyncio.get_running_loop().create_task(self._write())

    async def submit(self, messages: Sequence[Message], priority: Priority = "interactive") -> None:
        """Return once all of them are durable; a caller that is cancelled meanwhile takes nothing back.

        Raises Backpressure where they were not taken, and what the send raises: after Unavailable they may or may not
        be durable, and offering them again is right.
        """
        if self._closing:
            raise Unavailable("the gateway is stopping")
        size = sum(len(message.key) + len(message.value) for message in messages)
        self.waiting.take(size)
        submission = _Submission(messages, size, asyncio.get_running_loop().create_future())
        self._queues[priority].append(submission)
        self._gathered.set()
        await asyncio.shield(submission.durable)

    async def close(self) -> None:
        """Take nothing more, make durable what was taken, and return."""
        self._closing = True
        self._gathered.set()
        await self._writer
        self._thread.shutdown()

    async def _write(self) -> None:
        while any(self._queues.values()) or not self._closing:
            await self._gathered.wait()
            self._gathered.clear()
            while any(self._queues.values()):
                await self._write_group(self._next_group())

    def _next_group(self) -> list[_Submission]:
        group: list[_Submission] = []
        size = 0
        for queue in self._queues.values():
            while queue and (not group or size + queue[0].size <= MAX_GROUP_BYTES):
                group.append(queue.popleft())
                size += group[-1].size
        return group

    async def _write_group(self, group: list[_Submission]) -> None:
        messages = [message for submission in group for message in submission.messages]
        failure: Exception | None = None
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._send, messages)
            TRACES_ACCEPTED.inc(len(messages))
        except Exception as error:  # noqa: BLE001 - it belongs to the requests that wait, not to this task
            failure = error
        for submission in group:
            self.waiting.give_back(submission.size)
            if failure:
                submission.durable.set_exception(failure)
            else:
                submission.durable.set_result(None)
