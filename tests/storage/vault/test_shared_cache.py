"""The cache that processes share: it spares the database, tells nobody anything, and may be away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metronis.clock import ManualClock
from metronis.errors import Misconfigured
from storage.vault.keys import FRESH_S
from storage.vault.shared_cache import AWAY_S, SharedCache, connect
from tests.redis.server import Redis
from tests.storage.vault.vaults import ANN, BOB, Vaults


class Caches:
    """Clients of one server, whose failures are counted."""

    def __init__(self, url: str, clock: ManualClock) -> None:
        self._url = url
        self._clock = clock
        self._opened: list[SharedCache] = []
        self.failures = 0

    def one(self) -> SharedCache:
        cache = SharedCache(connect(self._url), self._clock, self._failed)
        self._opened.append(cache)
        return cache

    def _failed(self) -> None:
        self.failures += 1

    def close(self) -> None:
        for cache in self._opened:
            cache.close()


@pytest.fixture
def caches(redis_server: Redis, sqlite_vaults: Vaults) -> Iterator[Caches]:
    caches = Caches(redis_server.url, sqlite_vaults.clock)
    yield caches
    caches.close()


def test_another_process_need_not_ask_the_database(sqlite_vaults: Vaults, caches: Caches) -> None:
    tokens = sqlite_vaults.vault(cache=caches.one()).tokens("acme", [ANN, BOB])
    other = sqlite_vaults.vault(cache=caches.one())
    other.epoch("acme")
    vaults_without_entries(sqlite_vaults)
    assert other.tokens("acme", [ANN, BOB]) == tokens


def test_it_is_told_no_value_and_no_organisation(sqlite_vaults: Vaults, caches: Caches, redis_server: Redis) -> None:
    tokens = sqlite_vaults.vault(cache=caches.one()).tokens("acme", [ANN])
    contents = redis_server.contents()
    assert [value.decode() for value in contents.values()] == tokens
    everything = repr(contents).lower()
    assert not any(word in everything for word in ("ann", "smith", "acme"))


def test_without_it_tokens_are_the_same(sqlite_vaults: Vaults, caches: Caches, redis_server: Redis) -> None:
    vault = sqlite_vaults.vault(cache=caches.one())
    tokens = vault.tokens("acme", [ANN])
    redis_server.stop()
    assert vault.tokens("acme", [ANN]) == tokens
    assert caches.failures == 1


def test_while_it_is_away_it_is_asked_seldom(sqlite_vaults: Vaults, caches: Caches, redis_server: Redis) -> None:
    vault = sqlite_vaults.vault(cache=caches.one())
    redis_server.stop()
    for _ in range(10):
        vault.tokens("acme", [ANN])
    assert caches.failures == 1
    sqlite_vaults.clock.sleep(AWAY_S)
    vault.tokens("acme", [ANN])
    assert caches.failures == 2
    redis_server.start()
    sqlite_vaults.clock.sleep(AWAY_S)
    vault.tokens("acme", [ANN])
    assert caches.failures == 2
    assert len(redis_server.contents()) == 1


def test_it_gives_no_token_that_was_forgotten(sqlite_vaults: Vaults, caches: Caches) -> None:
    running = sqlite_vaults.vault(cache=caches.one())
    [old] = running.tokens("acme", [ANN])
    sqlite_vaults.custody().forget("acme", old, actor="ada", reason="asked to")
    [new] = sqlite_vaults.vault(cache=caches.one()).tokens("acme", [ANN])
    assert new != old
    sqlite_vaults.clock.sleep(FRESH_S + 1)
    assert running.tokens("acme", [ANN]) == [new]


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(Misconfigured, match="METRONIS_VAULT__REDIS_URL"):
        connect("localhost:6379")


def vaults_without_entries(vaults: Vaults) -> None:
    """Whoever asks the database now is given new tokens."""
    vaults.database().read(lambda connection: connection.exec_driver_sql("DELETE FROM vault_entries"))
