"""A judge whose verdicts a test chooses: each trace says in its attributes what is to be said of it."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from metronis.cli.judging import Judge, PipelineJudge
from metronis.errors import Unsanitised
from metronis.settings import load
from processors.cascade import abstained, issue_scores, risk_of
from schemas.trace import Trace
from schemas.verdict import TierUse, Verdict, verdict_id
from tests.builders import NOON, evaluation


class Scripted:
    """`attributes`: `decision`, `scores` (code → score, None to abstain; 0.7 or more is a fail), `unsanitised`."""

    def evaluate(self, trace: Trace) -> Verdict:
        script = trace.attributes
        if script.get("killed"):
            os.kill(os.getpid(), signal.SIGKILL)
        if script.get("unsanitised"):
            raise Unsanitised("detection failed")
        rows = [
            evaluation(
                issue=code, score=score, outcome="abstain" if score is None else "fail" if score >= 0.7 else "pass"
            )
            for code, score in script.get("scores", {}).items()
        ]
        return Verdict(
            verdict_id=verdict_id(trace.org_id, trace.trace_id, "test-1", "t1"),
            trace_id=trace.trace_id,
            org_id=trace.org_id,
            domain=trace.domain,
            kind=trace.kind,
            timestamp=trace.timestamp,
            decided_at=NOON,
            decision=script.get("decision", "pass"),
            risk=risk_of(rows),
            tier="t1",
            reason="so it was written",
            policy_version="test-1",
            issues=issue_scores(rows),
            abstained=abstained(rows),
            tiers=[TierUse("t0", 100.0, 0.0), TierUse("t1", script.get("duration_us", 200.0), 0.25)],
            evaluations=rows,
        )


@dataclass(frozen=True)
class ScriptedJudge:
    """Makes judges of Scripted; crosses to other processes, and notes in which it was called."""

    folder: Path | None = None

    def __call__(self) -> Judge:
        if self.folder:
            (self.folder / str(os.getpid())).touch()
        return PipelineJudge(Scripted(), load().ingest, NOON)
