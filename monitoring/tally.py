"""Tallies: many counters raised at next to no cost, and written up in bulk."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Collection, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

from prometheus_client import Counter


class Tally:
    """How often each of several children of a counter is still to be raised."""

    def __init__(self, counter: TalliedCounter, children: Mapping[int, Counter]) -> None:
        self._counter = counter
        self._children = children
        self._times = 0
        self._left_out: Counts[int] = Counts()

    def add(self, left_out: Collection[int] = ()) -> None:
        """One more of each, but of these."""
        with self._counter.tallying:
            self._times += 1
            if left_out:
                self._left_out.update(left_out)
            self._counter.unwritten.add(self)

    def write_up(self) -> None:
        """Raise the children. The caller holds `tallying`."""
        for key, child in self._children.items():
            child.inc(self._times - self._left_out[key])
        self._times = 0
        self._left_out.clear()


class TalliedCounter(Counter):
    """A counter that tallies add to.

    Whoever reads it in this process reads the tallies as well. Where other processes read it, from the files of
    PROMETHEUS_MULTIPROC_DIR, `write_up` is due after each piece of work.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self.tallying = Lock()
        self.unwritten: set[Tally] = set()
        self._times: Counts[tuple[str, ...]] = Counts()
        super().__init__(*args, **options)

    def tally(self, labels: Mapping[int, Sequence[str]]) -> Tally:
        """Of the children with these labels, by a number that `Tally.add` calls them by."""
        return Tally(self, {key: self.labels(*each) for key, each in labels.items()})

    def add(self, labels: Iterable[tuple[str, ...]]) -> None:
        """One more of each of the children with these labels."""
        with self.tallying:
            self._times.update(labels)

    def write_up(self) -> None:
        """Raise the children by all that was added, and add up all tallies."""
        with self.tallying:
            for labels, times in self._times.items():
                self.labels(*labels).inc(times)
            self._times.clear()
            for tally in self.unwritten:
                tally.write_up()
            self.unwritten.clear()

    def collect(self) -> Iterable[Any]:
        """As Counter does; prometheus_client calls it to read."""
        self.write_up()
        return super().collect()
