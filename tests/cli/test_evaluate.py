from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from metronis.cli.evaluate import Run, default_jobs, run_file
from metronis.cli.lines import LineFile
from metronis.errors import MetronisError, Misconfigured
from tests.cli.judges import ScriptedJudge

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/reference/report.schema.json").read_text())


def line(**fields: Any) -> str:
    return json.dumps({"input": "What is 2 + 2?", "output": "4", **fields})


def labelled(decision: str, expected: str, scores: dict[str, float | None], issues: list[str], **fields: Any) -> str:
    return line(
        attributes={"decision": decision, "scores": scores},
        expected={"decision": expected, "issues": issues, "labelled": ["refusal"]},
        **fields,
    )


def run(tmp_path: Path, *lines: str, jobs: int = 1) -> tuple[Run, dict[str, Any]]:
    source, report = tmp_path / "traces.jsonl", tmp_path / "report.json"
    source.write_text("\n".join(lines))
    with LineFile(str(source), 4_096) as file:
        done = run_file(file, ScriptedJudge(), jobs, report)
    content = json.loads(report.read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(content)
    return done, content


def test_the_report_says_of_each_trace_what_was_found_in_the_order_of_the_file(tmp_path: Path) -> None:
    _, report = run(
        tmp_path,
        line(
            trace_id="11111111-1111-4111-8111-111111111111",
            attributes={"decision": "fail", "scores": {"refusal": 0.9, "format": None, "quality": 0.1}},
        ),
        line(attributes={"decision": "needs_review"}),
    )
    first, second = report["traces"]
    assert first == {
        "trace_id": "11111111-1111-4111-8111-111111111111",
        "decision": "fail",
        "risk": 0.9,
        "tier": "t1",
        "cost_usd": 0.25,
        "issues": {"refusal": 0.9, "quality": 0.1},
        "abstained": ["format"],
    }
    assert second["decision"] == "needs_review"
    assert report["metrics"]["decisions"] == {"pass": 0, "fail": 1, "needs_review": 1}


def test_tiers_say_what_they_took(tmp_path: Path) -> None:
    done, _ = run(tmp_path, *(line(attributes={"duration_us": float(us)}) for us in range(1, 102)))
    t0, t1 = done.metrics.tiers
    assert (t0.tier, t0.traces, t0.decided, t0.mean_us, t0.cost_usd) == ("t0", 101, 0, 100.0, 0.0)
    assert (t1.tier, t1.traces, t1.decided) == ("t1", 101, 101)
    assert (t1.mean_us, t1.p50_us, t1.p95_us, t1.total_us) == pytest.approx((51.0, 51.0, 96.0, 5_151.0))
    assert t1.cost_usd == done.metrics.cost_usd == pytest.approx(101 * 0.25)


def test_scores_against_labels_by_domain_and_over_all(tmp_path: Path) -> None:
    done, report = run(
        tmp_path,
        labelled("fail", "fail", {"refusal": 0.9}, ["refusal"]),
        labelled("fail", "pass", {"refusal": 0.8}, []),
        labelled("needs_review", "fail", {"refusal": None}, ["refusal"]),
        labelled("pass", "pass", {"refusal": 0.0}, [], domain="legal"),
        labelled("pass", "fail", {"refusal": 0.4}, ["refusal"], domain="legal"),
        line(),
    )
    assert (done.metrics.labelled, done.metrics.evaluated) == (5, 6)
    general = report["metrics"]["domains"]["general"]
    assert general["issues"]["refusal"] == {
        "traces": 3,
        "positives": 2,
        "covered": 2,
        "coverage": pytest.approx(2 / 3),
        "tp": 1,
        "fp": 1,
        "fn": 1,
        "tn": 0,
        "precision": 0.5,
        "recall": 0.5,
        "f1": 0.5,
        "auroc": 0.5,
    }
    assert general["decision"]["needs_review"] == {"pass": 0, "fail": 1}
    overall = report["metrics"]["overall"]["issues"]["refusal"]
    assert (overall["tp"], overall["fp"], overall["fn"], overall["tn"]) == (1, 1, 2, 1)
    # Positives 0.9, 0, 0.4 against negatives 0.8, 0: 2 + ½ + 1 of 6.
    assert overall["auroc"] == pytest.approx(3.5 / 6)


def test_only_labelled_codes_count(tmp_path: Path) -> None:
    done, _ = run(
        tmp_path,
        line(
            attributes={"scores": {"refusal": 0.9, "quality": 0.9}},
            expected={"decision": "fail", "issues": ["quality"], "labelled": ["refusal", "refusal"]},
        ),
    )
    assert list(done.metrics.overall.issues) == ["refusal"]
    assert done.metrics.overall.issues["refusal"].fp == 1


def test_bad_lines_are_listed_with_line_field_and_mend_and_stop_nothing(tmp_path: Path) -> None:
    done, report = run(
        tmp_path,
        line(),
        "{broken",
        "",
        line(outputs="x"),
        line(input="x" * 5_000),
        line(attributes={"unsanitised": True}),
        line(),
    )
    assert done.metrics.traces == done.metrics.evaluated + done.metrics.rejected == 6
    assert len(report["traces"]) == 2
    assert [(row["line"], row["code"]) for row in report["rejected"]] == [
        (2, "malformed_json"),
        (4, "invalid_trace"),
        (5, "too_large"),
        (6, "unsanitised"),
    ]
    assert report["rejected"][1]["field"] == "$.outputs"
    assert "output" in report["rejected"][1]["mend"]


def test_at_most_twenty_bad_lines_are_shown_and_all_are_in_the_report(tmp_path: Path) -> None:
    done, report = run(tmp_path, *["{"] * 30)
    assert (len(done.shown), len(report["rejected"])) == (20, 30)


def test_several_processes_say_the_same_as_one(tmp_path: Path) -> None:
    lines = [
        line(input=f"Question {number}?", attributes={"scores": {"quality": number / 500}}) if number % 7 else "{"
        for number in range(500)
    ]
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    _, alone = run(tmp_path / "one", *lines)
    done, together = run(tmp_path / "two", *lines, jobs=2)
    assert together["traces"] == alone["traces"]
    assert together["rejected"] == alone["rejected"]
    assert done.metrics.jobs == 2


def test_a_process_that_is_killed_ends_the_run_with_a_sentence_and_no_report(tmp_path: Path) -> None:
    with pytest.raises(MetronisError, match="try fewer --jobs"):
        run(tmp_path, line(attributes={"killed": True}), jobs=2)
    assert [path.name for path in tmp_path.iterdir()] == ["traces.jsonl"]


def test_a_failed_run_leaves_the_last_report_alone(tmp_path: Path) -> None:
    run(tmp_path, line())
    before = (tmp_path / "report.json").read_text()
    with pytest.raises(MetronisError):
        run(tmp_path, line(attributes={"killed": True}), jobs=2)
    assert (tmp_path / "report.json").read_text() == before


@pytest.mark.parametrize("report", ["absent/report.json", "."])
def test_a_report_that_cannot_be_written_is_refused_before_anything_runs(tmp_path: Path, report: str) -> None:
    source, notes = tmp_path / "traces.jsonl", tmp_path / "notes"
    source.write_text(line())
    notes.mkdir()
    with LineFile(str(source), 4_096) as file, pytest.raises(Misconfigured, match="cannot write the report"):
        run_file(file, ScriptedJudge(notes), 1, tmp_path / report)
    assert not list(notes.iterdir())


def test_a_small_file_is_not_worth_processes() -> None:
    assert default_jobs(10_000) == 1
    assert default_jobs(None) == default_jobs(1 << 40) <= 8


def test_progress_away_from_a_terminal_is_plain_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, line())
    assert "\x1b" not in capsys.readouterr().err
