"""What goes in: traces of sessions, some of them posted again with other content, over the log and over the gateway."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from http import HTTPStatus
from threading import Event, Thread
from types import TracebackType
from typing import Any, NamedTuple
from uuid import UUID

import httpx

from metronis.errors import Unavailable
from schemas.topics import INTAKE
from streams.broker import Message, Producer

ORG = "bounce"
SESSIONS_EACH = 6  # of each priority
AGAIN_RATE = 0.15
MOST_AT_ONCE = 40
LONGEST_GAP_S = 0.2
RETRY_S = 0.2
ANSWER_TIMEOUT_S = 30.0
END_DEADLINE_S = 60.0


class Session(NamedTuple):
    """A producer's key, and the topic that it posts to."""

    name: str
    topic: str


class Post(NamedTuple):
    """One trace posted once. `number` tells posts of one trace id apart, and rises in the order of posting."""

    trace_id: UUID
    number: int
    session: Session

    @property
    def trace(self) -> dict[str, Any]:
        return {
            "trace_id": str(self.trace_id),
            "org_id": ORG,
            "session_id": self.session.name,
            "input": "What is 2 + 2?",
            "output": "It is 4, and it has been for as long as anybody can remember.",
            "attributes": {"post": self.number},
        }

    @property
    def message(self) -> Message:
        """Keyed by its session, as a producer of another house would."""
        return Message(self.session.topic, self.session.name.encode(), json.dumps(self.trace).encode())


def post_number(attributes: str | bytes) -> int:
    """Which post a trace is of, from its attributes as JSON."""
    number: int = json.loads(attributes)["post"]
    return number


class Posts:
    """Makes batches of posts, all of a seed the same."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        names = [
            (f"{priority}-{number}", topic) for number in range(SESSIONS_EACH) for priority, topic in INTAKE.items()
        ]
        self._ids: dict[Session, list[UUID]] = {Session(name, topic.name): [] for name, topic in names}
        self._made = 0

    def batch(self) -> list[Post]:
        return [self._next() for _ in range(self._rng.randint(1, MOST_AT_ONCE))]

    def _next(self) -> Post:
        self._made += 1
        session = self._rng.choice(list(self._ids))
        ids = self._ids[session]
        if ids and self._rng.random() < AGAIN_RATE:
            return Post(self._rng.choice(ids), self._made, session)
        ids.append(UUID(int=self._rng.getrandbits(128), version=4))
        return Post(ids[-1], self._made, session)


def to_log(producer: Producer) -> Callable[[Sequence[Post]], bool]:
    """Posts a batch straight to the raw topics; says whether it is durable, of which False says nothing."""

    def post(batch: Sequence[Post]) -> bool:
        try:
            producer.send([each.message for each in batch])
        except Unavailable:
            return False
        return True

    return post


def to_gateway(url: str) -> Callable[[Sequence[Post]], bool]:
    """The same over HTTP."""

    def post(batch: Sequence[Post]) -> bool:
        try:
            answer = httpx.post(
                f"{url}/api/v1/traces/batch", json=[each.trace for each in batch], timeout=ANSWER_TIMEOUT_S
            )
        except httpx.HTTPError:
            return False
        return answer.status_code == HTTPStatus.ACCEPTED and answer.json()["accepted"] == len(batch)

    return post


class Sender:
    """Posts batch after batch in a thread, each until it is acked, as long as it is not too far ahead."""

    def __init__(
        self, post: Callable[[Sequence[Post]], bool], rng: random.Random, is_ahead: Callable[[], bool]
    ) -> None:
        self._post = post
        self._rng = rng
        self._is_ahead = is_ahead
        self._posts = Posts(rng)
        self._stop = Event()
        self._abandon = Event()
        self._thread = Thread(target=self._run)
        self.acked: list[Post] = []

    def __enter__(self) -> Sender:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._abandon.set()
        self._thread.join()

    def stop(self) -> None:
        """Returns when the batch in hand is acked."""
        self._stop.set()
        self._thread.join(END_DEADLINE_S)
        assert not self._thread.is_alive(), "what was posted last is not acked"

    def _run(self) -> None:
        while not self._stop.wait(self._rng.uniform(0, LONGEST_GAP_S)):
            if not self._is_ahead():
                self._send(self._posts.batch())

    def _send(self, batch: Sequence[Post]) -> None:
        while not self._post(batch):
            if self._abandon.wait(RETRY_S):
                return
        self.acked += batch
