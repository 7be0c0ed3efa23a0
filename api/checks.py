"""Checks that may hang: each runs once at a time, on a thread of its own, and all who ask wait for the same run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from threading import Thread

from metronis.errors import MetronisError

DEADLINE_S = 5.0
OK = "ok"


class Checks:
    """Named checks of what a process needs. Lives in one event loop.

    They take no thread of a pool: a store that hangs must not keep traces from being taken in.
    """

    def __init__(self, checks: Mapping[str, Callable[[], object]], deadline_s: float = DEADLINE_S) -> None:
        """A check raises what is wrong as a MetronisError."""
        self._checks = checks
        self._deadline_s = deadline_s
        self._under_way: dict[str, asyncio.Future[None]] = {}

    async def outcomes(self) -> dict[str, str]:
        """`ok` or what is wrong, by name; within the deadline."""
        said = await asyncio.gather(*(self._outcome(name) for name in self._checks))
        return dict(zip(self._checks, said, strict=True))

    async def _outcome(self, name: str) -> str:
        run = self._under_way.get(name)
        if run is None or run.done():
            run = self._under_way[name] = asyncio.wrap_future(_in_a_thread(self._checks[name]))
        try:
            await asyncio.wait_for(asyncio.shield(run), self._deadline_s)
        except TimeoutError:
            return f"no answer within {self._deadline_s:g} s"
        except MetronisError as error:
            return str(error)
        return OK


def _in_a_thread(check: Callable[[], object]) -> Future[None]:
    done: Future[None] = Future()

    def run() -> None:
        try:
            check()
        except BaseException as error:  # noqa: BLE001 - handed to those who wait
            done.set_exception(error)
        else:
            done.set_result(None)

    Thread(target=run, name="check", daemon=True).start()  # a check that hangs holds up no shutdown
    return done
