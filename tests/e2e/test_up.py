"""The whole way of a trace on the running program: in over HTTP, sanitised, judged, stored, read back."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from metronis.demo.traces import demo_traces, planted_pii
from schemas.topics import TRACES_RAW
from streams.broker import Message
from streams.embedded import EmbeddedBroker
from tests.e2e.program import Program, run_cli

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("program") / "data")
    program.start()
    yield program
    program.close()


def log_of(program: Program) -> EmbeddedBroker:
    return EmbeddedBroker(program.data_dir / "log.sqlite")


def post_one(program: Program, trace: dict[str, Any]) -> str:
    answer = httpx.post(f"{program.url}/api/v1/traces", json=trace, timeout=30)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["trace_id"])


def test_a_trace_comes_back_with_its_verdict_and_every_evaluation(program: Program) -> None:
    trace_id = post_one(
        program,
        {
            "kind": "rag",
            "input": "When was the bridge opened?",
            "context": ["The bridge over the river was opened in 1859 and has two tracks."],
            "output": "The bridge was opened in 1923 by Queen Margrethe, and cost 48 million pounds.",
            "usage": {"input_tokens": 40, "output_tokens": 20},
        },
    )
    found = program.settled(trace_id)
    assert found["verdict"]["decision"] in ("fail", "needs_review")
    assert found["verdict"]["issues"]["ungrounded"] > 0.5
    assert [use["tier"] for use in found["verdict"]["tiers"]] == ["t0", "t1"]
    assert {row["disposition"] for row in found["evaluations"]} <= {"ran", "filtered"}
    assert found["trace"]["context"] == ["The bridge over the river was opened in 1859 and has two tracks."]


def test_the_same_trace_id_posted_twice_is_one_trace_and_the_first_one_counts(program: Program) -> None:
    trace_id, session = str(uuid4()), str(uuid4())
    for text in ("the first answer", "the second answer"):
        post_one(program, {"trace_id": trace_id, "session_id": session, "input": "Which one?", "output": text})
    marker = post_one(program, {"input": "Are we done?", "output": "Yes, we are done now."})
    assert program.settled(trace_id)["trace"]["output"] == "the first answer"
    program.settled(marker)
    listed = httpx.get(f"{program.url}/api/v1/traces", params={"session_id": session}, timeout=30).json()
    assert [row["trace_id"] for row in listed["items"]] == [trace_id]


def test_a_bulk_trace_goes_the_same_way(program: Program) -> None:
    answer = httpx.post(f"{program.url}/api/v1/traces?priority=bulk", json={"input": "Hi", "output": "Ho"}, timeout=30)
    assert answer.status_code == 202, answer.text
    assert program.settled(answer.json()["trace_id"])["verdict"]["decision"]


def test_two_organisations_may_use_the_same_id_and_neither_sees_the_other(program: Program) -> None:
    trace_id = str(uuid4())
    for org_id in ("north", "south"):
        post_one(program, {"trace_id": trace_id, "org_id": org_id, "input": "Who?", "output": f"It is {org_id} here."})
    for org_id in ("north", "south"):
        assert program.settled(trace_id, org_id)["trace"]["output"] == f"It is {org_id} here."
    assert program.trace(trace_id, "west") is None


HOSTILE = {
    "broken UTF-8": b'{"input": "\xff\xfe"}',
    "a lone surrogate": b'{"input": "\\ud800"}',
    "deep nesting": b'{"input": "x", "attributes": {"a": ' + b"[" * 3_000 + b"]" * 3_000 + b"}}",
    "a number out of range": b'{"input": "x", "latency_ms": 1e999}',
    "a huge integer": b'{"input": "x", "attributes": {"n": ' + b"9" * 400 + b"}}",
    "nothing at all": b"{}",
    "a wrong type": b'{"input": 5}',
    "an unknown field": b'{"imput": "x"}',
    "an unknown domain": b'{"input": "x", "domain": "astrology"}',
    "no object": b'"text"',
    "half an object": b'{"input": "x"',
}
FINE = {
    "NUL in a text": json.dumps({"input": "a\0b", "output": "a NUL is a character as well"}).encode(),
    "3 MB of text": json.dumps({"input": "long", "output": "many words in a row. " * 150_000}).encode(),
    "odd scripts": json.dumps({"input": "\u202eabc\u200b\U0001f9ff", "output": "مرحبا שלום 你好"}).encode(),
}


def test_every_item_of_a_hostile_batch_is_accounted_for(program: Program) -> None:
    twice = json.dumps({"trace_id": str(uuid4()), "input": "twice", "output": "the same one"}).encode()
    items = [*HOSTILE.values(), *FINE.values(), twice, twice]
    answer = httpx.post(
        f"{program.url}/api/v1/traces/batch",
        content=b"\n".join(items),
        headers={"content-type": "application/x-ndjson"},
        timeout=60,
    ).json()
    assert [row["index"] for row in answer["results"]] == list(range(len(items)))
    by_name = dict(zip([*HOSTILE, *FINE, "once", "again"], answer["results"], strict=True))
    for name in HOSTILE:
        error = by_name[name]["error"]
        assert by_name[name]["status"] == "rejected", name
        assert error["code"], name
        assert error["problem"], name
        assert error["mend"], name
    for name in (*FINE, "once", "again"):
        assert by_name[name]["status"] == "accepted", (name, by_name[name])
        program.settled(by_name[name]["trace_id"])


def test_hostile_bytes_on_the_topic_are_dead_lettered_whole_and_the_rest_goes_on(program: Program) -> None:
    log = log_of(program)
    good = str(uuid4())
    values = [*HOSTILE.values(), b"\xc3\x01garbage", b"", json.dumps({"trace_id": good, "input": "good"}).encode()]
    log.producer().send([Message(TRACES_RAW.name, b"hostile", value, {"try": b"1"}) for value in values])
    program.settled(good)
    dead = {record.value for record in log.read("traces.raw.quarantine", limit=1_000) if record.headers.get("try")}
    log.close()
    assert dead == set(values[:-1])


def test_planted_personal_data_is_nowhere_on_disk_outside_the_raw_topic(program: Program) -> None:
    traces = demo_traces(count=150, now=datetime.now(UTC))
    planted = {value for trace in traces for value in planted_pii(trace)}
    assert len(planted) > 10
    answer = program.post([msgspec.to_builtins(trace) for trace in traces])
    assert answer["rejected"] == 0
    read_back = [json.dumps(program.settled(str(trace.trace_id)), ensure_ascii=False) for trace in traces]
    assert {value for value in planted if any(value in text for text in read_back)} == set()
    assert {value for value in planted if on_disk(program.data_dir, value.encode())} == set()


PATIENT = "Odalys Quennell"
HIDDEN = {
    "a name in prose": (f"Is 5 mg enough for {PATIENT}?", PATIENT),
    "a record": (json.dumps({"patient_name": PATIENT, "mrn": 55102938}), "55102938"),
    "a date": ("She was born on March 14th, 1958 in Leicester.", "March 14th"),
    "an old age": ("He is 94 years old and lives at 27 Thornbury Crescent.", "94 years"),
    "URL-encoded": ("see https%3A%2F%2Fx.example.org%2F%3Fmail%3Dodalys.q%40example.org", "odalys.q"),
    "full-width digits": ("ssn １２３-４５-６７８９", "１２３-４５-６７８９"),
    "base64": ("payload " + base64.b64encode(b"mail odalys.q@example.org").decode(), "b2RhbHlzLnFAZXhhbXBsZS5vcmc"),
    "split by markup": ("call 212-<b>555</b>-0147 now", "555</b>-0147"),
    "a key": ("use AKIAIOSFODNN7EXAMPLE for the upload", "AKIAIOSFODNN7EXAMPLE"),
}


def test_planted_identifiers_are_nowhere_but_in_the_raw_topic_whatever_they_look_like(program: Program) -> None:
    """Not in other topics, store, vault, logs, metrics or answers, nor where a trace is refused or quarantined."""
    for domain in ("healthcare", "general"):
        for text, _ in HIDDEN.values():
            body = {"domain": domain, "input": text, "output": text, "attributes": {"patient": PATIENT, "note": text}}
            program.settled(post_one(program, body))
    refused = httpx.post(
        f"{program.url}/api/v1/traces", json={"input": PATIENT, "kind": HIDDEN["a key"][1], "odd": PATIENT}, timeout=30
    )
    bad = json.dumps({"domain": "nowhere", "input": PATIENT, "kind": PATIENT}).encode()
    log = log_of(program)
    log.producer().send([Message(TRACES_RAW.name, b"bad", bad)])
    program.settled(post_one(program, {"input": "after it"}))
    log.close()

    told = program.output() + httpx.get(f"{program.url}/metrics", timeout=30).text + refused.text
    for what, (_, value) in HIDDEN.items():
        assert not on_disk(program.data_dir, value.encode()), what
        assert value not in told, what
    assert not on_disk(program.data_dir, PATIENT.encode())
    assert PATIENT not in told


def on_disk(data_dir: Path, value: bytes) -> bool:
    """Whether the value stands in any topic but the raw one, or in any file beside the log."""
    with closing(sqlite3.connect(f"file:{data_dir}/log.sqlite?mode=ro", uri=True)) as log:
        found = log.execute(
            "SELECT count(*) FROM messages JOIN partitions ON messages.id >> 40 = partitions.id"
            " WHERE topic NOT LIKE 'traces.raw%' AND (instr(value, ?) OR instr(headers, ?) OR instr(key, ?))",
            (value, value, value),
        ).fetchone()[0]
    files = (file for file in data_dir.rglob("*") if file.is_file() and not file.name.startswith("log.sqlite"))
    return bool(found) or any(value in file.read_bytes() for file in files)


def test_reading_commands_ask_the_running_gateway(program: Program) -> None:
    trace_id = post_one(program, {"input": "What is shown?", "output": "This very sentence is shown."})
    program.settled(trace_id)
    done = run_cli(program.data_dir, "trace", trace_id)
    assert done.returncode == 0, done.stderr
    assert "This very sentence is shown." in done.stdout.decode()
    assert run_cli(program.data_dir, "trace", str(uuid4())).returncode == 1


def test_a_second_program_on_the_same_data_is_refused_in_one_sentence(program: Program) -> None:
    done = run_cli(program.data_dir, "gateway")
    assert done.returncode == 2
    assert str(program.children()["gateway"]) in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_metrics_of_every_process_are_served(program: Program) -> None:
    post_one(program, {"input": "Count me.", "output": "You are counted."})
    text = httpx.get(f"{program.url}/metrics", timeout=30).text
    for metric in (
        "metronis_traces_accepted_total",
        "metronis_verdicts_total",
        "metronis_evaluations_total",
        "metronis_rows_stored_total",
    ):
        assert metric in text


def test_sigterm_ends_it_with_nothing_left_running(tmp_path: Path) -> None:
    program = Program(tmp_path / "data")
    program.start()
    trace_id = post_one(program, {"input": "Before the end?", "output": "Just before the end."})
    children = program.children().values()
    assert program.stop() == 0, program.output()
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    program.start()
    assert program.settled(trace_id)["trace"]["output"] == "Just before the end."
    program.close()
