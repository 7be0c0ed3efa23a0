from __future__ import annotations

import io
import json
import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from rich.console import Console
from typer.testing import CliRunner

from metronis.cli import app
from metronis.cli.replay import chosen_policies, diff_view, replayed
from metronis.clock import ManualClock
from metronis.demo.traces import demo_traces
from metronis.errors import Misconfigured
from metronis.flips import Diff, DiffTally, DomainChange, EvaluatorFlip, Example, Flip
from metronis.replay_sources import StoredTraces
from processors.evaluator import Fail
from storage.clickhouse import ClickHouseStore
from storage.history import Period
from tests.builders import NOON, Says, policy
from tests.e2e.program import Program, run_cli
from tests.storage.rows import minutes, new_trace, put_traces, put_verdicts, verdict_of

DIFF = Diff(
    judged=1_200,
    unchanged=1_163,
    flips=[
        Flip(
            before="pass",
            after="fail",
            traces=37,
            examples=[
                Example(
                    trace_id=UUID(int=7),
                    domain="healthcare",
                    reason_before="nothing found by any evaluator that applies",
                    reason_after="refusal: The output declines: “I'm \x1b[2Jnot able”." + " and on" * 50,
                )
            ],
        )
    ],
    evaluators=[EvaluatorFlip(evaluator=f"evaluator_{n}", before="pass", after="fail", traces=37) for n in range(25)],
    domains=[
        DomainChange(
            domain="healthcare",
            policy_version="healthcare-12-a07d85a1",
            judged=1_200,
            flipped=37,
            before={"pass": 1_000, "fail": 150, "needs_review": 50},
            after={"pass": 963, "fail": 187, "needs_review": 50},
        )
    ],
    skipped={"already judged under healthcare-12-a07d85a1": 300, "no verdict yet": 2},
)


def shown(diff: Diff, *, dry_run: bool = False) -> str:
    out = io.StringIO()
    Console(file=out, width=80).print(diff_view(diff, dry_run=dry_run))
    return out.getvalue()


def refused(file: Path | None, domain: str | None) -> str:
    with pytest.raises(Misconfigured) as error:
        chosen_policies(file, domain)
    return str(error.value)


def test_what_flipped_is_shown_in_80_columns() -> None:
    text = shown(DIFF)
    assert "1,200 judged again, 37 flipped, 96.9% unchanged; the new verdicts are stored" in text
    assert "300 not judged again: already judged under healthcare-12-a07d85a1" in text
    assert "healthcare-12-a07d85a1    1,200        37    -37    +37              0" in text
    assert "and 5 more; --json has all" in text
    assert f"pass → fail  {UUID(int=7)}  healthcare" in text
    assert "was  nothing found by any evaluator that applies" in text
    assert "now  refusal: The output declines" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text
    assert "a dry run: nothing was written" in shown(DIFF, dry_run=True)


def test_where_nothing_is_judged_the_reason_is_said() -> None:
    nothing = DiffTally().diff()
    assert shown(nothing).strip() == "no traces in this period"
    text = shown(msgspec.structs.replace(nothing, skipped={"no verdict yet": 2}))
    assert text.splitlines() == ["nothing to judge again", "2 not judged again: no verdict yet"]


def test_progress_counts_every_trace(store: ClickHouseStore, org_id: str) -> None:
    class Slow(ManualClock):
        def monotonic_ns(self) -> int:
            self.elapsed_ns += 1_000_000_000
            return self.elapsed_ns

    traces = [new_trace(org_id, timestamp=minutes(number)) for number in range(5)]
    put_traces(store, traces)
    put_verdicts(store, *(verdict_of(trace, policy_version="old") for trace in traces))
    out = io.StringIO()
    bad = Says(result=Fail(score=0.9, severity="high", label="bad", explanation="it is bad"))
    policies = {"general": policy(bad, version="new", budget_us=1e9)}
    span = Period(org_id=org_id, since=NOON, until=minutes(9))
    source = StoredTraces(store, span)
    diff = replayed(source, store, policies, Slow(NOON), Console(file=out), dry_run=True)
    assert [(flip.before, flip.after, flip.traces) for flip in diff.flips] == [("pass", "fail", 5)]
    assert "judging again: 5 traces" in out.getvalue()
    assert "100%" in out.getvalue()


def test_a_policy_file_is_for_its_own_domain(tmp_path: Path) -> None:
    file = tmp_path / "strict.yaml"
    file.write_text("extends: legal\nversion: 2\n")
    policies, domain = chosen_policies(file, None)
    assert (domain, list(policies), policies["legal"].version[:8]) == ("legal", ["legal"], "legal-2-")
    assert chosen_policies(file, "legal")[1] == "legal"
    assert "is a policy for legal, not for trading" in refused(file, "trading")
    assert "no domain is called 'lega'; choose from general" in refused(None, "lega")
    assert "cannot read" in refused(tmp_path / "none.yaml", None)


