"""Tier 0: takes personal data out of traces before anything else sees them."""

from __future__ import annotations

from typing import Protocol

from metronis.clock import Clock
from monitoring.metrics import ENTITIES_FOUND
from processors.sanitize.report import report
from processors.sanitize.sanitizer import Sanitized
from schemas.case import Case
from schemas.evaluation import Tier
from schemas.trace import Trace
from schemas.verdict import TierUse


class Sanitizes(Protocol):
    """A sanitiser; see processors.sanitize.sanitizer."""

    def sanitize(self, trace: Trace) -> Sanitized:
        """Raises Unsanitised whenever anything goes wrong."""


class Sanitize:
    """Sanitises traces, and counts, times and reports what it does."""

    name: Tier = "t0"

    def __init__(self, sanitizer: Sanitizes, clock: Clock) -> None:
        self._sanitizer = sanitizer
        self._clock = clock

    def sanitize(self, trace: Trace, case: Case) -> tuple[Trace, Case]:
        """The clean trace, and its case with what was found. Raises Unsanitised: then the trace may not go on.

        Most traces hold nothing but a user's id, which needs no report.
        """
        started_ns = self._clock.monotonic_ns()
        sanitised = self._sanitizer.sanitize(trace)
        for entity_type, count in sanitised.entities.items():
            ENTITIES_FOUND.labels(entity_type).inc(count)
        duration_us = (self._clock.monotonic_ns() - started_ns) / 1_000
        use = TierUse(tier=self.name, duration_us=duration_us, cost_usd=0.0)
        told = any(place.field != "user_id" for place in sanitised.places)
        return sanitised.trace, case.after(use, [report(sanitised.places, duration_us)] if told else [])
