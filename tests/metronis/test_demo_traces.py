from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import msgspec

from domains.catalogue import load_policies
from metronis.demo.traces import PERSONAL, case_tag, cases, demo_traces, interesting_cases, planted_pii
from metronis.settings import load
from schemas.issues import ISSUES
from schemas.public import decode_trace
from schemas.trace import KINDS, Trace

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def texts(trace: Trace) -> str:
    return msgspec.json.encode(trace).decode()


def test_the_same_arguments_give_the_same_traces() -> None:
    assert demo_traces(now=NOW) == demo_traces(now=NOW)
    assert demo_traces(now=NOW) != demo_traces(now=NOW, seed=8)


def test_every_domain_kind_and_issue_occurs_good_and_bad() -> None:
    traces = demo_traces(now=NOW)
    assert {trace.domain for trace in traces} == {"general", "healthcare", "legal", "mining", "robotics", "trading"}
    assert {trace.kind for trace in traces} == set(KINDS)
    found = Counter(code for trace in traces if trace.expected for code in trace.expected.issues)
    assert min(found[code] for code in ISSUES) >= 5
    decisions = Counter(trace.expected.decision for trace in traces if trace.expected)
    assert decisions["pass"] > decisions["fail"] > 50


def test_every_case_occurs_in_a_demo_and_the_traces_are_not_copies() -> None:
    traces = demo_traces(now=NOW)
    assert {case_tag(trace) for trace in traces} == {f"case:{case.case}" for case in cases()}
    assert len(cases()) >= 60
    contents = {msgspec.json.encode((t.input, t.output, t.context, t.features, t.episode)) for t in traces}
    assert len(contents) > 0.85 * len(traces)
    assert interesting_cases() <= {case_tag(trace) for trace in traces}


def test_every_trace_is_one_that_the_gateway_takes() -> None:
    limits = load().ingest
    for trace in demo_traces(now=NOW):
        sent = decode_trace(texts(trace).encode(), max_bytes=limits.max_trace_bytes, max_depth=limits.max_depth)
        assert sent == trace
        assert "<" not in texts(trace)


def test_times_lie_in_the_last_day_and_rise() -> None:
    times = [trace.timestamp for trace in demo_traces(now=NOW)]
    assert times == sorted(times)
    assert NOW - timedelta(days=1) <= times[0]
    assert times[-1] <= NOW


def test_labels_are_consistent() -> None:
    policies = load_policies()
    for trace in demo_traces(now=NOW):
        assert trace.expected
        of_domain = {planned.evaluator.issue for planned in policies[trace.domain].planned}
        assert set(trace.expected.issues) <= set(trace.expected.labelled) <= {*ISSUES, *of_domain}
        assert not trace.expected.issues or trace.expected.decision == "fail"


def test_planted_personal_data_of_every_sort_is_listed_wherever_it_stands() -> None:
    traces = demo_traces(now=NOW)
    planted = {value for trace in traces for value in planted_pii(trace)}
    for values in PERSONAL.values():
        assert planted & set(values)
    places = {
        field
        for trace in traces
        for field in ("input", "output", "context", "attributes", "user_id")
        if any(value in str(getattr(trace, field)) for value in planted_pii(trace))
    }
    assert places == {"input", "output", "context", "attributes", "user_id"}
