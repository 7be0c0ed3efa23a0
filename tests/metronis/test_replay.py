from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import SecretStr

from domains.catalogue import load_policies, load_policy_file
from metronis.clock import ManualClock, SystemClock
from metronis.demo.traces import demo_traces
from metronis.errors import Unavailable
from metronis.flips import Diff, DiffTally
from metronis.pipeline import build_heuristics, build_sanitize
from metronis.replay import Page, Replay
from metronis.replay_sources import StoredTraces
from metronis.settings import Sanitize, Settings
from processors.evaluator import Evaluator, Fail
from processors.policy import Policies
from schemas import codec
from schemas.verdict import DECISIONS, Verdict
from storage.clickhouse import ClickHouseStore
from storage.history import Period
from storage.read import stats, trace_detail
from storage.store import Store
from storage.tables import Table
from streams.broker import Message, Record
from streams.steps import HeuristicsStep, SanitizeStep
from streams.writer import Writer, Written
from tests.builders import NOON, Breaks, Says, policy
from tests.metronis.replays import LATER, Dying, everything, without_org
from tests.storage.rows import minutes, new_trace, put_traces, put_verdicts, verdict_of

PAGE = 5
STRICTER = """
extends: healthcare
cascade: {pass_at: 0.3, fail_at: 0.92, required: {rag: [ungrounded]}}
"""


@cache
def tiers(pii: bool) -> tuple[SanitizeStep, HeuristicsStep]:
    settings = Settings(sanitize=Sanitize(secret=SecretStr("sixteen characters"), enabled=pii))
    policies, clock = load_policies(), SystemClock()
    sanitize = SanitizeStep(build_sanitize(settings, clock), frozenset(policies), settings.ingest)
    return sanitize, HeuristicsStep(build_heuristics(clock), policies, clock)


def record(message: Message, offset: int) -> Record:
    return Record(message.topic, 0, offset, message.key, message.value, message.headers, appended_ms=1_772_366_400_000)


def put_through(store: Store, org_id: str, count: int = 60, *, pii: bool = True) -> list[Verdict]:
    """Demo traces through the deployed tiers and the sink's writer; their verdicts.

    pii: whether personal data is replaced. What it is replaced by is another thing for every organisation.
    """
    sanitize, heuristics = tiers(pii)
    stored: list[Record] = []
    verdicts: list[Verdict] = []
    for offset, trace in enumerate(demo_traces(count, now=NOON)):
        raw = Message("traces.raw", b"", msgspec.json.encode(msgspec.structs.replace(trace, org_id=org_id)))
        (sanitised,) = sanitize.process(record(raw, offset))
        (judged,) = heuristics.process(record(sanitised, offset))
        stored += [record(sanitised, offset), record(judged, offset)]
        verdicts.append(codec.VERDICT.decode(judged.value))
    assert Writer(store).write(stored, org_id) == Written()
    return verdicts


@pytest.fixture
def judged(store: ClickHouseStore, org_id: str) -> list[Verdict]:
    """The verdicts of an organisation's traces, as the pipeline gave them."""
    return put_through(store, org_id)


@pytest.fixture
def stricter(tmp_path: Path) -> Policies:
    """Healthcare's policy, but unsure where the risk is below 0.92."""
    file = tmp_path / "stricter.yaml"
    file.write_text(STRICTER)
    found = load_policy_file(file)
    return {found.domain: found}


def period(org_id: str, domain: str | None = None) -> Period:
    return Period(org_id=org_id, since=NOON - timedelta(days=2), until=NOON + timedelta(days=2), domain=domain)


def pages(
    store: Store,
    policies: Policies,
    span: Period,
    *,
    write: bool = True,
    limit: int | None = None,
    at: datetime = LATER,
) -> Iterator[Page]:
    clock = ManualClock(at)
    tier = build_heuristics(clock)
    return Replay(store, policies, tier, clock, write=write, page_traces=PAGE).run(StoredTraces(store, span), limit)


def replayed(store: Store, policies: Policies, span: Period, **options: Any) -> Diff:
    tally = DiffTally()
    for page in pages(store, policies, span, **options):
        tally.add(page)
    return tally.diff()


def test_another_threshold_flips_the_traces_in_between(
    store: ClickHouseStore, org_id: str, judged: list[Verdict], stricter: Policies
) -> None:
    diff = replayed(store, stricter, period(org_id, "healthcare"))
    ours = [verdict for verdict in judged if verdict.domain == "healthcare"]
    between = {verdict.trace_id for verdict in ours if verdict.decision == "fail" and verdict.risk < 0.92}
    assert len(between) >= 2
    (flip,) = diff.flips
    assert (flip.before, flip.after, flip.traces) == ("fail", "needs_review", len(between))
    assert {example.trace_id for example in flip.examples} <= between
    assert flip.examples[0].reason_before != flip.examples[0].reason_after
    assert (diff.judged, diff.unchanged) == (len(ours), len(ours) - len(between))
    assert diff.evaluators == []
    (domain,) = diff.domains
    failed = sum(verdict.decision == "fail" for verdict in ours)
    assert (domain.before["fail"], domain.after["fail"]) == (failed, failed - len(between))
    assert domain.policy_version == stricter["healthcare"].version


