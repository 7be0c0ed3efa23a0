from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from api.app import create_app
from metronis.cli.client import MOST_TRIES, Gateway, Refusal
from metronis.cli.ingest import Checkpoint, Progress, Summary, send_file
from metronis.cli.lines import LineFile
from metronis.clock import ManualClock
from metronis.demo.traces import demo_traces
from metronis.errors import Unavailable
from metronis.settings import Settings, load
from schemas.topics import all_topic_names
from streams.embedded import EmbeddedBroker
from tests.api.gateway import dependencies, logged
from tests.builders import NOON
from tests.cli.bridge import client_of

URL = "http://gateway.test"
Handler = Callable[[httpx.Request], httpx.Response]


class FakeGateway:
    """Takes batches as the real one answers them; `rejects` are inputs that it refuses."""

    def __init__(self, *, rejects: str | None = None) -> None:
        self.rejects = rejects
        self.ids: list[str] = []
        self.batches: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["content-type"] == "application/x-ndjson"
        traces = [json.loads(line) for line in request.content.splitlines()]
        self.batches.append(len(traces))
        results = [self._result(index, trace) for index, trace in enumerate(traces)]
        accepted = sum(result["status"] == "accepted" for result in results)
        if not accepted:
            problem = {"type": "urn:x", "title": "t", "status": 422, "detail": "none", "code": "all_rejected"}
            return httpx.Response(422, json={**problem, "field": "$", "mend": "m", "results": results})
        return httpx.Response(202, json={"accepted": accepted, "rejected": len(traces) - accepted, "results": results})

    def _result(self, index: int, trace: dict[str, Any]) -> dict[str, Any]:
        if trace["input"] == self.rejects:
            error = {"code": "unknown_domain", "problem": "unknown domain", "field": "$.domain", "mend": "Use general"}
            return {"index": index, "status": "rejected", "error": error}
        self.ids.append(trace["trace_id"])
        return {"index": index, "status": "accepted", "trace_id": trace["trace_id"]}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("METRONIS_DATA_DIR", str(tmp_path / "data"))
    return load()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    broker = EmbeddedBroker(tmp_path / "log.sqlite", partitions=1)
    broker.ensure_topics(all_topic_names())
    yield broker
    broker.close()


def traces(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps({"input": f"Question {number}?"}) + "\n" for number in range(count)))
    return path


def send(
    file: Path, handler: Handler, settings: Settings, *, batch: int = 3, clock: ManualClock | None = None
) -> Summary:
    clock = clock or ManualClock()
    with (
        LineFile(str(file), settings.ingest.max_trace_bytes) as lines,
        httpx.Client(base_url=URL, transport=httpx.MockTransport(handler)) as client,
    ):
        gateway = Gateway(client, clock, random.Random(1))
        return send_file(lines, gateway, Checkpoint.of(str(file), URL, settings), batch, settings.ingest, clock)


def test_every_trace_is_sent_once_in_batches(tmp_path: Path, settings: Settings) -> None:
    gateway = FakeGateway()
    summary = send(traces(tmp_path / "traces.jsonl", 7), gateway, settings)
    assert (summary.accepted, summary.rejected) == (7, 0)
    assert gateway.batches == [3, 3, 1]
    assert len(set(gateway.ids)) == 7


def test_a_file_that_is_done_is_not_sent_again_unless_asked(tmp_path: Path, settings: Settings) -> None:
    gateway, file = FakeGateway(), traces(tmp_path / "traces.jsonl", 7)
    send(file, gateway, settings)
    again = send(file, gateway, settings)
    assert (again.accepted, again.skipped) == (0, 7)
    assert len(gateway.ids) == 7
    Checkpoint.of(str(file), URL, settings).save(Progress())
    send(file, gateway, settings)
    assert gateway.ids[7:] == gateway.ids[:7]


def test_a_run_that_broke_off_goes_on_after_what_was_acknowledged(tmp_path: Path, settings: Settings) -> None:
    gateway, file = FakeGateway(), traces(tmp_path / "traces.jsonl", 10)

    def dies_at_the_third_batch(request: httpx.Request) -> httpx.Response:
        if len(gateway.batches) == 2:
            raise httpx.ConnectError("connection refused")
        return gateway(request)

    with pytest.raises(Unavailable, match=f"in {MOST_TRIES} tries: connection refused"):
        send(file, dies_at_the_third_batch, settings)
    summary = send(file, gateway, settings)
    assert (summary.accepted, summary.skipped) == (4, 6)
    assert len(gateway.ids) == len(set(gateway.ids)) == 10


