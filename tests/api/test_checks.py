"""Checks that hang: asked again and again they take one thread each, and nobody waits longer than the deadline."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from api.checks import OK, Checks
from metronis.errors import Unavailable

pytestmark = pytest.mark.anyio


def away() -> None:
    raise Unavailable("the store is away")


async def test_each_check_says_for_itself() -> None:
    checks = Checks({"log": lambda: None, "store": away})
    assert await checks.outcomes() == {"log": OK, "store": "the store is away"}


async def test_a_check_that_hangs_takes_one_thread_however_often_it_is_asked_and_is_asked_anew_once_it_ended() -> None:
    answer = threading.Event()
    runs: list[int] = []

    def hangs() -> None:
        runs.append(threading.get_ident())
        answer.wait(30)

    checks = Checks({"log": lambda: None, "store": hangs}, deadline_s=0.05)
    for _ in range(10):
        assert await checks.outcomes() == {"log": OK, "store": "no answer within 0.05 s"}
    assert len(runs) == 1
    answer.set()
    assert (await settled(checks))["store"] == OK
    assert await checks.outcomes() == {"log": OK, "store": OK}
    assert len(runs) >= 2


async def settled(checks: Checks) -> dict[str, str]:
    while "no answer" in (said := await checks.outcomes())["store"]:
        pass
    return said


async def test_hanging_checks_leave_the_pool_of_the_event_loop_free() -> None:
    answer = threading.Event()
    hangs: dict[str, Callable[[], object]] = {"store": lambda: answer.wait(30)}
    checks = [Checks(hangs, deadline_s=0.01) for _ in range(64)]  # more than the pool has threads
    await asyncio.gather(*(each.outcomes() for each in checks))
    assert await asyncio.wait_for(asyncio.to_thread(lambda: "free"), 10) == "free"
    answer.set()