def test_the_new_verdict_supersedes_and_the_old_one_remains(
    store: ClickHouseStore, org_id: str, judged: list[Verdict], stricter: Policies
) -> None:
    before = stats(store, org_id)
    replayed(store, stricter, period(org_id, "healthcare"))
    versions = {verdict.domain: verdict.policy_version for verdict in judged} | {"healthcare": "replayed"}
    rows = everything(store, org_id)[0]
    for old in judged:
        detail = trace_detail(store, org_id, old.trace_id)
        assert detail.verdict
        kept = [row for row in rows if row["trace_id"] == old.trace_id]
        assert old.verdict_id in [row["verdict_id"] for row in kept]
        if versions[old.domain] == "replayed":
            assert detail.verdict.policy_version == stricter["healthcare"].version
            assert [use.tier for use in detail.verdict.tiers] == ["t0", "t1"]
            assert detail.verdict.tiers[0] == old.tiers[0]
            assert [row.evaluator for row in detail.evaluations] == [
                row.evaluator for row in sorted(old.evaluations, key=lambda row: (row.tier, row.evaluator))
            ]
        else:
            assert len(kept) == 1
    after = stats(store, org_id)
    assert sum(row.traces for row in after.decisions) == len(judged) == before.traces
    assert [(tier.tier, tier.traces) for tier in after.tiers] == [(tier.tier, tier.traces) for tier in before.tiers]
    assert after.issues == before.issues


def test_what_was_judged_under_this_policy_is_skipped_and_nothing_is_written(
    store: ClickHouseStore, org_id: str, judged: list[Verdict], stricter: Policies
) -> None:
    span, version = period(org_id, "healthcare"), stricter["healthcare"].version
    first = replayed(store, stricter, span)
    written = everything(store, org_id)
    again = replayed(store, stricter, span)
    assert (again.judged, again.skipped) == (0, {f"already judged under {version}": first.judged})
    today = replayed(store, {"mining": load_policies()["mining"]}, period(org_id, "mining"))
    assert today.judged == 0
    assert sum(today.skipped.values()) == sum(verdict.domain == "mining" for verdict in judged)
    assert everything(store, org_id) == written


def test_a_dry_run_shows_the_same_and_writes_nothing(
    store: ClickHouseStore, org_id: str, judged: list[Verdict], stricter: Policies
) -> None:
    span, before = period(org_id), everything(store, org_id)
    dry = replayed(store, stricter, span, write=False)
    assert everything(store, org_id) == before
    assert dry == replayed(store, stricter, span)
    assert dry.judged == sum(verdict.domain == "healthcare" for verdict in judged)
    assert dry.skipped["domain general is not loaded"] == sum(verdict.domain == "general" for verdict in judged)


@pytest.mark.usefixtures("judged")
def test_other_organisations_are_untouched(store: ClickHouseStore, org_id: str, stricter: Policies) -> None:
    theirs = f"{org_id}-other"
    put_through(store, theirs, 20)
    before = everything(store, theirs)
    assert replayed(store, stricter, period(org_id)).judged
    assert everything(store, theirs) == before


@pytest.mark.parametrize("applied", [False, True], ids=["not applied", "applied"])
@pytest.mark.parametrize("inserts", [1, 2, 3, 4, 5])
def test_a_run_that_died_is_finished_by_the_same_run(
    store: ClickHouseStore, org_id: str, stricter: Policies, inserts: int, applied: bool
) -> None:
    whole = f"{org_id}-whole"
    for org in (whole, org_id):
        put_through(store, org, pii=False)
    replayed(store, stricter, period(whole, "healthcare"))
    span = period(org_id, "healthcare")
    with pytest.raises(Unavailable):
        replayed(Dying(store, inserts, applied=applied), stricter, span)
    if inserts % 2 == 1:  # between the evaluations of a page and its verdicts; what arrives now moves the page's end
        late = new_trace(org_id, domain="healthcare", timestamp=NOON - timedelta(days=1, hours=1))
        put_traces(store, [late])
    replayed(store, stricter, span)
    assert without_org(everything(store, org_id)) == without_org(everything(store, whole))


