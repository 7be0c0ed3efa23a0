"""Tier 0 times and counts what it does."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from metronis.clock import ManualClock
from metronis.errors import Unsanitised
from processors.sanitize.detector import Entity, PresidioDetector
from processors.sanitize.pseudonyms import Pseudonyms
from processors.sanitize.sanitizer import Sanitizer
from processors.tiers.sanitize import Sanitize
from tests.builders import trace

PSEUDONYMS = Pseudonyms(b"0123456789abcdef")


def counted(entity_type: str) -> float:
    return REGISTRY.get_sample_value("metronis_entities_found_total", {"type": entity_type}) or 0.0


def test_gives_the_clean_trace_and_what_it_took() -> None:
    before = counted("EMAIL_ADDRESS")
    clean, use = Sanitize(Sanitizer(PresidioDetector(), PSEUDONYMS), ManualClock()).sanitize(
        trace(input="ann@example.org and bob@example.org")
    )
    assert "@" not in str(clean.input)
    assert (use.tier, use.duration_us, use.cost_usd) == ("t0", 0.0, 0.0)
    assert counted("EMAIL_ADDRESS") - before == 2


def test_time_is_what_detection_took() -> None:
    clock = ManualClock()

    class Slow:
        def find(self, text: str) -> list[Entity]:  # noqa: ARG002 - it only takes its time
            clock.sleep(0.001)
            return []

    _, use = Sanitize(Sanitizer(Slow(), PSEUDONYMS), clock).sanitize(trace())
    assert use.duration_us == pytest.approx(2_000)


def test_fails_closed() -> None:
    class Broken:
        def find(self, text: str) -> list[Entity]:
            raise RuntimeError(text)

    with pytest.raises(Unsanitised):
        Sanitize(Sanitizer(Broken(), PSEUDONYMS), ManualClock()).sanitize(trace())
