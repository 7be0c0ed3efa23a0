"""One deadline over several waits."""

from __future__ import annotations

from metronis.clock import Clock


class Deadline:
    """`seconds` from now on."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._clock = clock
        self._at_ns = clock.monotonic_ns() + int(seconds * 1e9)

    @property
    def left_s(self) -> float:
        """Never negative, because a negative timeout means for ever to librdkafka."""
        return max(0.0, (self._at_ns - self._clock.monotonic_ns()) / 1e9)

    @property
    def passed(self) -> bool:
        return self.left_s == 0
