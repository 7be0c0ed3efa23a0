"""`metronis knowledge lookup`: what a person or a program is shown, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner, Result

from metronis.cli import app
from metronis.errors import MetronisError, Misconfigured, Reject, Unavailable
from tests.domains.knowledge import documented
from tests.domains.knowledge.service import PublicService, Reply, running_service
from tests.redis.server import Redis

CRD = 1000001
CONTACT = "Example Org admin@example.org"


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[PublicService]:
    """All services at one address, which the settings name."""
    with running_service() as running:
        urls = ("RXNORM_URL", "OPENFDA_URL", "SNOMED_URL", "EDGAR_URL", "EDGAR_INDEX_URL", "FINRA_URL")
        for name in urls:
            monkeypatch.setenv(f"METRONIS_KNOWLEDGE__{name}", running.url)
        monkeypatch.setenv("METRONIS_KNOWLEDGE__SOURCE", "http")
        monkeypatch.setenv("METRONIS_KNOWLEDGE__FINRA_TOKEN_URL", f"{running.url}/token")
        yield running


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["knowledge", "lookup", *arguments])


def refused(*arguments: str) -> MetronisError:
    error = run(*arguments).exception
    assert isinstance(error, MetronisError)
    return error


def test_a_fresh_machine_knows_drugs_labels_and_companies() -> None:
    drug = run("rxnorm", "advil")
    assert drug.exit_code == 0
    assert "ibuprofen" in drug.output
    assert "snapshot of 2026" in drug.output
    assert "bleeding" in run("openfda", "warfarin").output
    assert "Apple Inc." in run("edgar", "aapl").output


def test_what_is_not_there_ends_with_status_1_and_a_hint() -> None:
    missing = run("rxnorm", "tylenl")
    assert missing.exit_code == 1
    assert "did you mean tylenol" in missing.output


def test_programs_get_json() -> None:
    found = json.loads(run("edgar", "AAPL", "--json").output)
    assert found["found"] == {"cik": 320193, "ticker": "AAPL", "name": "Apple Inc."}
    assert (found["origin"], found["retrieved_at"][:4]) == ("snapshot", "2026")
    missing = run("edgar", "ZZZZ", "--json")
    assert (missing.exit_code, json.loads(missing.output)["found"]) == (1, None)


@pytest.mark.parametrize("source", ["snomed", "finra"])
def test_what_no_snapshot_has_names_the_setting(source: str) -> None:
    error = refused(source, "73211009")
    assert isinstance(error, Misconfigured)
    assert "METRONIS_KNOWLEDGE__SOURCE=http" in str(error)


def test_a_service_is_asked_where_the_settings_say(service: PublicService) -> None:
    documented.rxnorm_has_ibuprofen(service)
    shown = run("rxnorm", "advil").output
    assert "Advil; Motrin" in shown
    assert "live, " in shown
    assert "UTC: RxNorm" in shown


def test_every_source_is_shown(service: PublicService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRONIS_KNOWLEDGE__EDGAR_CONTACT", CONTACT)
    monkeypatch.setenv("METRONIS_KNOWLEDGE__FINRA_CLIENT_ID", "client")
    monkeypatch.setenv("METRONIS_KNOWLEDGE__FINRA_CLIENT_SECRET", "a secret")
    documented.openfda_has_ibuprofen(service)
    documented.edgar_has_apple(service)
    documented.finra_has(service, CRD)
    display = {"name": "display", "valueString": "Diabetes mellitus"}
    service.gives("/CodeSystem/$lookup", {"resourceType": "Parameters", "parameter": [display]})
    assert "Liver warning" in run("openfda", "ibuprofen").output
    assert "Diabetes mellitus" in run("snomed", "73211009").output
    assert "320193" in run("edgar", "aapl").output
    assert "Example Securities" in run("finra", str(CRD)).output


@pytest.mark.parametrize(
    ("source", "setting"), [("edgar", "EDGAR_CONTACT"), ("finra", "FINRA_CLIENT_ID"), ("finra", "FINRA_CLIENT_SECRET")]
)
def test_a_missing_setting_is_named(service: PublicService, source: str, setting: str) -> None:
    error = refused(source, "1")
    assert isinstance(error, Misconfigured)
    assert f"METRONIS_KNOWLEDGE__{setting}" in str(error)
    assert service.asked == []


@pytest.mark.parametrize("contact", ["nobody", "a@example.org\nX-Other: 1", "é@example.org"])
def test_a_contact_that_the_sec_could_not_write_to_is_refused(
    service: PublicService, monkeypatch: pytest.MonkeyPatch, contact: str
) -> None:
    monkeypatch.setenv("METRONIS_KNOWLEDGE__EDGAR_CONTACT", contact)
    assert "METRONIS_KNOWLEDGE__EDGAR_CONTACT is wrong" in str(refused("edgar", "AAPL"))
    assert service.asked == []


def test_a_server_of_snomed_ct_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRONIS_KNOWLEDGE__SOURCE", "http")
    assert "METRONIS_KNOWLEDGE__SNOMED_URL" in str(refused("snomed", "73211009"))


def test_a_service_that_is_no_such_service_is_no_absence(service: PublicService) -> None:
    service.gives("/REST/rxcui.json", Reply(body=b"<html>"))
    assert isinstance(refused("rxnorm", "advil"), Unavailable)


@pytest.mark.parametrize("term", ["abc", "1234567890", "-1", ""])
def test_a_number_that_is_none_is_refused(service: PublicService, monkeypatch: pytest.MonkeyPatch, term: str) -> None:
    monkeypatch.setenv("METRONIS_KNOWLEDGE__FINRA_CLIENT_ID", "client")
    monkeypatch.setenv("METRONIS_KNOWLEDGE__FINRA_CLIENT_SECRET", "a secret")
    result = run("finra", "--", term)
    assert isinstance(result.exception, Reject)
    assert service.asked == []


def test_answers_are_kept_where_a_redis_is_named(
    service: PublicService, redis_server: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METRONIS_KNOWLEDGE__REDIS_URL", redis_server.url)
    documented.rxnorm_has_ibuprofen(service)
    run("rxnorm", "advil")
    asked = len(service.asked)
    assert "kept since " in run("rxnorm", "advil").output
    assert len(service.asked) == asked


def test_an_answer_cannot_change_the_terminal(service: PublicService) -> None:
    documented.rxnorm_has_ibuprofen(service)
    evil = {"name": "\x1b[2Jibuprofen", "tty": "IN"}
    service.gives(f"/REST/rxcui/{documented.RXCUI}/properties.json", {"properties": evil})
    assert "\x1b" not in run("rxnorm", "advil").output
    service.gives("/REST/rxcui.json", {"idGroup": {}})
    candidates = {"candidate": [{"name": "\x1b[2Jibuprofen"}]}
    service.gives("/REST/approximateTerm.json", {"approximateGroup": candidates})
    assert "\x1b" not in run("rxnorm", "\x1b[2Jx").output
