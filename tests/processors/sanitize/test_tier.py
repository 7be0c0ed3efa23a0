"""Tier 0 times and counts what it does."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from metronis.clock import ManualClock
from metronis.errors import Unsanitised
from processors.sanitize.detector import Entity
from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.recognizers import english
from processors.tiers.sanitize import Sanitize
from schemas.case import Case
from tests.builders import trace
from tests.sanitizers import sanitizer_of

CASE = Case(source="t/0/0", ingested_at=ManualClock().now())


def counted(entity_type: str) -> float:
    return REGISTRY.get_sample_value("metronis_entities_found_total", {"type": entity_type}) or 0.0


def test_gives_the_clean_trace_and_what_it_took() -> None:
    before = counted("EMAIL_ADDRESS")
    dirty = trace(input="ann@example.org and bob@example.org")
    clean, case = Sanitize(sanitizer_of(PatternDetector(english())), ManualClock()).sanitize(dirty, CASE)
    assert "@" not in str(clean.input)
    (use,) = case.tiers
    assert (use.tier, use.duration_us, use.cost_usd) == ("t0", 0.0, 0.0)
    assert counted("EMAIL_ADDRESS") - before == 2


def test_time_is_what_detection_took() -> None:
    clock = ManualClock()

    class Slow:
        def find(self, text: str) -> list[Entity]:  # noqa: ARG002 - it only takes its time
            clock.sleep(0.001)
            return []

    _, case = Sanitize(sanitizer_of(Slow()), clock).sanitize(trace(), CASE)
    assert case.tiers[0].duration_us == pytest.approx(2_000)


def test_fails_closed() -> None:
    class Broken:
        def find(self, text: str) -> list[Entity]:
            raise RuntimeError(text)

    with pytest.raises(Unsanitised):
        Sanitize(sanitizer_of(Broken()), ManualClock()).sanitize(trace(), CASE)


def test_reports_what_was_found_and_where_and_never_the_value() -> None:
    tier = Sanitize(sanitizer_of(PatternDetector(english())), ManualClock())
    _, case = tier.sanitize(trace(input="ann@example.org", attributes={"mrn": 4471, "ip": "10.1.2.3"}), CASE)
    (row,) = case.evaluations
    assert (row.evaluator, row.tier, row.disposition, row.outcome) == ("sensitive_content", "t0", "ran", "pass")
    assert row.label == "EMAIL_ADDRESS,IP_ADDRESS,MEDICAL_RECORD_NUMBER"
    assert row.explanation.startswith("EMAIL_ADDRESS × 1 in input; ")
    assert "MEDICAL_RECORD_NUMBER × 1 in attributes.mrn" in row.explanation
    assert not any(value in repr(row) for value in ("ann@", "4471", "10.1.2.3"))


def test_a_trace_with_nothing_but_a_user_needs_no_report() -> None:
    _, case = Sanitize(sanitizer_of(), ManualClock()).sanitize(trace(user_id="u1"), CASE)
    assert case.evaluations == []
