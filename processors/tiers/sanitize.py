"""Tier 0: takes personal data out of traces before anything else sees them."""

from __future__ import annotations

from metronis.clock import Clock
from monitoring.metrics import ENTITIES_FOUND
from processors.sanitize.sanitizer import Sanitizer
from schemas.evaluation import Tier
from schemas.trace import Trace
from schemas.verdict import TierUse


class Sanitize:
    """Sanitises traces, and counts and times what it does."""

    name: Tier = "t0"

    def __init__(self, sanitizer: Sanitizer, clock: Clock) -> None:
        self._sanitizer = sanitizer
        self._clock = clock

    def sanitize(self, trace: Trace) -> tuple[Trace, TierUse]:
        """The clean trace and what it took. Raises Unsanitised: then the trace may not go on."""
        started_ns = self._clock.monotonic_ns()
        sanitised = self._sanitizer.sanitize(trace)
        for entity_type, count in sanitised.entities.items():
            ENTITIES_FOUND.labels(entity_type).inc(count)
        duration_us = (self._clock.monotonic_ns() - started_ns) / 1_000
        return sanitised.trace, TierUse(tier=self.name, duration_us=duration_us, cost_usd=0.0)
