"""Tokens that any process has met lately, in Redis: a cache that may be away at no cost but speed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from metronis.clock import Clock
from metronis.errors import Misconfigured

TTL_S = 86_400
TIMEOUT_S = 0.05
AWAY_S = 5.0
"""After a failure it is not asked for so long: a text had better not wait for every TIMEOUT_S."""

_PREFIX = b"metronis:vault:"


def connect(url: str) -> redis.Redis:
    """A client that gives up soon. Connects when first asked. Raises Misconfigured where the address is none."""
    try:
        return redis.Redis.from_url(
            url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=Retry(NoBackoff(), 0)
        )
    except ValueError as error:
        raise Misconfigured(f"METRONIS_VAULT__REDIS_URL is no address of Redis: {error}") from error


class SharedCache:
    """Look-ups and their tokens. Redis never has a value: look-ups are MACs under a key that it does not have.

    `on_failure` is called at each failure, for counting.
    """

    def __init__(self, client: redis.Redis, clock: Clock, on_failure: Callable[[], None]) -> None:
        self._client = client
        self._clock = clock
        self._on_failure = on_failure
        self._away_until_ns = 0

    def found(self, epoch: int, lookups: Iterable[bytes]) -> dict[bytes, str]:
        """Those it has. What was kept in another epoch is not found: something has been forgotten since."""
        wanted = list(lookups)
        tokens = self._asked(lambda: self._client.mget([_name(epoch, lookup) for lookup in wanted])) or ()
        return {lookup: token.decode() for lookup, token in zip(wanted, tokens, strict=False) if token is not None}

    def keep(self, epoch: int, tokens: Mapping[bytes, str]) -> None:
        """For TTL_S."""
        pipeline = self._client.pipeline(transaction=False)
        for lookup, token in tokens.items():
            pipeline.set(_name(epoch, lookup), token, ex=TTL_S)
        self._asked(pipeline.execute)

    def close(self) -> None:
        """Idempotent."""
        self._client.close()

    def _asked(self, ask: Callable[[], list[Any]]) -> list[Any] | None:
        """None where it does not answer, or has not answered lately."""
        if self._clock.monotonic_ns() < self._away_until_ns:
            return None
        try:
            return ask()
        except redis.RedisError:
            self._away_until_ns = self._clock.monotonic_ns() + int(AWAY_S * 1e9)
            self._on_failure()
            return None


def _name(epoch: int, lookup: bytes) -> bytes:
    return b"%s%d:%s" % (_PREFIX, epoch, lookup.hex().encode())
