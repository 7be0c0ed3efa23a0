"""Agreement with labelled sets: `metronis eval` over each file of a folder, beside the length of the output alone.

    python -m bench.accuracy FOLDER

FOLDER holds one JSONL file of labelled traces a set, in the public form (docs/reference/report.md says what `expected`
means). The sets of the committed result are public: RAGTruth, HaluEval, FaithBench, WiCE, XSTest, PyRIT's scorer
evaluations, OpenAI's moderation evaluation, FinanceBench and GSM8K solutions. Nothing was fitted on their test parts.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.machine import save
from processors.scoring import auroc

FIELDS = ("traces", "positives", "coverage", "precision", "recall", "f1", "auroc")


def evaluated(file: Path) -> dict[str, Any]:
    """The report of one set."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "metronis", "eval", str(file), "--report", str(report)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return found


def length_auroc(file: Path, code: str) -> float | None:
    """AUROC of the output's (or else the input's) length: what a score must beat to mean anything."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    labelled = [row for row in rows if code in row["expected"]["labelled"]]
    value = auroc((len(_judged_text(row)), code in row["expected"]["issues"]) for row in labelled)
    return None if value is None else max(value, 1 - value)


def _judged_text(row: dict[str, Any]) -> str:
    return str(row.get("output") or row.get("input"))


def main(folder: Annotated[Path, typer.Argument(help="Folder of JSONL files.", exists=True, file_okay=False)]) -> None:
    """Measure every set and write bench/results/accuracy.json."""
    sets = []
    for file in track(sorted(folder.glob("*.jsonl")), description="evaluating"):
        report = evaluated(file)
        for code, scores in report["metrics"]["overall"]["issues"].items():
            row = {"set": file.stem, "issue": code, **{field: scores[field] for field in FIELDS}}
            sets.append({**row, "length_auroc": length_auroc(file, code)})
    shown = Table("set", "issue", *FIELDS, "length alone")
    for row in sets:
        shown.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in row.values()))
    Console().print(shown)
    print(f"written to {save('accuracy', {'sets': sets})}")


if __name__ == "__main__":
    typer.run(main)
