"""What the command line shows: verdicts, one verdict explained, tiers with their time and cost, and scores.

Everything reads in 80 columns and without colour, and no text of a trace can move the cursor or change the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from metronis.cli.judging import Refused
from metronis.cli.report import Metrics, TierMetrics
from processors.scoring import Agreement, share
from processors.subject import Subject
from schemas.evaluation import Evaluation, Evidence
from schemas.trace import Trace
from schemas.verdict import Verdict

COLOURS = {"pass": "green", "fail": "bold red", "needs_review": "yellow", "abstain": "dim"}
EXCERPT_CHARS = 160
AROUND_EVIDENCE_CHARS = 30
MAX_EVIDENCE = 3

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text with control characters (escape sequences, changes of direction) made visible."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def excerpt(text: str, chars: int = EXCERPT_CHARS) -> str:
    """The beginning of a text on one line."""
    line = " ".join(printable(text[: 4 * chars]).split())
    return line if len(line) <= chars else line[: chars - 1].rstrip() + "…"


def table(*columns: str, title: str | None = None) -> Table:
    """An empty table; columns whose name begins with `>` are right-aligned numbers."""
    empty = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
    for name in columns:
        number = name.startswith(">")
        empty.add_column(name.removeprefix(">"), justify="right" if number else "left", no_wrap=number)
    return empty


def coloured(word: str) -> Text:
    """A decision or outcome in its colour."""
    return Text(word, style=COLOURS.get(word, ""))


def dollars(cost_usd: float) -> str:
    """A cost; small ones keep two digits that count."""
    if cost_usd == 0:
        return "$0"
    return f"${cost_usd:,.2f}" if cost_usd >= 1 else f"${cost_usd:.2g}"


def duration(microseconds: float) -> str:
    """A time in the unit that suits it."""
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if microseconds >= size:
            return f"{microseconds / size:,.3g} {unit}"
    return f"{microseconds:.3g} µs"


def percent(part: float | None) -> str:
    """A share as a percentage; a dash where there is none."""
    return "–" if part is None else f"{part:.1%}".replace("100.0%", "100%")


def decision_counts(counts: Mapping[str, int]) -> Table:
    """How many traces got which decision."""
    shown = table("verdict", ">traces", ">share")
    total = sum(counts.values())
    for decision, count in counts.items():
        shown.add_row(coloured(decision), f"{count:,}", percent(share(count, total)))
    return shown


def tier_table(tiers: Iterable[TierMetrics]) -> Table:
    """What each tier took and settled."""
    shown = table("tier", ">traces", ">decided", ">mean", ">p50", ">p95", ">total", ">cost")
    for tier in tiers:
        times = map(duration, (tier.mean_us, tier.p50_us, tier.p95_us, tier.total_us))
        shown.add_row(tier.tier, f"{tier.traces:,}", f"{tier.decided:,}", *times, dollars(tier.cost_usd))
    return shown


def score_table(metrics: Metrics) -> Table:
    """Agreement with the labels by domain: of the decisions, and below it of each issue code."""
    shown = table("agreement", ">traces", ">bad", ">judged", ">prec", ">recall", ">F1", ">AUROC")
    domains = dict(metrics.domains)
    if len(domains) > 1:
        domains["all domains"] = metrics.overall
    for domain, scores in domains.items():
        if scores.decision is not None:
            shown.add_section()
            shown.add_row(Text(printable(domain), "bold"), *_agreement(scores.decision))
            for code, row in scores.issues.items():
                shown.add_row(Text(f"  {printable(code)}"), *_agreement(row))
    return shown


def _agreement(row: Agreement) -> list[str]:
    counts = [f"{row.traces:,}", f"{row.positives:,}", percent(row.coverage)]
    ratios = (row.precision, row.recall, row.f1, row.auroc)
    return counts + ["–" if ratio is None else f"{ratio:.3f}" for ratio in ratios]


def run_summary(metrics: Metrics) -> Group:
    """All that `metronis eval` says at the end."""
    speed = f"{metrics.traces_per_s:,.0f} traces/s" if metrics.traces_per_s else "no traces"
    processes = "1 process" if metrics.jobs == 1 else f"{metrics.jobs} processes"
    cost = dollars(metrics.cost_usd)
    parts: list[RenderableType] = [
        decision_counts(metrics.decisions),
        tier_table(metrics.tiers),
        Text(f"{metrics.evaluated:,} traces in {metrics.wall_s:,.1f} s: {speed} with {processes}, {cost} in all"),
    ]
    if metrics.labelled:
        parts += [Text(), score_table(metrics)]
    return Group(*parts)


def refused_line(row: Refused) -> Text:
    """A bad line: its number, the field, what is wrong and the mend."""
    mend = f". {printable(row.mend)}" if row.mend else ""
    return Text.assemble(
        (f"line {row.line}: ", "bold"), (printable(row.field), "cyan"), f": {printable(row.problem)}{mend}"
    )


def refused_lines(rows: Sequence[Refused], total: int, where: str) -> Group:
    """Bad lines, and how many more of them there are."""
    hidden = total - len(rows)
    more = [Text(f"and {hidden:,} more{where}", style="dim")] if hidden else []
    head = Text(f"{total:,} bad {'line' if total == 1 else 'lines'}", style="bold red")
    return Group(head, *map(refused_line, rows), *more)


def explained(trace: Trace, verdict: Verdict, evaluations: Iterable[Evaluation] | None = None) -> Group:
    """One verdict so that a person understands it: the decision, why, where to look, and what each evaluator said.

    `trace` as stored, after tier 0, because evidence points into that. `evaluations` default to the verdict's own.
    """
    rows = list(verdict.evaluations if evaluations is None else evaluations)
    spent = f"{dollars(verdict.cost_usd)}, {duration(sum(use.duration_us for use in verdict.tiers))}"
    facts = f"  risk {verdict.risk:.2f}, decided at {verdict.tier} for {spent}"
    return Group(
        Text.assemble((verdict.decision.upper(), COLOURS[verdict.decision]), facts),
        contents(trace, because=verdict.reason),
        *_findings(trace, rows),
        evaluation_table(row for row in rows if row.outcome in ("pass", "fail")),
        *_grouped(rows),
    )


def contents(trace: Trace, *, because: str = "") -> Table:
    """Which trace it is, why it was decided so, and the beginnings of its texts."""
    shown = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    shown.add_column(style="bold", no_wrap=True)
    shown.add_column()
    subject = Subject(trace)
    about = (trace.domain, trace.kind, trace.model, f"{trace.timestamp:%Y-%m-%d %H:%M:%S} UTC")
    parts = {
        "trace": str(trace.trace_id),
        "about": ", ".join(part for part in about if part),
        "because": because,
        "input": excerpt(subject.input_text),
        "context": excerpt(subject.context_text),
        "output": excerpt(subject.output_text),
        "features": excerpt(", ".join(f"{name} {value:g}" for name, value in trace.features.items())),
        "episode": _episode(trace),
    }
    for name, text in parts.items():
        if text:
            shown.add_row(name, Text(printable(text)))
    return shown


def _episode(trace: Trace) -> str:
    if trace.episode is None:
        return ""
    steps = trace.episode.steps
    return f"{len(steps):,} steps, reward {sum(step.reward for step in steps):g}"


def _findings(trace: Trace, rows: Iterable[Evaluation]) -> list[Text]:
    """What failed, worst first, each with the places to look at."""
    failed = sorted((row for row in rows if row.outcome == "fail"), key=lambda row: -(row.score or 0.0))
    found: list[Text] = []
    for row in failed:
        found.append(
            Text.assemble(
                "\n", (f"{row.severity} ", "red"), (printable(row.issue), "bold"), f": {printable(row.explanation)}"
            )
        )
        found += [_quoted(trace, place) for place in row.evidence[:MAX_EVIDENCE]]
    return found


def _quoted(trace: Trace, place: Evidence) -> Text:
    """`output 12-20  … before «evidence» after …`."""
    text = _field_text(trace, place.field)
    where = f"  {printable(place.field)} {place.start}-{place.end}"
    if text is None:
        return Text(where, style="dim")
    before = _one_line(text[max(0, place.start - AROUND_EVIDENCE_CHARS) : place.start])
    after = _one_line(text[place.end : place.end + AROUND_EVIDENCE_CHARS])
    quoted = _one_line(text[place.start : place.end][:EXCERPT_CHARS])
    return Text.assemble((f"{where}  ", "dim"), before, ("«", "bold"), (quoted, "bold"), ("»", "bold"), after)


def _one_line(text: str) -> str:
    return re.sub(r"\s", " ", printable(text))


def _field_text(trace: Trace, field: str) -> str | None:
    """The text that evidence points into; None for steps of an episode."""
    subject = Subject(trace)
    if field in ("input", "output"):
        return subject.input_text if field == "input" else subject.output_text
    found = re.fullmatch(r"context\[(\d+)\]", field)
    if found and int(found[1]) < len(subject.context_texts):
        return subject.context_texts[int(found[1])]
    return None


def evaluation_table(rows: Iterable[Evaluation]) -> Table:
    """What each evaluator said; why a failed one failed stands with the findings."""
    shown = table("evaluator", "said", ">score", ">time", "why")
    for row in rows:
        score = "–" if row.score is None else f"{row.score:.2f}"
        why = row.label if row.outcome == "fail" else row.explanation
        shown.add_row(
            Text(printable(row.evaluator)),
            coloured(row.outcome or ""),
            score,
            duration(row.duration_us),
            Text(excerpt(why, 90)),
        )
    return shown


def _grouped(rows: Iterable[Evaluation]) -> list[Text]:
    """Evaluators that judged nothing, together where the reason is the same: `filtered (why): names`."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.outcome == "abstain":
            reasons.setdefault(("abstained", "--json says why"), []).append(row.evaluator)
        elif row.outcome is None:
            reasons.setdefault((row.disposition, row.explanation), []).append(row.evaluator)
    return [
        Text(printable(f"{disposition.replace('_', ' ')} ({why}): {', '.join(names)}"), style="dim")
        for (disposition, why), names in reasons.items()
    ]
