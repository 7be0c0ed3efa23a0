"""Two priorities: bulk traces move in the time that interactive ones leave, and while the way ahead is clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from metronis.clock import Clock
from metronis.errors import Unavailable
from monitoring.metrics import BULK_HELD_BACK, LAG
from streams.broker import Broker
from streams.tier import TierTask

BULK_EVERY_TURNS = 10  # even where interactive traces never end, so that bulk ones are late and not lost to retention
LOOK_EVERY_S = 0.5

log = structlog.get_logger()


class WayAhead:
    """Whether those who read what a tier writes keep up with it.

    Interactive and bulk traces share the topics behind the first one, so an interactive trace waits there for at most
    `max_waiting` records and what bulk adds to them between two looks, half a second apart.
    """

    def __init__(self, broker: Broker, readers: Mapping[str, Sequence[str]], *, max_waiting: int, clock: Clock) -> None:
        """`readers`: the topics of each group."""
        self._broker = broker
        self._readers = readers
        self._max_waiting = max_waiting
        self._clock = clock
        self._looked_at_ns: int | None = None
        self._is_clear = True

    def is_clear(self) -> bool:
        """False also where nobody can tell."""
        now_ns = self._clock.monotonic_ns()
        if self._looked_at_ns is None or now_ns - self._looked_at_ns >= LOOK_EVERY_S * 1e9:
            self._looked_at_ns = now_ns
            self._is_clear = self._look()
        return self._is_clear

    def _look(self) -> bool:
        try:
            return all(self._broker.lag(group, topics) <= self._max_waiting for group, topics in self._readers.items())
        except Unavailable:
            return False


class PrioritisedTask:
    """Runs a tier's interactive traces first, then its bulk traces. See `streams.tasks.Task`.

    Give the bulk task a short `batch_s`: an interactive trace waits for a bulk batch under way.
    """

    def __init__(self, interactive: TierTask, bulk: TierTask, way_ahead: WayAhead) -> None:
        self._interactive = interactive
        self._bulk = bulk
        self._way_ahead = way_ahead
        self._turns_since_bulk = 0
        self._bulk_moved = False
        self._is_held_back = False

    @property
    def name(self) -> str:
        return self._interactive.name

    def turn(self) -> int:
        done = self._interactive.turn(0.0 if self._bulk_moved else None)
        self._turns_since_bulk += 1
        if done and self._turns_since_bulk < BULK_EVERY_TURNS:
            return done
        self._turns_since_bulk = 0
        return done + self._turn_of_bulk()

    def _turn_of_bulk(self) -> int:
        if self._bulk_moved or self._is_held_back:
            self._hold_back(not self._way_ahead.is_clear())
        count = self._bulk.turn(0.0)
        self._bulk_moved = count > 0
        return count

    def _hold_back(self, hold_back: bool) -> None:
        if hold_back == self._is_held_back:
            return
        self._is_held_back = hold_back
        log.info("bulk_held_back" if hold_back else "bulk_goes_on", task=self.name)
        BULK_HELD_BACK.labels(self._bulk.name).set(hold_back)
        if hold_back:
            self._bulk.pause()
        else:
            self._bulk.resume()

    def rewind(self) -> None:
        self._interactive.rewind()
        self._bulk.rewind()

    def lag(self) -> int:
        """Of the interactive traces; that of the bulk ones goes to its own gauge meanwhile."""
        LAG.labels(self._bulk.name).set(self._bulk.lag())
        return self._interactive.lag()

    def close(self) -> None:
        self._interactive.close()
        self._bulk.close()