def test_an_answer_that_was_lost_does_not_make_a_second_trace(tmp_path: Path, settings: Settings) -> None:
    gateway = FakeGateway()

    def loses_the_first_answer(request: httpx.Request) -> httpx.Response:
        response = gateway(request)
        if len(gateway.batches) == 1:
            raise httpx.ReadError("connection reset")
        return response

    summary = send(traces(tmp_path / "traces.jsonl", 3), loses_the_first_answer, settings)
    assert (summary.accepted, summary.retries) == (3, 1)
    assert len(gateway.ids) == 6
    assert len(set(gateway.ids)) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_overload_is_waited_for_as_long_as_asked(tmp_path: Path, settings: Settings, status: int) -> None:
    gateway, clock = FakeGateway(), ManualClock()
    busy = [httpx.Response(status, headers={"Retry-After": "7"}), httpx.Response(status, headers={"Retry-After": "7"})]
    began = clock.now()
    file = traces(tmp_path / "traces.jsonl", 3)
    summary = send(file, lambda request: busy.pop() if busy else gateway(request), settings, clock=clock)
    assert (summary.accepted, summary.retries) == (3, 2)
    assert (clock.now() - began).total_seconds() == 14


def test_overload_without_end_is_given_up_with_a_sentence(tmp_path: Path, settings: Settings) -> None:
    calls = []

    def busy(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(429, json={"detail": "too much is waiting"})

    with pytest.raises(Unavailable, match="too much is waiting"):
        send(traces(tmp_path / "traces.jsonl", 3), busy, settings)
    assert len(calls) == MOST_TRIES


def test_bad_lines_are_listed_wherever_they_were_found(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "traces.jsonl"
    file.write_text('{"input": "good"}\n{broken\n{"input": "far"}\n{"outputs": "x"}\n{"input": "good too"}\n')
    summary = send(file, FakeGateway(rejects="far"), settings)
    assert (summary.accepted, summary.rejected) == (2, 3)
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("line ")]
    assert [line.split(":")[0] for line in said] == ["line 2", "line 3", "line 4"]
    assert "$.domain" in said[1]
    again = send(file, FakeGateway(), settings)
    assert (again.accepted, again.rejected, again.bad_before) == (0, 0, 3)


def test_a_batch_of_nothing_but_bad_traces_is_listed_too(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "traces.jsonl"
    file.write_text('{"input": "far"}\n' * 2)
    summary = send(file, FakeGateway(rejects="far"), settings)
    assert (summary.accepted, summary.rejected) == (0, 2)


def test_a_refused_request_ends_the_run_with_what_the_gateway_said(tmp_path: Path, settings: Settings) -> None:
    problem = {"detail": "900 traces, at most 100 are taken", "mend": "Send several smaller batches"}
    with pytest.raises(Refusal, match=r"at most 100 are taken \(413\)\. Send several smaller batches"):
        send(traces(tmp_path / "traces.jsonl", 3), lambda _: httpx.Response(413, json=problem), settings)


def test_a_file_that_changed_is_sent_from_its_beginning(tmp_path: Path, settings: Settings) -> None:
    gateway, file = FakeGateway(), traces(tmp_path / "traces.jsonl", 3)
    send(file, gateway, settings)
    assert send(traces(file, 4), gateway, settings).accepted == 4


def test_a_damaged_checkpoint_costs_a_resend_and_nothing_else(tmp_path: Path, settings: Settings) -> None:
    file = traces(tmp_path / "traces.jsonl", 3)
    send(file, FakeGateway(), settings)
    for saved in (settings.data_dir / "ingest").iterdir():
        saved.write_text("{")
    assert send(file, FakeGateway(), settings).accepted == 3


def test_the_real_gateway_takes_what_is_sent(
    tmp_path: Path, settings: Settings, broker: EmbeddedBroker, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "traces.jsonl"
    sent = demo_traces(150, now=NOON)
    good = [trace for trace in sent if trace.domain in ("general", "mining")]  # the domains of the gateway in tests
    file.write_bytes(b"".join(msgspec.json.encode(trace) + b"\n" for trace in sent))
    with (
        LineFile(str(file), settings.ingest.max_trace_bytes) as lines,
        client_of(create_app(dependencies(broker))) as client,
    ):
        gateway = Gateway(client, ManualClock(), random.Random(1))
        summary = send_file(lines, gateway, Checkpoint(None), 64, settings.ingest, ManualClock())
    assert (summary.accepted, summary.rejected) == (len(good), len(sent) - len(good))
    assert [msgspec.json.decode(record.value)["trace_id"] for record in logged(broker)] == [
        str(trace.trace_id) for trace in good
    ]
    assert "Use one of: general, mining" in " ".join(capsys.readouterr().err.split())
