"""Agreement of tier 1 with the labelled traces of every domain: `metronis eval` over `bench/labelled`.

    python -m bench.domain_accuracy

bench/labelled/README.md says how the traces were made. Nothing may be fitted on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.accuracy import evaluated
from bench.machine import save
from domains.catalogue import load_policies
from processors.policy import Policy

LABELLED = Path(__file__).parent / "labelled"


def measured(report: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """What a report comes to: verdicts on good and bad traces, and counts by issue code.

    Unlike the report's own recall, that of `fail` is over all bad traces, those that need a review too. uncovered: the
    codes of the domain that no trace was labelled for.
    """
    overall = report["metrics"]["overall"]
    verdicts, codes = overall["decision"], overall["issues"]
    failed, bad = verdicts["tp"] + verdicts["fp"], verdicts["positives"]
    return {
        "good": {"passed": verdicts["tn"], "failed": verdicts["fp"], "needs_review": verdicts["needs_review"]["pass"]},
        "bad": {"failed": verdicts["tp"], "needs_review": verdicts["needs_review"]["fail"], "passed": verdicts["fn"]},
        "precision": verdicts["tp"] / failed if failed else None,
        "recall": verdicts["tp"] / bad if bad else None,
        "issues": {code: {count: codes[code][count] for count in ("tp", "fp", "fn")} for code in sorted(codes)},
        "uncovered": sorted({planned.evaluator.issue for planned in policy.planned} - set(codes)),
    }


def verdict_table(domains: Mapping[str, Mapping[str, Any]]) -> Table:
    """A row a domain."""
    shown = Table(
        "domain", "good: passed", "failed", "review", "bad: failed", "review", "passed", "precision", "recall"
    )
    for name, row in domains.items():
        counts = [str(count) for side in ("good", "bad") for count in row[side].values()]
        shown.add_row(name, *counts, _ratio(row["precision"]), _ratio(row["recall"]))
    return shown


def issue_table(domains: Mapping[str, Mapping[str, Any]]) -> Table:
    """A row a domain and issue code."""
    shown = Table("domain", "issue", "tp", "fp", "fn")
    for name, row in domains.items():
        for code, counts in row["issues"].items():
            shown.add_row(name, code, *map(str, counts.values()))
    return shown


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def main() -> None:
    """Measure every domain and write bench/results/domain-accuracy.json."""
    policies = load_policies()
    files = sorted(LABELLED.glob("*.jsonl"))
    domains = {file.stem: measured(evaluated(file), policies[file.stem]) for file in track(files, "evaluating")}
    console = Console()
    console.print(verdict_table(domains), issue_table(domains))
    for name, row in domains.items():
        console.print(f"{name}, without any case: {', '.join(row['uncovered']) or 'none'}")
    print(f"written to {save('domain-accuracy', {'domains': domains})}")


if __name__ == "__main__":
    typer.run(main)
