"""Tier 0 follows the domains: a new one's section counts, and a wrong one keeps nobody from working."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from domains.live import LOOK_EVERY_S
from metronis.clock import ManualClock
from metronis.pipeline import Pipeline, build_pipeline, build_sanitize, open_domains
from metronis.settings import Sanitize as SanitizeSettings
from metronis.settings import Settings
from processors.tiers.sanitize import Sanitize
from schemas.case import Case
from tests.builders import NOON, trace
from tests.domains.written import SPACE, write

KEEPS = "sanitize: {fields: {attributes.contact: {EMAIL_ADDRESS: keep}}}\n"
MAIL = "ann@example.org"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", domains_dir=tmp_path / "domains")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def contact(tier: Sanitize, domain: str = "space") -> str:
    given = trace(domain=domain, attributes={"contact": MAIL})
    clean, _ = tier.sanitize(given, Case(source="", ingested_at=NOON))
    return str(clean.attributes["contact"])


def test_the_section_of_a_domain_that_comes_later_counts(settings: Settings, clock: ManualClock) -> None:
    tier = build_sanitize(settings, clock)
    write(settings.domains_dir, SPACE)
    clock.sleep(LOOK_EVERY_S)
    assert contact(tier) != MAIL
    write(settings.domains_dir, SPACE + KEEPS)
    clock.sleep(LOOK_EVERY_S)
    assert contact(tier) == MAIL


def test_a_wrong_domain_at_the_start_keeps_no_other_from_being_sanitised(
    settings: Settings, clock: ManualClock
) -> None:
    write(settings.domains_dir, "name: [")
    assert MAIL not in contact(build_sanitize(settings, clock), "general")


def test_policies_of_an_organisation_that_become_wrong_leave_those_before(tmp_path: Path, clock: ManualClock) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    settings = Settings(
        data_dir=tmp_path / "data", domains_dir=tmp_path / "domains", sanitize=SanitizeSettings(policies=folder)
    )
    write(settings.domains_dir, SPACE + KEEPS)
    domains = open_domains(settings, clock)
    tier = build_sanitize(settings, clock, domains=domains)
    (folder / "acme.yaml").write_text("domains: {spaec: {}}\n")
    write(settings.domains_dir, SPACE + KEEPS + "issues: {lost: The probe is lost.}\n")
    clock.sleep(LOOK_EVERY_S)
    with capture_logs() as logs:
        assert contact(tier) == MAIL
    assert "policies of tier 0 are wrong; those before stay" in [each["event"] for each in logs]


@pytest.fixture
def pipeline(settings: Settings, clock: ManualClock) -> Pipeline:
    return build_pipeline(settings, clock=clock)


def test_a_domain_that_comes_after_the_tiers_were_built_judges_its_traces(
    pipeline: Pipeline, settings: Settings, clock: ManualClock
) -> None:
    write(settings.domains_dir, SPACE + "recognise: {tags: [space]}\n")
    clock.sleep(LOOK_EVERY_S)
    slow = trace(domain="space", attributes={"speed": 3, "planet": "earth"})
    verdict = pipeline.evaluate(slow)
    assert (verdict.domain, verdict.decision) == ("space", "fail")
    assert verdict.issues["too_slow"] == 0.85
    fast = trace(tags=["space"], attributes={"speed": "12 km/s", "planet": "earth"})
    assert (pipeline.evaluate(fast).domain, pipeline.evaluate(fast).decision) == ("space", "pass")