def test_help_describes_every_option() -> None:
    result = CliRunner().invoke(app, ["replay", "--help"], env={"COLUMNS": "80"})
    assert result.exit_code == 0
    for line in result.output.splitlines():
        if "--" in line and line.startswith("│"):
            assert len(line.split()) > 3, line


def test_where_nothing_was_stored_nothing_is_made(tmp_path: Path) -> None:
    done = run_cli(tmp_path, "replay", "--since", "7d")
    assert (done.returncode, done.stdout.decode().strip()) == (0, "no traces in this period")
    assert json.loads(run_cli(tmp_path, "replay", "--since", "7d", "--json").stdout)["judged"] == 0
    assert run_cli(tmp_path, "replay").returncode == 2
    assert not list(tmp_path.iterdir())


def test_an_empty_period_is_refused(tmp_path: Path) -> None:
    done = run_cli(tmp_path, "replay", "--since", "7d", "--until", "8d")
    assert done.returncode == 2
    assert b"is not before --until" in done.stderr


@pytest.mark.slow
def test_a_store_that_was_filled_by_the_stack_is_replayed_once_it_is_stopped(tmp_path: Path) -> None:
    data_dir, file, strict = tmp_path / "data", tmp_path / "traces.jsonl", tmp_path / "strict.yaml"
    traces = demo_traces(40, now=NOON)
    file.write_bytes(b"".join(msgspec.json.encode(trace) + b"\n" for trace in traces))
    strict.write_text("extends: general\nversion: 2\ncascade: {pass_at: 0.0, fail_at: 1.0}\n")
    since = (NOON - timedelta(days=2)).isoformat()
    command = ("replay", "--since", since, "--policy", str(strict), "--json")
    program = Program(data_dir)
    try:
        program.start()
        assert run_cli(data_dir, "ingest", str(file)).returncode == 0
        program.finish()
        running = run_cli(data_dir, *command)
        assert running.returncode == 2
        assert b"is open in process" in running.stderr
        assert program.stop() == 0
    finally:
        program.close()
    today = json.loads(run_cli(data_dir, "replay", "--since", since, "--json").stdout)
    assert (today["judged"], sum(today["skipped"].values())) == (0, 40)
    dry, first, second = (json.loads(run_cli(data_dir, *command, *more).stdout) for more in (["--dry-run"], [], []))
    assert dry == {**first, "dry_run": True, "period": dry["period"]}
    assert first["judged"] == sum(trace.domain == "general" for trace in traces)
    assert {flip["after"] for flip in first["flips"]} == {"needs_review"}
    assert second["judged"] == 0
    listed = run_cli(data_dir, "traces", "--domain", "general", "--json").stdout.splitlines()
    assert {json.loads(line)["decision"] for line in listed} == {"needs_review"}


@pytest.mark.slow
def test_a_store_that_was_lost_is_made_anew_from_the_log(tmp_path: Path) -> None:
    data_dir, file = tmp_path / "data", tmp_path / "traces.jsonl"
    traces = demo_traces(30, now=NOON)
    file.write_bytes(b"".join(msgspec.json.encode(trace) + b"\n" for trace in traces))
    command = ("replay", "--since", (NOON - timedelta(days=2)).isoformat(), "--json", "--from-log")
    program = Program(data_dir)
    try:
        program.start()
        assert run_cli(data_dir, "ingest", str(file)).returncode == 0
        program.finish()
        assert program.stop() == 0
    finally:
        program.close()
    before = run_cli(data_dir, "traces", "--limit", "100", "--json").stdout.splitlines()
    shutil.rmtree(data_dir / "store")
    first, second = (json.loads(run_cli(data_dir, *command).stdout) for _ in range(2))
    assert (first["first"], first["restored"], first["judged"]) == (30, 30, 0)
    assert (second["first"], second["restored"], sum(second["skipped"].values())) == (0, 0, 30)
    assert run_cli(data_dir, "traces", "--limit", "100", "--json").stdout.splitlines() == before
    assert run_cli(data_dir, "audit").returncode == 0


def test_what_was_lost_is_said(tmp_path: Path) -> None:
    lost = msgspec.structs.replace(DiffTally().diff(), first=12, restored=3)
    text = shown(lost)
    assert text.splitlines() == [
        "12 judged for the first time; the new verdicts are stored",
        "3 are back in the store, which lacked them",
    ]
    assert "3 would be back" in shown(lost, dry_run=True)
    assert run_cli(tmp_path / "none", "replay", "--since", "7d", "--from-log").stdout == b"no traces in this period\n"
    assert not (tmp_path / "none").exists()
