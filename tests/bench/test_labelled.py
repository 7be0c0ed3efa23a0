"""The labelled traces of `bench/labelled` are what the measurement takes them for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.domain_accuracy import LABELLED
from domains.catalogue import load_policies
from processors.policy import Policies
from schemas.public import decode_trace
from schemas.trace import NO_ID, Expected, Trace

FILES = sorted(LABELLED.glob("*.jsonl"))


@pytest.fixture(scope="module")
def policies() -> Policies:
    return load_policies()


def read(file: Path) -> list[Trace]:
    return [decode_trace(line, max_bytes=1 << 20, max_depth=32) for line in file.read_bytes().splitlines()]


def label(trace: Trace) -> Expected:
    assert trace.expected is not None
    return trace.expected


def test_there_are_labelled_traces() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
class TestLabelledFile:
    def test_is_of_one_domain_that_there_is(self, file: Path, policies: Policies) -> None:
        assert {trace.domain for trace in read(file)} == {file.stem}
        assert file.stem in policies

    def test_has_good_and_bad_traces_in_equal_number(self, file: Path) -> None:
        decisions = Counter(label(trace).decision for trace in read(file))

        assert decisions["pass"] == decisions["fail"] > 0

    def test_has_no_trace_twice(self, file: Path) -> None:
        traces = read(file)
        ids = [trace.trace_id for trace in traces if trace.trace_id != NO_ID]

        assert len(set(ids)) == len(ids)
        assert len(set(file.read_bytes().splitlines())) == len(traces)

    def test_names_issues_that_the_domain_can_report(self, file: Path, policies: Policies) -> None:
        known = {planned.evaluator.issue for planned in policies[file.stem].planned}

        for trace in read(file):
            assert set(label(trace).issues) <= set(label(trace).labelled) <= known

    def test_says_what_is_wrong_with_bad_traces_alone(self, file: Path) -> None:
        for trace in read(file):
            said = [tag for tag in trace.tags if tag.startswith("what:")]

            assert len(said) == (label(trace).decision == "fail")
            assert label(trace).decision == "fail" or not label(trace).issues
