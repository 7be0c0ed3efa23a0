"""The report of `metronis eval`: metrics gathered result by result, and report.json written as a stream."""

from __future__ import annotations

import os
import shutil
from array import array
from collections import Counter
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

import msgspec

from metronis import __version__
from metronis.cli.judging import Judged, Refused, Result
from metronis.errors import Misconfigured
from processors.scoring import DecisionScores, DecisionTally, IssueScores, IssueTally, share
from schemas.evaluation import TIERS, Tier
from schemas.verdict import DECISIONS

FORMAT_VERSION = 1

_JSON = msgspec.json.Encoder()


class TierMetrics(msgspec.Struct, frozen=True, kw_only=True):
    """traces: those that the tier looked at, decided: those that ended there. Times in microseconds a trace."""

    tier: Tier
    traces: int
    decided: int
    mean_us: float
    p50_us: float
    p95_us: float
    total_us: float
    cost_usd: float


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """Agreement with the labels: of the decisions, and by issue code. decision is None where nothing is labelled."""

    decision: DecisionScores | None
    issues: dict[str, IssueScores]


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of a run. traces: lines that were not blank; they are either evaluated or rejected."""

    traces: int
    evaluated: int
    rejected: int
    labelled: int
    decisions: dict[str, int]
    cost_usd: float
    wall_s: float
    traces_per_s: float | None
    jobs: int
    policy_versions: dict[str, str]
    tiers: list[TierMetrics]
    overall: Scores
    domains: dict[str, Scores]


class _ScoreTally:
    def __init__(self) -> None:
        self._decisions = DecisionTally()
        self._labelled = 0
        self._issues: dict[str, IssueTally] = {}

    def add(self, result: Judged) -> None:
        expected = result.expected
        if expected is None:
            return
        self._labelled += 1
        self._decisions.add(expected=expected.decision, decision=result.decision, risk=result.risk)
        for code in set(expected.labelled):
            self._issues.setdefault(code, IssueTally()).add(
                positive=code in expected.issues, flagged=code in result.flagged, score=result.issues.get(code)
            )

    def scores(self) -> Scores:
        return Scores(
            decision=self._decisions.scores() if self._labelled else None,
            issues={code: self._issues[code].scores() for code in sorted(self._issues)},
        )


class _TierTally:
    def __init__(self) -> None:
        self.decided = 0
        self._durations_us = array("d")
        self._cost_usd = 0.0

    def add(self, duration_us: float, cost_usd: float) -> None:
        self._durations_us.append(duration_us)
        self._cost_usd += cost_usd

    def metrics(self, tier: Tier) -> TierMetrics:
        durations = self._durations_us
        p50_us, p95_us = _p50_p95(durations)
        return TierMetrics(
            tier=tier,
            traces=len(durations),
            decided=self.decided,
            mean_us=share(sum(durations), len(durations)) or 0.0,
            p50_us=p50_us,
            p95_us=p95_us,
            total_us=sum(durations),
            cost_usd=self._cost_usd,
        )


def _p50_p95(values: array[float]) -> tuple[float, float]:
    if len(values) < 2:
        only = values[0] if values else 0.0
        return only, only
    cuts = quantiles(values, n=20, method="inclusive")
    return cuts[9], cuts[18]


class Summary:
    """Adds results up. Memory: a few dozen bytes a trace."""

    def __init__(self) -> None:
        self._decisions: Counter[str] = Counter({decision: 0 for decision in DECISIONS})
        self._tiers: dict[Tier, _TierTally] = {}
        self._policy_versions: dict[str, str] = {}
        self._overall = _ScoreTally()
        self._domains: dict[str, _ScoreTally] = {}
        self._rejected = 0
        self._labelled = 0
        self._cost_usd = 0.0

    def add(self, result: Result) -> None:
        """Count one result."""
        if isinstance(result, Refused):
            self._rejected += 1
            return
        self._decisions[result.decision] += 1
        self._policy_versions[result.domain] = result.policy_version
        self._cost_usd += result.cost_usd
        for use in result.tiers:
            self._tier(use.tier).add(use.duration_us, use.cost_usd)
        self._tier(result.tier).decided += 1
        self._labelled += result.expected is not None
        self._overall.add(result)
        self._domains.setdefault(result.domain, _ScoreTally()).add(result)

    def _tier(self, tier: Tier) -> _TierTally:
        return self._tiers.setdefault(tier, _TierTally())

    def metrics(self, *, wall_s: float, jobs: int) -> Metrics:
        """The figures of all that has been counted, over `wall_s` seconds of `jobs` processes."""
        evaluated = self._decisions.total()
        return Metrics(
            traces=evaluated + self._rejected,
            evaluated=evaluated,
            rejected=self._rejected,
            labelled=self._labelled,
            decisions=dict(self._decisions),
            cost_usd=self._cost_usd,
            wall_s=wall_s,
            traces_per_s=share(evaluated, wall_s),
            jobs=jobs,
            policy_versions=dict(sorted(self._policy_versions.items())),
            tiers=[self._tiers[tier].metrics(tier) for tier in TIERS if tier in self._tiers],
            overall=self._overall.scores(),
            domains={domain: self._domains[domain].scores() for domain in sorted(self._domains)},
        )


class _Spool:
    """Items of a JSON list on disk until their place in the report has come."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] = TemporaryFile(dir=folder)  # noqa: SIM115 - closed with the report
        self._empty = True

    def add(self, item: Any) -> None:
        self._file.write(b"" if self._empty else b",\n")
        self._file.write(_JSON.encode(item))
        self._empty = False

    def copy_to(self, out: IO[bytes]) -> None:
        self._file.seek(0)
        shutil.copyfileobj(self._file, out)

    def close(self) -> None:
        self._file.close()


class ReportFile:
    """report.json: appears whole or not at all. Raises Misconfigured at once where it could not be written.

    The format is described in docs/reference/report.md.
    """

    def __init__(self, path: Path) -> None:
        if path.is_dir():
            raise Misconfigured(f"cannot write the report: {path} is a folder; name a file in it")
        self._path = path
        try:
            self._traces, self._rejected = _Spool(path.parent), _Spool(path.parent)
        except OSError as error:
            raise Misconfigured(f"cannot write the report into {path.parent}/: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._traces.close()
        self._rejected.close()

    def add(self, result: Result) -> None:
        """Append one result; traces and rejected lines keep the order of the input."""
        if isinstance(result, Refused):
            self._rejected.add(result)
        else:
            self._traces.add({name: getattr(result, name) for name in _TRACE_FIELDS})

    def finish(self, source: str, metrics: Metrics) -> None:
        """Write the file and put it in its place."""
        head = {"version": FORMAT_VERSION, "metronis": __version__, "source": source, "metrics": metrics}
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            with draft.open("wb") as out:
                out.write(msgspec.json.format(_JSON.encode(head), indent=2).removesuffix(b"\n}"))
                for name, spool in (("traces", self._traces), ("rejected", self._rejected)):
                    out.write(f',\n  "{name}": [\n'.encode())
                    spool.copy_to(out)
                    out.write(b"\n  ]")
                out.write(b"\n}\n")
                out.flush()
                os.fsync(out.fileno())
            draft.replace(self._path)
        finally:
            draft.unlink(missing_ok=True)


_TRACE_FIELDS = ("trace_id", "decision", "risk", "tier", "cost_usd", "issues", "abstained")
