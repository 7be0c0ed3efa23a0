"""A load generator: HTTP/1.1 over kept connections, as fast as answers come or at a fixed rate."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count, cycle
from multiprocessing.connection import Connection as Pipe
from typing import Any, NamedTuple, TypeVar, cast

import uvloop
from httptools import HttpRequestParser, HttpResponseParser

T = TypeVar("T")
NOOP_ANSWER = b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\ncontent-type: application/json\r\n\r\n{}"


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes


@dataclass
class Load:
    """What became of the requests: seconds from when each was due to its 202, and the number that got none."""

    accepted_s: list[float] = field(default_factory=list)
    refused: int = 0
    elapsed_s: float = 0.0

    def note(self, status: int, seconds: float) -> None:
        if status == HTTPStatus.ACCEPTED:
            self.accepted_s.append(seconds)
        else:
            self.refused += 1


class Connection(asyncio.Protocol):
    """One kept connection; one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = HttpResponseParser(self)
        self._pieces: list[bytes] = []
        self._answer: asyncio.Future[Answer] | None = None

    async def ask(self, request: bytes) -> Answer:
        """Raises ConnectionError where the server closes the connection instead of answering."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._pieces = []
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its bases

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, _error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("the server closed the connection"))

    def on_body(self, piece: bytes) -> None:
        self._pieces.append(piece)

    def on_message_complete(self) -> None:
        assert self._answer is not None
        self._answer.set_result(Answer(self._parser.get_status_code(), b"".join(self._pieces)))


def post(path: str, body: bytes) -> bytes:
    """A request with a JSON body, as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(path: str) -> bytes:
    """A request without a body, as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n".encode()


async def connect(url: str) -> Connection:
    """A connection to the server at `http://host:port`."""
    host, _, port = url.removeprefix("http://").partition(":")
    _, connection = await asyncio.get_running_loop().create_connection(Connection, host, int(port))
    return connection


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it in an event loop that costs the machine less than asyncio's."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


async def closed_loop(url: str, requests: Sequence[bytes], *, connections: int, seconds: float) -> Load:
    """Each connection asks again as soon as it has its answer, the requests over and over, for this long."""
    load = Load()
    endless = cycle(requests)
    began = time.perf_counter()

    async def work(connection: Connection) -> None:
        while (due := time.perf_counter()) < began + seconds:
            answer = await connection.ask(next(endless))
            load.note(answer.status, time.perf_counter() - due)

    await _on_each(url, connections, work)
    load.elapsed_s = time.perf_counter() - began
    return load


async def open_loop(
    url: str,
    requests: Sequence[bytes],
    *,
    rate: float,
    connections: int,
    on_answer: Callable[[int, float, Answer], None] = lambda number, due, answer: None,  # noqa: ARG005 - nothing to do
) -> Load:
    """Request number n is due n / rate seconds after the first, whether or not those before it were answered.

    Its latency counts from then, so a stall shows in each request that it held up, also in those that waited here for
    a connection (no coordinated omission). Timers have milliseconds: a request goes out up to one late.
    """
    load = Load()
    numbers = count()
    began = time.perf_counter()

    async def work(connection: Connection) -> None:
        while (number := next(numbers)) < len(requests):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            answer = await connection.ask(requests[number])
            load.note(answer.status, time.perf_counter() - due)
            on_answer(number, due, answer)

    await _on_each(url, connections, work)
    load.elapsed_s = time.perf_counter() - began
    return load


async def _on_each(url: str, connections: int, work: Callable[[Connection], Awaitable[None]]) -> None:
    with ExitStack() as closing:
        opened = [await connect(url) for _ in range(connections)]
        for connection in opened:
            closing.callback(connection.close)
        await asyncio.gather(*map(work, opened))


class _Noop(asyncio.Protocol):
    """Answers every request with the same 202."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._parser = HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._transport.write(NOOP_ANSWER)


@contextmanager
def noop_server() -> Iterator[str]:
    """The address of a server that does nothing: what the generator reaches on it is the generator's own limit."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve_noop, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def _serve_noop(pipe: Pipe) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Noop, "127.0.0.1", 0)
        pipe.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await server.serve_forever()

    run(serve())
