"""Two priorities: bulk traces move in the time that interactive ones leave, and while the way ahead is clear."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from monitoring.metrics import BULK_HELD_BACK
from streams.tier import TierTask

BULK_EVERY_TURNS = 10  # even where interactive traces never end, so that bulk ones are late and not lost to retention

log = structlog.get_logger()


class PrioritisedTask:
    """Runs a tier's interactive traces first, then its bulk traces. See `streams.tasks.Task`.

    Interactive and bulk traces share the topics behind the first one, so bulk moves only while those who read there
    keep up. Give the bulk task a short `batch_s`: an interactive trace waits for a bulk batch under way.
    """

    def __init__(self, interactive: TierTask, bulk: TierTask, way_is_clear: Callable[[], bool]) -> None:
        """`way_is_clear`: whether those who read what this tier writes keep up with it."""
        self._interactive = interactive
        self._bulk = bulk
        self._way_is_clear = way_is_clear
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
            self._hold_back(not self._way_is_clear())
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

    def close(self) -> None:
        self._interactive.close()
        self._bulk.close()
