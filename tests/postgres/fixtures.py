"""One PostgreSQL for the whole run; tests keep apart by databases of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres.server import PostgreSQL, installed, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    """A server that runs, which a test may stop, and must leave running.

    Skips where PostgreSQL is missing, which fails the run where METRONIS_TEST_NO_SKIPS is set.
    """
    try:
        installed("postgres")
    except RuntimeError as error:
        pytest.skip(str(error))
    with running_postgres() as server:
        yield server
