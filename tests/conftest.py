"""One embedded store for the whole run, because a process can open only one. Tests keep apart by organisation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from storage.clickhouse import ClickHouseStore, open_embedded

pytest_plugins = [
    "tests.clickhouse.fixtures",
    "tests.kafka.fixtures",
    "tests.postgres.fixtures",
    "tests.redis.fixtures",
]


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the store of the run lives."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="session")
def store(store_folder: Path) -> Iterator[ClickHouseStore]:
    """The embedded store, migrated. Shared: use an organisation of your own."""
    opened = open_embedded(store_folder)
    yield opened
    opened.close()


@pytest.fixture
def org_id() -> str:
    """An organisation that no other test has."""
    return f"org-{uuid4().hex}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where no test may be skipped (continuous integration), say which were."""
    for report in terminalreporter.stats.get("skipped", []) if skips_fail() else []:
        terminalreporter.write_line(f"SKIPPED, which fails this run: {report.nodeid}", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if skips_fail() and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def skips_fail() -> bool:
    return bool(os.environ.get("METRONIS_TEST_NO_SKIPS"))
