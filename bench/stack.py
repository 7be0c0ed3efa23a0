"""The processes that a measurement talks to, on the embedded sides or on real servers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

from tests.clickhouse.server import running_clickhouse
from tests.infra.deployment import Deployment, Role, on_servers, running_deployment
from tests.kafka.server import running_server

Log = Literal["embedded", "kafka"]
LOGS: tuple[Log, ...] = ("embedded", "kafka")
WHOLE: dict[Log, Sequence[Role]] = {"embedded": ("gateway", "worker"), "kafka": ("gateway", "worker", "sink")}
"""The processes of the whole pipeline; an embedded store has its sink in the gateway."""


@contextmanager
def running_stack(log: Log, roles: Sequence[Role]) -> Iterator[Deployment]:
    """These processes on fresh folders: on the embedded log and store, or on Kafka and a ClickHouse server.

    The servers share the machine with what is measured: a Kafka of one node, set up for a short start
    (`tests/kafka/server.py`), and the ClickHouse engine behind HTTP, one statement at a time (`tests/clickhouse`).
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        variables: dict[str, str] = {}
        if log == "kafka":
            for name in ("kafka", "clickhouse"):
                (folder / name).mkdir()
            kafka = stack.enter_context(running_server(folder / "kafka"))
            clickhouse = stack.enter_context(running_clickhouse(folder / "clickhouse"))
            variables = on_servers(kafka.address, clickhouse)
        yield stack.enter_context(running_deployment(folder, variables, roles))
