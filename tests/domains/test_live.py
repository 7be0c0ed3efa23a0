"""Live domains: an edit, a new folder and a deletion count without a restart; what becomes wrong stays as it was."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from domains.live import LOOK_AGAIN_S, LOOK_EVERY_S, LiveDomains, LivePolicies
from metronis.clock import ManualClock
from monitoring.metrics import DOMAINS_BROKEN
from tests.domains.written import PLANETS, changed, write


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def live(tmp_path: Path, clock: ManualClock) -> LiveDomains:
    write(tmp_path)
    return LiveDomains(tmp_path, clock)


def fail_at(live: LiveDomains) -> float:
    return live.current()["space"].policy.fail_at


def test_an_edit_counts_when_it_is_time_to_look(live: LiveDomains, clock: ManualClock, tmp_path: Path) -> None:
    write(tmp_path, changed("fail_at: 0.7", "fail_at: 0.9"))
    clock.sleep(LOOK_EVERY_S / 2)
    assert fail_at(live) == 0.7
    clock.sleep(LOOK_EVERY_S / 2)
    assert fail_at(live) == 0.9


def test_an_edit_of_a_table_counts(live: LiveDomains, clock: ManualClock, tmp_path: Path) -> None:
    before = live.current()["space"].policy.version
    write(tmp_path, planets=PLANETS.replace("5.0", "5.02"))
    clock.sleep(LOOK_EVERY_S)
    assert live.current()["space"].policy.version != before


def test_what_has_not_changed_is_the_same_object(live: LiveDomains, clock: ManualClock, tmp_path: Path) -> None:
    before = live.current()
    clock.sleep(LOOK_EVERY_S)
    assert live.current() is before
    write(tmp_path, changed("fail_at: 0.7", "fail_at: 0.9"))
    clock.sleep(LOOK_EVERY_S)
    after = live.current()
    assert after is not before
    assert after["healthcare"] is before["healthcare"]


def test_what_extends_an_edited_domain_changes_with_it(tmp_path: Path, clock: ManualClock) -> None:
    write(tmp_path)
    write(tmp_path, "name: moon\nextends: space\n", "moon")
    live = LiveDomains(tmp_path, clock)
    write(tmp_path, changed("fail_at: 0.7", "fail_at: 0.9"))
    clock.sleep(LOOK_EVERY_S)
    assert live.current()["moon"].policy.fail_at == 0.9


def test_a_new_folder_and_a_deletion_count(live: LiveDomains, clock: ManualClock, tmp_path: Path) -> None:
    write(tmp_path, "name: moon\nextends: space\n", "moon")
    clock.sleep(LOOK_EVERY_S)
    assert "moon" in live.current()
    shutil.rmtree(tmp_path / "moon")
    clock.sleep(LOOK_EVERY_S)
    assert "moon" not in live.current()
    assert "space" in live.current()


def test_a_folder_that_comes_later_counts(tmp_path: Path, clock: ManualClock) -> None:
    live = LiveDomains(tmp_path / "domains", clock)
    (tmp_path / "domains").mkdir()
    write(tmp_path / "domains")
    clock.sleep(LOOK_EVERY_S)
    assert "space" in live.current()


def test_an_unknown_name_is_looked_for_at_once_but_not_all_the_time(
    live: LiveDomains, clock: ManualClock, tmp_path: Path
) -> None:
    write(tmp_path, "name: moon\nextends: space\n", "moon")
    clock.sleep(LOOK_AGAIN_S / 2)
    assert live.find("moon") is None
    clock.sleep(LOOK_AGAIN_S / 2)
    assert live.find("moon") is not None
    write(tmp_path, "name: sun\nextends: space\n", "sun")
    clock.sleep(LOOK_AGAIN_S / 2)
    assert live.find("sun") is None


def test_a_domain_that_becomes_wrong_stays_as_it_was(live: LiveDomains, clock: ManualClock, tmp_path: Path) -> None:
    before = live.current()["space"]
    for wrong in (changed("value: speed\n", "value: sped\n"), "name: ["):
        write(tmp_path, wrong)
        clock.sleep(LOOK_EVERY_S)
        with capture_logs() as logs:
            assert live.current()["space"] is before
        assert DOMAINS_BROKEN._value.get() == 1
        (said,) = logs
        assert (said["event"], said["domain"], said["stands_in"]) == ("a domain is wrong", "space", True)
        assert "spec.yaml, line" in said["problem"]
    write(tmp_path, changed("fail_at: 0.7", "fail_at: 0.9"))
    clock.sleep(LOOK_EVERY_S)
    assert fail_at(live) == 0.9
    assert DOMAINS_BROKEN._value.get() == 0


def test_a_domain_that_is_wrong_at_the_start_takes_no_other_down(tmp_path: Path, clock: ManualClock) -> None:
    write(tmp_path, "name: [")
    live = LiveDomains(tmp_path, clock)
    assert "space" not in live.current()
    assert "general" in live.current()


def test_threads_that_ask_for_a_new_domain_all_get_it(live: LiveDomains, clock: ManualClock, tmp_path: Path) -> None:
    write(tmp_path, "name: moon\nextends: space\n", "moon")
    clock.sleep(LOOK_EVERY_S)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(live.find, ["moon"] * 32))
    assert all(found)


def test_policies_are_those_of_the_domains_as_they_are(live: LiveDomains, clock: ManualClock, tmp_path: Path) -> None:
    policies = LivePolicies(live)
    count = len(policies)
    assert "moon" not in policies
    write(tmp_path, "name: moon\nextends: space\ncascade: {fail_at: 0.9}\n", "moon")
    clock.sleep(LOOK_EVERY_S)
    assert policies["moon"].fail_at == 0.9
    assert (len(policies), set(policies)) == (count + 1, {*live.current()})
    with pytest.raises(KeyError):
        policies["mars"]
