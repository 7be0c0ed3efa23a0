"""Answers of public services, kept in Redis for all processes: a cache that may be away at no cost but requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec
import redis
from redis.backoff import NoBackoff
from redis.exceptions import LockError
from redis.retry import Retry

from domains.knowledge.base import Answer
from domains.knowledge.pace import CircuitBreaker
from metronis.clock import Clock
from metronis.errors import Misconfigured
from monitoring.metrics import KNOWLEDGE_CACHE_FAILURES

T = TypeVar("T")
R = TypeVar("R")

TIMEOUT_S = 0.25
AWAY_S = 5.0
"""After a failure it is not asked for so long."""

ABSENT_TTL_S = 600
"""What a source does not know today it may know tomorrow, so that is kept for less long."""

ASKING_S = 30.0
"""How long the one who asks may take before others may ask too."""

LONGEST_WAIT_S = 10.0
BETWEEN_LOOKS_S = 0.05


def connect(url: str) -> redis.Redis:
    """A client that gives up soon. Connects when first asked. Raises Misconfigured where the address is none."""
    try:
        return redis.Redis.from_url(
            url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=Retry(NoBackoff(), 0)
        )
    except ValueError as error:
        raise Misconfigured(f"METRONIS_KNOWLEDGE__REDIS_URL is no address of Redis: {error}") from error


def key_of(source: str, asked: Sequence[str]) -> str:
    """Where an answer is kept.

    A digest, because a term that no source knows may be anything, a person's name out of a trace even: of such a term
    nothing but the digest is kept, and neither a list of the keys nor Redis's slow log shows what was asked about.
    """
    digest = blake2b(msgspec.json.encode(asked), digest_size=16).hexdigest()
    return f"metronis:knowledge:{source}:{digest}"


class AnswerCache:
    """Answers by key. Where many ask the same at once, one asks the source and the others wait for its answer."""

    def __init__(self, client: redis.Redis, clock: Clock) -> None:
        self._client = client
        self._away = CircuitBreaker(1, AWAY_S, clock)

    def fetch(self, key: str, kind: type[Answer[T]], ask: Callable[[], Answer[T]], ttl_s: int) -> Answer[T]:
        """The answer that is kept, with origin `cache`, or that `ask` gives, which is then kept. Raises as `ask`."""
        kept = self._kept(key, kind)
        if kept is not None:
            return kept
        with self._alone(key):
            kept = self._kept(key, kind)  # of another, who asked meanwhile
            if kept is not None:
                return kept
            answer = ask()
            self._keep(key, answer, ttl_s)
            return answer

    def close(self) -> None:
        """Idempotent."""
        self._client.close()

    def _kept(self, key: str, kind: type[Answer[T]]) -> Answer[T] | None:
        """None too where another version of this program kept it in another shape."""
        content: Any = self._told(lambda: self._client.get(key))
        try:
            return None if content is None else msgspec.json.decode(content, type=kind)
        except ValueError:
            return None

    def _keep(self, key: str, answer: Answer[T], ttl_s: int) -> None:
        content = msgspec.json.encode(replace(answer, origin="cache"))
        kept_s = min(ttl_s, ABSENT_TTL_S) if answer.found in (None, ()) else ttl_s
        self._told(lambda: self._client.set(key, content, ex=kept_s))

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """While no other process asks the same; after LONGEST_WAIT_S, or without Redis, all the same."""
        lock = self._client.lock(f"{key}:asking", ASKING_S, BETWEEN_LOOKS_S, blocking_timeout=LONGEST_WAIT_S)
        held = self._told(lock.acquire)
        try:
            yield
        finally:
            if held:
                self._told(lock.release)

    def _told(self, ask: Callable[[], R]) -> R | None:
        """None where Redis does not answer, or has not answered lately."""
        if self._away.rest_s():
            return None
        try:
            said = ask()
        except LockError:  # it took longer than ASKING_S, and the lock is another's now
            return None
        except redis.RedisError:
            self._away.failed()
            KNOWLEDGE_CACHE_FAILURES.inc()
            return None
        self._away.succeeded()
        return said
