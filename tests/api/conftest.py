"""Async tests run on asyncio; the log is the embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.topics import all_topic_names
from streams.embedded import EmbeddedBroker


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    broker = EmbeddedBroker(tmp_path / "log.sqlite")
    broker.ensure_topics(all_topic_names())
    yield broker
    broker.close()
