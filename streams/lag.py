"""How far groups are behind, looked at on a thread of its own, so that no loop waits for the answer."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Event

from metronis.errors import Unavailable
from monitoring.metrics import LAG
from streams.broker import Broker
from streams.groups import GROUPS

EVERY_S = 1.0


class LagWatch:
    """Keeps the lag of some groups, and shows it in `metronis_lag`."""

    def __init__(self, broker: Broker, groups: Iterable[str]) -> None:
        """Of these groups of `streams.groups`."""
        self._broker = broker
        self._groups = sorted(groups)
        self._latest: dict[str, int] = {}

    def run(self, stop: Event) -> None:
        """Look once a second until `stop`."""
        while not stop.wait(EVERY_S):
            self.look()

    def look(self) -> None:
        """Ask the log now; where it does not answer, nothing is known."""
        for group in self._groups:
            try:
                lag = self._broker.lag(group, GROUPS[group])
            except Unavailable:
                self._latest.pop(group, None)
            else:
                self._latest[group] = lag
                LAG.labels(group).set(lag)

    def at_most(self, groups: Iterable[str], count: int) -> bool:
        """Whether each of these groups had at most so many records before it; False where that is not known."""
        return all(self._latest.get(group, count + 1) <= count for group in groups)
