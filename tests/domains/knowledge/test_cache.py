"""Answers kept in Redis: they spare requests, tell nobody anything, and may be away."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
import redis
from prometheus_client import REGISTRY

from domains.knowledge import rxnorm
from domains.knowledge.base import Answer
from domains.knowledge.cache import ABSENT_TTL_S, AWAY_S, AnswerCache, connect, key_of
from domains.knowledge.rxnorm import RxNorm
from metronis.clock import ManualClock
from metronis.errors import Misconfigured, Unavailable
from tests.domains.knowledge.conftest import SourceOf
from tests.domains.knowledge.documented import rxnorm_has_ibuprofen, rxnorm_has_nothing
from tests.domains.knowledge.service import PublicService, Reply
from tests.redis.server import Redis

REQUESTS_A_DRUG = 3


@pytest.fixture
def cache(redis_server: Redis, clock: ManualClock) -> Iterator[AnswerCache]:
    opened = AnswerCache(connect(redis_server.url), clock)
    yield opened
    opened.close()


@pytest.fixture
def drugs(service: PublicService, source_of: SourceOf, cache: AnswerCache) -> RxNorm:
    rxnorm_has_ibuprofen(service)
    return RxNorm(source_of(rxnorm.service(service.url), cache))


def lifetimes_s(server: Redis) -> list[int]:
    with redis.Redis.from_url(server.url) as client:
        return [client.ttl(name) for name in client.scan_iter()]


def failures() -> float:
    return REGISTRY.get_sample_value("metronis_knowledge_cache_failures_total") or 0.0


def test_an_answer_is_asked_for_once_and_keeps_its_time(
    drugs: RxNorm, service: PublicService, clock: ManualClock
) -> None:
    live = drugs.drug("Advil")
    clock.sleep(60)
    assert drugs.drug("advil ") == replace(live, origin="cache")
    assert len(service.asked) == REQUESTS_A_DRUG


def test_another_process_need_not_ask(
    drugs: RxNorm, service: PublicService, source_of: SourceOf, redis_server: Redis, clock: ManualClock
) -> None:
    drugs.drug("advil")
    other_cache = AnswerCache(connect(redis_server.url), clock)
    other = RxNorm(source_of(rxnorm.service(service.url), other_cache))
    assert other.drug("advil").origin == "cache"
    other_cache.close()


def test_what_is_not_known_is_kept_for_less_long(drugs: RxNorm, service: PublicService, redis_server: Redis) -> None:
    drugs.drug("advil")
    assert all(ABSENT_TTL_S < each <= 3_600 for each in lifetimes_s(redis_server))
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    rxnorm_has_nothing(service)
    assert drugs.drug("xyz").found is None
    asked = len(service.asked)
    assert drugs.drug("xyz").origin == "cache"
    assert len(service.asked) == asked
    assert all(0 < each <= ABSENT_TTL_S for each in lifetimes_s(redis_server))


def test_of_a_term_that_nobody_knows_nothing_is_kept_but_a_digest(
    drugs: RxNorm, service: PublicService, redis_server: Redis
) -> None:
    rxnorm_has_nothing(service)
    drugs.drug("Jane Q. Patient")
    assert "patient" not in repr(redis_server.contents()).lower()


def test_failures_are_not_kept(drugs: RxNorm, service: PublicService, redis_server: Redis) -> None:
    service.gives("/REST/rxcui.json", Reply(500))
    with pytest.raises(Unavailable):
        drugs.drug("advil")
    assert redis_server.contents() == {}
    rxnorm_has_ibuprofen(service)
    assert drugs.drug("advil").origin == "live"


def test_many_at_once_ask_once(drugs: RxNorm, service: PublicService) -> None:
    together = Barrier(8)

    def ask(_: int) -> str:
        together.wait()
        return drugs.drug("advil").origin

    with ThreadPoolExecutor(8) as pool:
        origins = list(pool.map(ask, range(8)))
    assert sorted(origins) == ["cache"] * 7 + ["live"]
    assert len(service.asked) == REQUESTS_A_DRUG


@pytest.mark.parametrize("content", [b'{"found": {"title": "ibuprofen"}}', b"", b'"\xff"'])
def test_what_another_version_kept_otherwise_is_asked_anew(drugs: RxNorm, redis_server: Redis, content: bytes) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        client.set(key_of("RxNorm", ("drug", "advil")), content)
    assert drugs.drug("advil").origin == "live"
    assert drugs.drug("advil").origin == "cache"


def test_without_it_the_source_is_asked(
    drugs: RxNorm, service: PublicService, redis_server: Redis, clock: ManualClock
) -> None:
    before = failures()
    redis_server.stop()
    for _ in range(3):
        assert drugs.drug("advil").origin == "live"
    assert failures() - before == 1
    redis_server.start()
    clock.sleep(AWAY_S)
    drugs.drug("advil")
    assert drugs.drug("advil").origin == "cache"
    assert len(service.asked) == 4 * REQUESTS_A_DRUG


def test_who_asks_for_too_long_does_not_stop_the_others(cache: AnswerCache, redis_server: Redis) -> None:
    """The lock is lost meanwhile, and the answer is given all the same."""
    answer = Answer("x", "source", ManualClock().now(), "live")

    def ask() -> Answer[str]:
        with redis.Redis.from_url(redis_server.url) as client:
            client.delete("k:asking")
        return answer

    assert cache.fetch("k", Answer[str], ask, 60) == answer
    assert cache.fetch("k", Answer[str], ask, 60).origin == "cache"


def test_questions_differ_by_source_and_by_what_is_asked() -> None:
    questions = [("a", ("x", "yz")), ("b", ("x", "yz")), ("a", ("xy", "z")), ("a", ("x", "y", "z"))]
    assert len({key_of(source, asked) for source, asked in questions}) == len(questions)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(Misconfigured, match="METRONIS_KNOWLEDGE__REDIS_URL"):
        connect("localhost:6379")
