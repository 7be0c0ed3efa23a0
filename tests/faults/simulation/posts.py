"""What producers post in one history: new traces, some again and differently, and some that are poison somewhere."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from schemas.topics import INTAKE, Priority
from storage.tables import EVALUATIONS, TRACES, VERDICTS, Table
from streams.broker import Message

ORGS = ("north", "south")
MOST_POSTS = 20
MOST_AT_ONCE = 4

TraceId = tuple[str, UUID]


class Poison(StrEnum):
    """Where a post cannot be taken."""

    NOWHERE = "fine"
    RAW = "no trace"
    T1 = "crashes tier 1"
    TRACE = "its trace cannot be stored"
    VERDICT = "its verdict cannot be stored"
    EVALUATION = "one of its evaluations cannot be stored"
    BOTH = "neither its verdict nor one of its evaluations can be stored"


ROWS = {
    TRACES.name: frozenset({Poison.TRACE}),
    VERDICTS.name: frozenset({Poison.VERDICT, Poison.BOTH}),
    EVALUATIONS.name: frozenset({Poison.EVALUATION, Poison.BOTH}),
}
"""What poisons a row of each table."""


@dataclass(frozen=True)
class Post:
    """One trace posted once."""

    id: TraceId
    text: str
    poison: Poison
    priority: Priority

    def message(self) -> Message:
        org_id, trace_id = self.id
        trace = {"trace_id": str(trace_id), "org_id": org_id, "input": self.poison, "output": self.text}
        value = json.dumps(trace) if self.poison is not Poison.RAW else f"}} {self.text}"
        return Message(INTAKE[self.priority].name, f"{org_id}/{trace_id}".encode(), value.encode())


class Posts:
    """The batches of one history, and which rows the store must refuse."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._poison_rate = rng.choice((0.0, 0.1, 0.3))
        self._mend_rate = rng.choice((0.0, 0.0, 0.2))
        self._again_rate = rng.choice((0.0, 0.2, 0.5))
        self._bulk_rate = rng.choice((0.0, 0.3, 0.8))
        self.posts: list[Post] = []
        for number in range(rng.randint(1, MOST_POSTS)):
            self.posts.append(self._next(number))
        self._poison = {post.id: post.poison for post in self.posts}

    def batches(self) -> list[Sequence[Post]]:
        left = list(self.posts)
        batches: list[Sequence[Post]] = []
        while left:
            size = self._rng.randint(1, MOST_AT_ONCE)
            batches.append(left[:size])
            left = left[size:]
        return batches

    def refuses(self, table: Table, row: Any) -> bool:
        """Whether this row cannot be stored. What refuses it may be mended at any time, for all rows of its trace."""
        if table.name not in ROWS:
            return False
        if table is EVALUATIONS and row.evaluation.evaluator != "says":
            return False
        about = row.trace if table is TRACES else row.verdict
        id_ = (about.org_id, about.trace_id)
        if self._poison[id_] in ROWS[table.name] and self._rng.random() < self._mend_rate:
            self._poison[id_] = Poison.NOWHERE
        return self._poison[id_] in ROWS[table.name]

    def _next(self, number: int) -> Post:
        # Whoever crashes tier 1 is not posted again: which of two posts then owns the id is nobody's promise.
        earlier = [post for post in self.posts if post.poison is not Poison.T1]
        if earlier and self._rng.random() < self._again_rate:
            post = self._rng.choice(earlier)
            return Post(post.id, f"post {number}", post.poison, self._priority())
        if earlier and self._rng.random() < 0.1:
            org_id, trace_id = self._rng.choice(earlier).id
            other = (ORGS[1 - ORGS.index(org_id)], trace_id)
            if all(post.id != other for post in self.posts):
                return Post(other, f"post {number}", Poison.NOWHERE, self._priority())
        poisoned = self._rng.random() < self._poison_rate
        poison = self._rng.choice(list(Poison)) if poisoned else Poison.NOWHERE
        trace_id = UUID(int=self._rng.getrandbits(128), version=4)
        return Post((self._rng.choice(ORGS), trace_id), f"post {number}", poison, self._priority())

    def _priority(self) -> Priority:
        return "bulk" if self._rng.random() < self._bulk_rate else "interactive"
