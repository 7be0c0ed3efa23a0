from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
import typer
from rich.console import Console, RenderableType

from api.app import create_app
from metronis.cli.client import Gateway
from metronis.cli.read import NONE_FIT, NOTHING_YET, listed, moment
from metronis.cli.reading import EmptyReader, GatewayReader, Reader, StoreReader
from metronis.cli.tables import stats_view, trace_lines
from metronis.clock import ManualClock
from metronis.demo.traces import demo_traces
from metronis.errors import NotFound
from schemas.topics import all_topic_names
from schemas.trace import Trace
from storage.clickhouse import ClickHouseStore
from storage.read import TraceFilter, TraceSummary
from storage.records import StoredEvaluation, StoredTrace, StoredVerdict
from storage.tables import EVALUATIONS, TRACES, VERDICTS
from streams.embedded import EmbeddedBroker
from tests.api.gateway import dependencies
from tests.builders import NOON
from tests.cli.bridge import client_of
from tests.cli.judges import Scripted
from tests.e2e.program import Program, run_cli

COUNT = 12


@pytest.fixture
def stored(store: ClickHouseStore, org_id: str) -> list[Trace]:
    """Traces of an organisation, oldest first, all with a verdict but the last."""
    script = {"decision": "fail", "scores": {"format": 0.9, "quality": 0.1, "refusal": None}}
    traces = [
        msgspec.structs.replace(trace, org_id=org_id, attributes=script) for trace in demo_traces(COUNT, now=NOON)
    ]
    verdicts = [Scripted().evaluate(trace) for trace in traces[:-1]]
    store.insert(TRACES, [StoredTrace(trace, NOON, "t/0/0") for trace in traces], f"{org_id}-traces")
    store.insert(VERDICTS, [StoredVerdict(verdict, "t/0/0") for verdict in verdicts], f"{org_id}-verdicts")
    rows = [StoredEvaluation(verdict, row) for verdict in verdicts for row in verdict.evaluations]
    store.insert(EVALUATIONS, rows, f"{org_id}-evaluations")
    return traces


@pytest.fixture(params=["store", "gateway"])
def reader(request: pytest.FixtureRequest, store: ClickHouseStore, tmp_path: Path) -> Iterator[Reader]:
    if request.param == "store":
        yield StoreReader(store)
        return
    broker = EmbeddedBroker(tmp_path / "log.sqlite")
    broker.ensure_topics(all_topic_names())
    with client_of(create_app(dependencies(broker, store))) as client:
        yield GatewayReader(Gateway(client, ManualClock(), random.Random(1)))
    broker.close()


def shown(what: RenderableType) -> str:
    out = io.StringIO()
    Console(file=out, width=80).print(what)
    return out.getvalue()


def test_a_trace_is_read_with_its_verdict(reader: Reader, stored: list[Trace], org_id: str) -> None:
    detail = reader.trace(org_id, stored[0].trace_id)
    assert detail.trace == stored[0]
    assert detail.verdict
    assert detail.verdict.decision == "fail"
    assert sorted(row.issue for row in detail.evaluations) == ["format", "quality", "refusal"]
    assert reader.trace(org_id, stored[-1].trace_id).verdict is None


def test_a_trace_that_is_not_there_is_not_found(reader: Reader, stored: list[Trace]) -> None:
    with pytest.raises(NotFound):
        reader.trace("another-organisation", stored[0].trace_id)


def test_lists_go_on_over_pages_up_to_the_limit(reader: Reader, stored: list[Trace], org_id: str) -> None:
    newest_first = [trace.trace_id for trace in reversed(stored)]
    filters = TraceFilter(org_id=org_id)
    assert [row.trace_id for row in listed(reader, filters, limit=100, page_size=5)] == newest_first
    assert [row.trace_id for row in listed(reader, filters, limit=7, page_size=5)] == newest_first[:7]


def test_lists_keep_to_their_filters(reader: Reader, stored: list[Trace], org_id: str) -> None:
    domain, since = stored[0].domain, stored[3].timestamp
    filters = TraceFilter(org_id=org_id, domain=domain, since=since, decision="fail", issue="format", min_risk=0.5)
    wanted = {trace.trace_id for trace in stored[3:-1] if trace.domain == domain}
    assert {row.trace_id for row in listed(reader, filters, limit=100)} == wanted


