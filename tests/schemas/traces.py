"""Hypothesis strategies for traces as producers may send them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from schemas.limits import EARLIEST, INT64_MAX, LATEST, UINT64_MAX
from schemas.trace import KINDS, Document, Episode, Expected, Message, Step, Trace, Usage

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20)
REALS = st.floats(allow_nan=False, allow_infinity=False)
AMOUNTS = st.floats(0, allow_nan=False, allow_infinity=False)
COUNTS = st.integers(0, INT64_MAX)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-INT64_MAX - 1, UINT64_MAX) | REALS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
MAPS = st.dictionaries(TEXT, JSON, max_size=3)
TEXTS = TEXT | st.lists(st.builds(Message, role=NAMES, content=TEXT), max_size=3)
TIMES = st.datetimes(EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), timezones=st.just(UTC)).filter(
    lambda time: time < LATEST
)
STEPS = st.builds(Step, state=JSON, action=JSON, reward=REALS, done=st.booleans(), info=MAPS)
EPISODES = st.builds(
    Episode,
    policy_type=st.none() | NAMES,
    policy_version=st.none() | NAMES,
    parameters=MAPS,
    steps=st.lists(STEPS, max_size=3),
)
CODES = st.lists(NAMES, max_size=3)
EXPECTED = st.builds(Expected, decision=st.sampled_from(["pass", "fail"]), issues=CODES, labelled=CODES)


def traces() -> st.SearchStrategy[Trace]:
    """Valid traces with something to judge."""
    return st.builds(
        Trace,
        trace_id=st.uuids(),
        org_id=st.from_regex(r"[A-Za-z0-9._-]{1,20}", fullmatch=True),
        domain=NAMES,
        kind=st.sampled_from(KINDS),
        timestamp=TIMES | st.just(datetime(2026, 1, 1, tzinfo=UTC)),
        model=st.none() | NAMES,
        input=TEXTS,
        output=TEXTS.filter(bool),
        context=st.lists(TEXT | st.builds(Document, id=NAMES, content=TEXT), max_size=3),
        session_id=st.none() | NAMES,
        user_id=st.none() | NAMES,
        tags=CODES,
        usage=st.builds(
            Usage,
            input_tokens=st.none() | COUNTS,
            output_tokens=st.none() | COUNTS,
            cost_usd=st.none() | AMOUNTS,
        ),
        latency_ms=st.none() | AMOUNTS,
        attributes=MAPS,
        features=st.dictionaries(NAMES, REALS, max_size=3),
        episode=st.none() | EPISODES,
        expected=st.none() | EXPECTED,
    )
