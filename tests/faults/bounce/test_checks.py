"""The bounce test's own conscience: whatever is broken, one of its checks says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from processors.evaluators import EVALUATORS
from schemas.topics import TRACES_RAW, TRACES_T1, VERDICTS
from tests.faults.bounce.checks import Evidence, Raw, violations
from tests.faults.bounce.posts import Post, Session
from tests.faults.bounce.reader import OUTPUTS, Sight

SESSION = Session("a session", TRACES_RAW.name)
ONE, OTHER, FOREIGN = UUID(int=1), UUID(int=2), UUID(int=3)
FIRST, SECOND, AGAIN = Post(ONE, 1, SESSION), Post(OTHER, 2, SESSION), Post(ONE, 3, SESSION)
POSTS = (FIRST, SECOND, AGAIN)


def origin(post: Post) -> str:
    return f"topic/0/{post.number}"


def raw(post: Post) -> Raw:
    return Raw(origin(post), b"a session", post.trace_id, post.number)


def sights(*posts: Post) -> list[Sight]:
    """A topic of one partition that holds what descends from these."""
    return [Sight(0, offset, origin(post)) for offset, post in enumerate(posts)]


def everywhere(*posts: Post) -> Mapping[str, Sequence[Sight]]:
    return {topic: sights(*posts) for topic in OUTPUTS}


SOUND = Evidence(
    acked=POSTS,
    raw=[raw(post) for post in POSTS],
    log=everywhere(*POSTS),
    seen=everywhere(*POSTS),
    dead_letters=[],
    traces=Counter([(ONE, origin(FIRST), 1), (OTHER, origin(SECOND), 2)]),
    verdicts=Counter([(ONE, origin(FIRST)), (OTHER, origin(SECOND))]),
    evaluations={ONE: len(EVALUATORS), OTHER: len(EVALUATORS)},
)
SENT_TWICE = replace(raw(SECOND), origin="topic/0/4")  # the first acknowledgement was lost


def test_nothing_is_wrong_with_what_is_sound() -> None:
    assert list(violations(SOUND)) == []


def test_a_post_that_was_sent_again_is_two_records_and_one_trace() -> None:
    twice = [*sights(*POSTS), Sight(0, 3, SENT_TWICE.origin)]
    log = {topic: twice for topic in OUTPUTS}
    assert list(violations(replace(SOUND, raw=[*SOUND.raw, SENT_TWICE], log=log, seen=log))) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"raw": SOUND.raw[:-1]}, "raw topics: ", id="acked and not on the log"),
        pytest.param({"acked": POSTS[:-1]}, "raw topics: ", id="on the log and never posted"),
        pytest.param({"log": everywhere(*POSTS[:-1])}, "there 0 times instead of 1", id="lost by a tier"),
        pytest.param({"log": everywhere(*POSTS, AGAIN)}, "there 2 times instead of 1", id="doubled by a tier"),
        pytest.param({"log": everywhere(SECOND, FIRST, AGAIN)}, "a session comes out of order", id="reordered"),
        pytest.param({"seen": everywhere(*POSTS[:-1])}, "saw 0 that are not there, and missed 1", id="not read"),
        pytest.param({"seen": everywhere(*POSTS, AGAIN)}, "saw 1 that are not there, and missed 0", id="taken back"),
        pytest.param(
            {"seen": {topic: sights(*POSTS)[::-1] for topic in OUTPUTS}}, "saw 0 that", id="read in another order"
        ),
        pytest.param({"dead_letters": ["traces.raw/0/1"]}, "a dead letter at traces.raw/0/1", id="given up"),
        pytest.param({"traces": SOUND.traces - Counter([(ONE, origin(FIRST), 1)])}, "table traces: ", id="not stored"),
        pytest.param({"traces": SOUND.traces + SOUND.traces}, "there 2 times instead of 1", id="stored twice"),
        pytest.param(
            {"traces": Counter([(ONE, origin(AGAIN), 3), (OTHER, origin(SECOND), 2)])},
            "table traces: ",
            id="stored as posted again",
        ),
        pytest.param(
            {"traces": SOUND.traces + Counter([(FOREIGN, "", 1)])}, "table traces: ", id="stored from nowhere"
        ),
        pytest.param({"verdicts": Counter()}, "table verdicts: ", id="no verdict"),
        pytest.param({"verdicts": SOUND.verdicts + SOUND.verdicts}, "table verdicts: ", id="verdict stored twice"),
        pytest.param({"evaluations": {ONE: len(EVALUATORS)}}, "table evaluations: ", id="no evaluations"),
        pytest.param(
            {"evaluations": {ONE: len(EVALUATORS), OTHER: 2 * len(EVALUATORS)}},
            "table evaluations: ",
            id="evaluations stored twice",
        ),
    ],
)
def test_each_broken_promise_is_named(changes: dict[str, Any], says: str) -> None:
    assert any(says in line for line in violations(replace(SOUND, **changes)))


@pytest.mark.parametrize("topic", [TRACES_T1.name, VERDICTS.name])
def test_each_topic_is_checked(topic: str) -> None:
    broken = replace(SOUND, log={**SOUND.log, topic: sights(FIRST)}, seen={**SOUND.seen, topic: sights(FIRST)})
    assert {line.partition(":")[0] for line in violations(broken)} == {topic}
