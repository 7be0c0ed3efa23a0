"""A process that copies a topic, started again whenever it dies, as workers are: librdkafka may abort its process."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Self

from metronis.errors import Fenced, Retry
from streams.kafka import KafkaBroker
from tests.kafka.copying import PATIENCE_S, after, copies

BATCH = 20
COMMIT, DONE, IDLE = "commit", "done", "idle"


class Copier:
    """Copies `source` to `output` in transactions, and says when it commits. It goes on once it is heard."""

    def __init__(self, address: str, source: str, output: str) -> None:
        self._task = (address, source, output)
        self._context = multiprocessing.get_context("spawn")
        self._process: SpawnProcess
        self._news: Connection

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.join()

    def wait_until_commit(self) -> None:
        """Return as a transaction with records in it is about to be committed."""
        while self._next() != COMMIT:
            pass

    def wait_until_committed(self) -> None:
        """Return when that has succeeded, failed, or killed the process."""
        while self._next() not in (DONE, IDLE):
            pass

    def copies_on(self) -> bool:
        """Let it take one more step."""
        self._next()
        return True

    def _start(self) -> None:
        self._news, far_end = self._context.Pipe()
        self._process = self._context.Process(target=_copy, args=(*self._task, far_end), daemon=True)
        self._process.start()
        far_end.close()

    def _next(self) -> str:
        assert self._news.poll(PATIENCE_S), "the copying process says nothing"
        try:
            news = self._news.recv()
            self._news.send(None)
        except (EOFError, ConnectionError):
            self._process.join()
            self._start()
            return IDLE
        assert isinstance(news, str)
        return news


def _copy(address: str, source: str, output: str, pipe: Connection) -> None:
    broker = KafkaBroker(address, deadline_s=2, session_timeout_s=6)
    consumer = broker.consumer("g", [source])

    def tell(news: str) -> None:
        pipe.send(news)
        pipe.recv()

    while True:
        try:
            records = consumer.poll(BATCH, 0.2)
            if records:
                tell(COMMIT)
            consumer.commit(after(records), copies(records, output))
        except (Retry, Fenced):
            consumer.rewind()
        tell(DONE)
