"""How often, and whether, a service is asked: a token bucket and a circuit breaker."""

from __future__ import annotations

from threading import Lock

from metronis.clock import Clock
from metronis.errors import Backpressure


class TokenBucket:
    """Lets `burst` questions through at once and `per_s` a second after them: `burst + t * per_s` in any t seconds.

    Thread-safe; holds for this process alone.
    """

    def __init__(self, per_s: float, burst: int, clock: Clock, *, longest_wait_s: float = 10.0) -> None:
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._longest_wait_s = longest_wait_s
        self._tokens = float(burst)
        self._filled_ns = clock.monotonic_ns()
        self._lock = Lock()

    def take(self) -> None:
        """Wait for one's turn. Raises Backpressure at once where that would take longer than `longest_wait_s`."""
        with self._lock:
            now_ns = self._clock.monotonic_ns()
            self._tokens = min(self._burst, self._tokens + (now_ns - self._filled_ns) / 1e9 * self._per_s)
            self._filled_ns = now_ns
            wait_s = max(0.0, (1 - self._tokens) / self._per_s)
            if wait_s > self._longest_wait_s:
                raise Backpressure("too many questions wait for their turn", retry_after_s=wait_s)
            self._tokens -= 1
        if wait_s:
            self._clock.sleep(wait_s)


class CircuitBreaker:
    """Leaves a service alone for `rest_s` after `most` failures in a row; then one question tries it. Thread-safe."""

    def __init__(self, most: int, rest_s: float, clock: Clock) -> None:
        self._most = most
        self._rest_s = rest_s
        self._clock = clock
        self._failures = 0
        self._open_until_ns = 0
        self._lock = Lock()

    def rest_s(self) -> float:
        """Seconds for which it is to be left alone still. 0 lets the caller ask; others wait for how that goes."""
        with self._lock:
            now_ns = self._clock.monotonic_ns()
            if now_ns < self._open_until_ns:
                return (self._open_until_ns - now_ns) / 1e9
            if self._failures >= self._most:
                self._open_until_ns = now_ns + int(self._rest_s * 1e9)
            return 0.0

    def succeeded(self) -> None:
        """The service answered."""
        with self._lock:
            self._failures = 0
            self._open_until_ns = 0

    def failed(self, rest_s: float = 0.0) -> None:
        """It did not; `rest_s` is how long it asked to be left alone."""
        with self._lock:
            self._failures += 1
            if rest_s:
                self._failures = max(self._failures, self._most)
            if self._failures >= self._most:
                self._open_until_ns = self._clock.monotonic_ns() + int(max(rest_s, self._rest_s) * 1e9)