def test_statistics_add_up(reader: Reader, stored: list[Trace], org_id: str) -> None:
    text = shown(stats_view(reader.stats(org_id)))
    assert f"{COUNT} traces, 1 without a verdict yet, evaluated for $2.75" in text
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
    assert rows["t1"][:2] == ["11", "11"]
    assert rows["format"] == ["11", "11", "100%"]
    assert rows["sound"][:3] == ["11", "11", "11"]
    assert max(map(len, text.splitlines())) <= 80
    assert {trace.domain for trace in stored[:-1]} <= rows.keys()


def test_where_nothing_was_stored_nothing_is_made() -> None:
    assert list(listed(EmptyReader(), TraceFilter(org_id="default"), limit=5)) == []
    assert EmptyReader().stats("default").traces == 0
    with pytest.raises(NotFound):
        EmptyReader().trace("default", uuid4())


def summary(**fields: object) -> TraceSummary:
    facts = {
        "trace_id": UUID(int=7),
        "timestamp": NOON,
        "domain": "healthcare",
        "kind": "rag",
        "model": None,
        "session_id": None,
        "user_id": None,
        "tags": [],
        "latency_ms": None,
        "input": "What is the dose of a drug that has a very long name indeed, so long that it has to be cut?",
        "output": "",
    }
    return TraceSummary(**{**facts, **fields})  # type: ignore[arg-type] # the fields of the struct


def test_a_listed_trace_takes_two_lines_of_80_columns() -> None:
    judged = summary(decision="needs_review", risk=0.5, issues={"ungrounded": 0.5, "quality": 0.0})
    first, second = shown(trace_lines(judged, 80)).splitlines()
    assert first.split() == ["needs_review", "0.50", "healthcare", "rag", str(UUID(int=7))]
    assert second.startswith("  2026-03-01 12:00:00  ungrounded 0.50: What is the dose")
    assert len(first) <= 80
    assert len(second) <= 80
    assert "no verdict yet" in shown(trace_lines(summary(), 80))
    assert "\x1b" not in shown(trace_lines(summary(input="\x1b[2J", domain="\x1b"), 80))


def test_moments() -> None:
    assert moment("24h", ManualClock(NOON)) == NOON - timedelta(hours=24)
    assert moment("90m", ManualClock(NOON)) == NOON - timedelta(minutes=90)
    assert moment("2026-03-01T12:00:00Z") == moment("2026-03-01T12:00") == datetime(2026, 3, 1, 12, tzinfo=UTC)
    for wrong in ("yesterday", "5 h", "999999d", ""):
        with pytest.raises(typer.BadParameter, match="is no time"):
            moment(wrong)


def test_before_anything_was_sent_the_commands_say_what_to_do_next(tmp_path: Path) -> None:
    for command in ("traces", "stats"):
        done = run_cli(tmp_path, command)
        assert (done.returncode, done.stdout.decode().strip()) == (0, NOTHING_YET)
    assert run_cli(tmp_path, "trace", str(uuid4())).returncode == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_file_is_ingested_and_read_through_the_gateway_and_after_it_from_the_store(tmp_path: Path) -> None:
    data_dir, file = tmp_path / "data", tmp_path / "traces.jsonl"
    traces = demo_traces(40, now=NOON)
    file.write_bytes(b"".join(msgspec.json.encode(trace) + b"\n" for trace in traces) + b"{broken\n")
    program = Program(data_dir)
    try:
        program.start()
        sent = run_cli(data_dir, "ingest", str(file))
        assert sent.returncode == 1
        assert b"40 accepted, 1 rejected" in sent.stdout
        assert b"line 41" in sent.stderr
        again = run_cli(data_dir, "ingest", str(file))
        assert b"0 accepted, 0 rejected, 41 done by an earlier run" in again.stdout
        assert b"40 accepted" in run_cli(data_dir, "ingest", str(file), "--restart").stdout
        for trace in traces:
            program.settled(str(trace.trace_id))
        through_gateway = run_cli(data_dir, "traces", "--limit", "100", "--json")
        assert program.stop() == 0
    finally:
        program.close()
    from_store = run_cli(data_dir, "traces", "--limit", "100", "--json")
    assert from_store.stdout == through_gateway.stdout
    ids = [json.loads(line)["trace_id"] for line in from_store.stdout.splitlines()]
    assert ids == [str(trace.trace_id) for trace in reversed(traces)]
    explained = run_cli(data_dir, "trace", ids[0]).stdout.decode()
    assert ids[0] in explained
    assert "because" in explained
    assert NONE_FIT in run_cli(data_dir, "traces", "--domain", "nowhere").stdout.decode()
