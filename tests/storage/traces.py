"""Hypothesis strategies for traces of every kind, within the limits that hold on every way in."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from hypothesis import strategies as st

from schemas.limits import EARLIEST, INT64_MAX, LATEST
from schemas.trace import KINDS, Document, Episode, Expected, Message, Step, Trace, Usage

names = st.text(min_size=1, max_size=20)
texts = st.text(max_size=60) | st.sampled_from(
    ["", "\0", "a\0b", "'; DROP TABLE traces --", "\\N", "NULL", "👩‍⚕️\u202e\ufeff", "x" * 100_000]
)
numbers = st.floats(allow_nan=False, allow_infinity=False)
amounts = st.none() | st.floats(min_value=0, allow_nan=False, allow_infinity=False)
counts = st.none() | st.integers(0, INT64_MAX)
json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
objects = st.dictionaries(texts, json, max_size=4)
messages = st.lists(st.builds(Message, role=texts, content=texts), max_size=3)
steps = st.builds(Step, state=json, action=json, reward=numbers, done=st.booleans(), info=objects)
episodes = st.builds(
    Episode,
    policy_type=st.none() | texts,
    policy_version=st.none() | texts,
    parameters=objects,
    steps=st.lists(steps, max_size=3),
)
codes = st.lists(names, max_size=3)

traces = st.builds(
    Trace,
    trace_id=st.uuids(),
    domain=names,
    kind=st.sampled_from(KINDS),
    timestamp=st.datetimes(EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), timezones=st.just(UTC)),
    model=st.none() | texts,
    input=texts | messages,
    output=texts | messages,
    context=st.lists(texts | st.builds(Document, id=texts, content=texts), max_size=3),
    session_id=st.none() | texts,
    user_id=st.none() | texts,
    tags=st.lists(texts, max_size=3),
    usage=st.builds(Usage, input_tokens=counts, output_tokens=counts, cost_usd=amounts),
    latency_ms=amounts,
    attributes=objects,
    features=st.dictionaries(texts, numbers, max_size=4),
    episode=st.none() | episodes,
    expected=st.none() | st.builds(Expected, decision=st.sampled_from(["pass", "fail"]), issues=codes, labelled=codes),
)