@pytest.mark.usefixtures("judged")
def test_two_runs_at_the_same_time_write_each_verdict_once(
    store: ClickHouseStore, org_id: str, stricter: Policies
) -> None:
    class Overtaken(Dying):
        """Before its first insert another replay does it all."""

        def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
            if self._left:
                self._left = 0
                replayed(self._store, stricter, period(org_id, "healthcare"))
            self._store.insert(table, rows, token)

    replayed(Overtaken(store, 1, applied=True), stricter, period(org_id, "healthcare"))
    verdicts, evaluations = everything(store, org_id)
    assert len({row["verdict_id"] for row in verdicts}) == len(verdicts)
    assert len({(row["verdict_id"], row["evaluator"]) for row in evaluations}) == len(evaluations)


@pytest.mark.usefixtures("judged")
def test_a_limit_is_gone_on_from(store: ClickHouseStore, org_id: str, stricter: Policies) -> None:
    span = period(org_id, "healthcare")
    total = replayed(store, stricter, span, write=False).judged
    counts = [replayed(store, stricter, span, limit=total // 2 + 1) for _ in range(3)]
    assert [diff.judged for diff in counts] == [total // 2 + 1, total - total // 2 - 1, 0]
    assert [sum(diff.skipped.values()) for diff in counts] == [0, total // 2 + 1, total]


def test_every_trace_of_one_moment_comes_once_and_the_end_does_not_belong(store: ClickHouseStore, org_id: str) -> None:
    at_noon = [new_trace(org_id, timestamp=NOON) for _ in range(3 * PAGE)]
    put_traces(store, [*at_noon, new_trace(org_id, timestamp=minutes(1))])
    put_verdicts(store, *map(verdict_of, at_noon))
    span = Period(org_id=org_id, since=NOON, until=minutes(1))
    looked_at = list(pages(store, load_policies(), span))
    assert [page.traces for page in looked_at] == [PAGE, PAGE, PAGE]
    ids = [change.after.trace_id for page in looked_at for change in page.changes]
    assert sorted(ids) == sorted(trace.trace_id for trace in at_noon)


def test_a_trace_without_a_verdict_is_left_to_the_pipeline(store: ClickHouseStore, org_id: str) -> None:
    put_traces(store, [new_trace(org_id)])
    diff = replayed(store, load_policies(), period(org_id))
    assert (diff.judged, diff.skipped) == (0, {"no verdict yet": 1})
    assert everything(store, org_id) == [[], []]


def test_an_earlier_policy_is_not_judged_under_twice(store: ClickHouseStore, org_id: str) -> None:
    judged = new_trace(org_id)
    put_traces(store, [judged])
    put_verdicts(store, verdict_of(judged, policy_version="first"))
    second, first = ({"general": policy(Says(), version=version)} for version in ("second", "first"))
    assert replayed(store, second, period(org_id)).judged == 1
    back = replayed(store, first, period(org_id))
    assert back.skipped == {"judged under first before another policy; raise its `version` to judge anew": 1}


def test_a_verdict_from_a_machine_ahead_of_this_one_is_superseded_all_the_same(
    store: ClickHouseStore, org_id: str
) -> None:
    judged = new_trace(org_id)
    put_traces(store, [judged])
    put_verdicts(store, verdict_of(judged, decided_at=LATER))
    replayed(store, {"general": policy(Says())}, period(org_id), at=NOON)
    found = trace_detail(store, org_id, judged.trace_id).verdict
    assert found
    assert found.policy_version == "test-1"


BAD = Says(result=Fail(score=0.9, severity="high", label="bad", explanation="it is bad"))


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ((Says(),), (BAD,), [("says", "pass", "fail")]),
        ((Says(),), (Says(), Breaks()), [("breaks", "not run", "error")]),
        ((BAD, Breaks()), (Breaks(),), [("says", "fail", "not run")]),
        ((BAD,), (BAD,), []),
    ],
)
def test_evaluators_that_changed_their_mind_are_counted(
    store: ClickHouseStore,
    org_id: str,
    before: tuple[Evaluator, ...],
    after: tuple[Evaluator, ...],
    changed: list[tuple[str, str, str]],
) -> None:
    traces = [new_trace(org_id) for _ in range(3)]
    put_traces(store, traces)
    put_verdicts(store, *(verdict_of(trace, policy_version="older", evaluations=[]) for trace in traces))
    replayed(store, {"general": policy(*before, version="old")}, period(org_id))
    diff = replayed(store, {"general": policy(*after, version="new")}, period(org_id))
    assert [(row.evaluator, row.before, row.after, row.traces) for row in diff.evaluators] == [
        (*change, 3) for change in changed
    ]
    assert sum(diff.domains[0].after[decision] for decision in DECISIONS) == 3


def test_a_period_without_traces_changes_nothing(store: ClickHouseStore, org_id: str) -> None:
    diff = replayed(store, load_policies(), period(org_id))
    assert diff == DiffTally().diff()
    assert everything(store, org_id) == [[], []]
