"""Group commit: nothing is acknowledged before it is durable, nothing taken is dropped, and waiting is bounded."""

from __future__ import annotations

import asyncio

import pytest

from api.intake import MAX_GROUP_BYTES, Intake
from metronis.errors import Backpressure, Unavailable
from streams.broker import Message
from tests.api.gateway import AWAY, HeldBroker

pytestmark = pytest.mark.anyio


def message(name: str, size: int = 10) -> Message:
    return Message("traces.raw", name.encode(), b"x" * size)


def keys(log: HeldBroker) -> list[list[str]]:
    return [[each.key.decode() for each in send] for send in log.sends]


async def begun(*tasks: asyncio.Task[None]) -> None:
    """Let the tasks run up to where they wait."""
    await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)


async def sending(log: HeldBroker) -> None:
    assert await asyncio.to_thread(log.sending.wait, 10)


async def test_returns_only_once_durable() -> None:
    log = HeldBroker()
    intake = Intake(log.send, max_waiting_bytes=1_000)
    task = asyncio.create_task(intake.submit([message("a")]))
    await sending(log)
    assert not task.done()
    log.release.set()
    await task
    assert keys(log) == [["a"]]
    assert intake.waiting.total == 0
    await intake.close()


async def test_what_is_interactive_goes_out_first_and_bulk_fills_the_rest() -> None:
    log = HeldBroker()
    intake = Intake(log.send, max_waiting_bytes=3 * MAX_GROUP_BYTES)
    first = asyncio.create_task(intake.submit([message("a")]))
    await sending(log)
    large = MAX_GROUP_BYTES // 2 + 1
    bulk = [asyncio.create_task(intake.submit([message(name, large)], "bulk")) for name in "bc"]
    await begun(*bulk)
    urgent = asyncio.create_task(intake.submit([message("d")]))
    await begun(urgent)
    log.release.set()
    await asyncio.gather(first, urgent, *bulk)
    assert keys(log) == [["a"], ["d", "b"], ["c"]]
    await intake.close()


async def test_what_gathers_during_one_send_goes_out_together() -> None:
    log = HeldBroker()
    intake = Intake(log.send, max_waiting_bytes=10_000)
    first = asyncio.create_task(intake.submit([message("a")]))
    await sending(log)
    rest = [asyncio.create_task(intake.submit([message(name)])) for name in "bcd"]
    await begun(*rest)
    log.release.set()
    await asyncio.gather(first, *rest)
    assert keys(log) == [["a"], ["b", "c", "d"]]
    await intake.close()


async def test_groups_are_bounded() -> None:
    log = HeldBroker()
    intake = Intake(log.send, max_waiting_bytes=10 * MAX_GROUP_BYTES)
    first = asyncio.create_task(intake.submit([message("a")]))
    await sending(log)
    rest = [asyncio.create_task(intake.submit([message(name, MAX_GROUP_BYTES // 2)])) for name in "bcd"]
    await begun(*rest)
    log.release.set()
    await asyncio.gather(first, *rest)
    assert keys(log) == [["a"], ["b"], ["c"], ["d"]]
    await intake.close()


async def test_over_the_limit_nothing_is_taken() -> None:
    log = HeldBroker()
    intake = Intake(log.send, max_waiting_bytes=100)
    first = asyncio.create_task(intake.submit([message("a", 80)]))
    await sending(log)
    with pytest.raises(Backpressure, match="waiting"):
        await intake.submit([message("b", 80)])
    small = asyncio.create_task(intake.submit([message("c", 5)]))
    await begun(small)
    log.release.set()
    await asyncio.gather(first, small)
    await intake.submit([message("d", 80)])
    assert keys(log) == [["a"], ["c"], ["d"]]
    await intake.close()


async def test_one_that_waits_alone_is_taken_whatever_its_size() -> None:
    log = HeldBroker(held=False)
    intake = Intake(log.send, max_waiting_bytes=100)
    await intake.submit([message("a", 500)])
    assert keys(log) == [["a"]]
    await intake.close()


async def test_a_failed_send_fails_all_who_wait_for_it_and_no_one_after() -> None:
    log = HeldBroker(held=False)
    intake = Intake(log.send, max_waiting_bytes=1_000)
    log.failure = AWAY
    with pytest.raises(Unavailable):
        await intake.submit([message("a")])
    assert intake.waiting.total == 0
    log.failure = None
    await intake.submit([message("b")])
    assert keys(log) == [["b"]]
    await intake.close()


async def test_a_cancelled_caller_takes_nothing_back() -> None:
    log = HeldBroker()
    intake = Intake(log.send, max_waiting_bytes=1_000)
    sent = asyncio.create_task(intake.submit([message("a")]))
    await sending(log)
    queued = asyncio.create_task(intake.submit([message("b")]))
    await begun(queued)
    for task in (sent, queued):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    log.release.set()
    await intake.close()
    assert keys(log) == [["a"], ["b"]]
    assert intake.waiting.total == 0


async def test_closing_drains_and_takes_nothing_more() -> None:
    log = HeldBroker()
    intake = Intake(log.send, max_waiting_bytes=1_000)
    waiting = [asyncio.create_task(intake.submit([message(name)])) for name in "ab"]
    await begun(*waiting)
    closing = asyncio.create_task(intake.close())
    await begun(closing)
    with pytest.raises(Unavailable, match="stopping"):
        await intake.submit([message("c")])
    log.release.set()
    await asyncio.gather(closing, *waiting)
    assert sorted(each.key for each in log.messages) == [b"a", b"b"]
