"""What is stored, as lines and tables: lists of traces, and counts of verdicts, issues, evaluators and tiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from metronis.cli.render import COLOURS, dollars, duration, excerpt, percent, printable, table
from processors.scoring import share
from schemas.verdict import DECISIONS
from storage.read import DecisionCount, EvaluatorCount, IssueCount, Stats, TierTotal, TraceSummary

WAITING = "no verdict yet"
MOST_ROWS = 20
"""Of issues and of evaluators: those with the most findings."""


def trace_lines(row: TraceSummary, width: int) -> Text:
    """Two lines: verdict, risk, domain, kind and id; then time, worst issue and the beginning of the input."""
    risk = "   –" if row.risk is None else f"{row.risk:.2f}"
    domain = excerpt(row.domain, 11)
    head = Text.assemble((f"{row.decision or WAITING:<14}", COLOURS.get(row.decision or "", "dim")))
    head.append(f" {risk} {domain:<11} {row.kind:<7} {row.trace_id}")
    worst = max(row.issues.items(), key=lambda item: item[1], default=("", 0.0))
    issue = f"{printable(worst[0])} {worst[1]:.2f}: " if worst[1] >= 0.005 else ""
    start = f"  {row.timestamp:%Y-%m-%d %H:%M:%S}  {issue}"
    rest = excerpt(row.input or row.output or "no text", max(20, width - len(start)))
    return Text.assemble(head, "\n", (start + rest, "dim"))


def stats_view(stats: Stats) -> Group:
    """All that `metronis stats` says."""
    judged = sum(row.traces for row in stats.decisions)
    waiting = f", {stats.traces - judged:,} without a verdict yet" if judged < stats.traces else ""
    cost = dollars(sum(row.cost_usd for row in stats.decisions))
    return Group(
        Text(f"{stats.traces:,} traces{waiting}, evaluated for {cost}", style="bold"),
        verdict_table(stats.decisions),
        tier_totals(stats.tiers, stats.decisions),
        issue_table(stats.issues),
        evaluator_table(stats.evaluators),
    )


def verdict_table(rows: Iterable[DecisionCount]) -> Table:
    """Verdicts by domain."""
    counts: dict[str, Counter[str]] = {}
    costs: dict[str, float] = {}
    for row in rows:
        counts.setdefault(row.domain, Counter())[row.decision] += row.traces
        costs[row.domain] = costs.get(row.domain, 0.0) + row.cost_usd
    shown = table("domain", *(f">{decision}" for decision in DECISIONS), ">traces", ">failing", ">cost")
    for domain, found in counts.items():
        cells = [f"{found[decision]:,}" for decision in DECISIONS]
        failing = percent(share(found["fail"], found.total()))
        shown.add_row(Text(printable(domain)), *cells, f"{found.total():,}", failing, dollars(costs[domain]))
    return shown


def tier_totals(tiers: Iterable[TierTotal], decisions: Sequence[DecisionCount]) -> Table:
    """What each tier saw, settled and took."""
    settled: Counter[str] = Counter()
    for row in decisions:
        settled[row.tier] += row.traces
    shown = table("tier", ">traces", ">decided", ">mean time", ">total", ">cost")
    for tier in tiers:
        mean = duration(tier.duration_us / tier.traces)
        total = duration(tier.duration_us)
        cells = (f"{tier.traces:,}", f"{settled[tier.tier]:,}", mean, total, dollars(tier.cost_usd))
        shown.add_row(tier.tier, *cells)
    return shown


def issue_table(rows: Iterable[IssueCount]) -> Table:
    """How often each issue was found, the commonest first."""
    shown = table("issue", ">judged", ">found", ">share")
    ordered = sorted(rows, key=lambda row: (-row.failed, row.issue))
    for row in ordered[:MOST_ROWS]:
        found = percent(share(row.failed, row.judged))
        shown.add_row(Text(printable(row.issue)), f"{row.judged:,}", f"{row.failed:,}", found)
    shown.caption = _more(len(ordered))
    return shown


def evaluator_table(rows: Iterable[EvaluatorCount]) -> Table:
    """What became of each evaluator, those with most errors and findings first: outcomes where it said something, `not
    run` for all other reasons."""
    counts: dict[str, Counter[str]] = {}
    times_us: dict[str, float] = {}
    for row in rows:
        word = row.outcome or ("error" if row.disposition == "failed" else "not run")
        counts.setdefault(row.evaluator, Counter())[word] += row.traces
        times_us[row.evaluator] = times_us.get(row.evaluator, 0.0) + row.duration_us
    words = ("pass", "fail", "abstain", "error", "not run")
    shown = table("evaluator", *(f">{word}" for word in words), ">mean time")
    ordered = sorted(counts.items(), key=lambda item: (-item[1]["error"], -item[1]["fail"], item[0]))
    for evaluator, found in ordered[:MOST_ROWS]:
        ran = found.total() - found["not run"]
        mean = duration(times_us[evaluator] / ran) if ran else "–"
        shown.add_row(Text(printable(evaluator)), *(f"{found[word]:,}" for word in words), mean)
    shown.caption = _more(len(ordered))
    return shown


def _more(count: int) -> str | None:
    """What a table leaves out."""
    return f"and {count - MOST_ROWS:,} more; `metronis stats --json` has all" if count > MOST_ROWS else None
