"""The load generator: what it counts, and that a stall shows in every request that it held up."""

from __future__ import annotations

import asyncio

import pytest

from bench.load import Load, closed_loop, connect, get, noop_server, open_loop, post, run

ANSWER_S = 0.02
REQUEST = post("/", b"{}")


async def answering(status: str, after_s: float) -> asyncio.Server:
    """A server that takes its time over each request and answers so."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"{}"):
                await asyncio.sleep(after_s)
                writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 4\r\n\r\nbody".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


def url_of(server: asyncio.Server) -> str:
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def at_a_fixed_rate(status: str, *, requests: int, rate: float, connections: int) -> tuple[Load, list[int]]:
    """What became of them, and the numbers of those answered in the order of the answers."""
    answered: list[int] = []

    async def measured() -> Load:
        async with await answering(status, ANSWER_S) as server:
            return await open_loop(
                url_of(server),
                [REQUEST] * requests,
                rate=rate,
                connections=connections,
                on_answer=lambda number, _due, answer: answered.append(number) if answer.body == b"body" else None,
            )

    return run(measured()), answered


def test_a_slow_server_makes_late_whatever_waits_for_a_connection() -> None:
    load, _ = at_a_fixed_rate("202 Accepted", requests=20, rate=1_000, connections=1)
    assert load.accepted_s[0] >= ANSWER_S
    assert load.accepted_s[-1] >= 20 * ANSWER_S - 0.02, "the last was due 19 ms after the first"
    assert load.accepted_s == sorted(load.accepted_s)


def test_requests_go_out_when_they_are_due_and_not_before() -> None:
    load, answered = at_a_fixed_rate("202 Accepted", requests=10, rate=50, connections=10)
    assert load.elapsed_s >= 9 / 50
    assert sorted(answered) == list(range(10))


def test_what_is_not_accepted_is_counted_and_has_no_latency() -> None:
    load, _ = at_a_fixed_rate("429 Too Many Requests", requests=5, rate=1_000, connections=5)
    assert (load.refused, load.accepted_s) == (5, [])


def test_without_a_rate_it_goes_as_fast_as_answers_come() -> None:
    with noop_server() as url:
        load = run(closed_loop(url, [REQUEST], connections=4, seconds=0.2))
    assert load.refused == 0
    assert len(load.accepted_s) > 100


def test_a_server_that_hangs_up_is_no_answer() -> None:
    async def asked() -> None:
        async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0) as server:
            await (await connect(url_of(server))).ask(get("/"))

    with pytest.raises(ConnectionError):
        run(asked())
