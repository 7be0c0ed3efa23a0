"""The published limits are kept, and a service that is down is left alone."""

from __future__ import annotations

import pytest

from domains.knowledge import edgar, finra, openfda, rxnorm
from domains.knowledge.finra import ClientCredentials
from domains.knowledge.http import Service
from domains.knowledge.pace import CircuitBreaker, TokenBucket
from metronis.clock import ManualClock
from metronis.errors import Backpressure

URL = "http://service.test"


def test_a_burst_goes_through_at_once_and_the_rest_at_the_rate(clock: ManualClock) -> None:
    bucket = TokenBucket(10, 20, clock)
    for _ in range(20):
        bucket.take()
    assert clock.elapsed_ns == 0
    for _ in range(30):
        bucket.take()
    assert clock.elapsed_ns / 1e9 == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("service", "most", "window_s"),
    [
        (rxnorm.service(URL), 20, 1),
        (openfda.service(URL, None), 240, 60),
        (edgar.service(URL, "a@example.org"), 10, 1),
        (finra.service(URL, ClientCredentials(URL, "client", "secret", ManualClock())), 20, 1),
    ],
    ids=lambda given: given.name if isinstance(given, Service) else str(given),
)
def test_no_service_is_asked_more_often_than_it_publishes(
    service: Service, most: int, window_s: float, clock: ManualClock
) -> None:
    bucket = TokenBucket(service.per_s, service.burst, clock)
    taken_s = []
    for _ in range(3 * most):
        bucket.take()
        taken_s.append(clock.elapsed_ns / 1e9)
    assert max(sum(at <= each < at + window_s for each in taken_s) for at in taken_s) <= most


def test_unused_turns_do_not_pile_up(clock: ManualClock) -> None:
    bucket = TokenBucket(10, 5, clock)
    clock.sleep(3_600)
    begun_ns = clock.elapsed_ns
    for _ in range(6):
        bucket.take()
    assert (clock.elapsed_ns - begun_ns) / 1e9 == pytest.approx(0.1)


class StoppedClock(ManualClock):
    """Others wait meanwhile: nobody's waiting moves it."""

    def sleep(self, seconds: float) -> None:
        del seconds


def test_who_would_wait_too_long_is_told_so_at_once() -> None:
    bucket = TokenBucket(1, 1, StoppedClock(), longest_wait_s=3)
    for _ in range(4):
        bucket.take()
    with pytest.raises(Backpressure) as refused:
        bucket.take()
    assert refused.value.retry_after_s == pytest.approx(4)


def test_after_failures_in_a_row_it_rests_then_one_tries_for_all(clock: ManualClock) -> None:
    breaker = CircuitBreaker(2, 30, clock)
    breaker.failed()
    assert breaker.rest_s() == 0
    breaker.failed()
    assert breaker.rest_s() == pytest.approx(30)
    clock.sleep(31)
    assert breaker.rest_s() == 0
    assert breaker.rest_s() > 0
    breaker.succeeded()
    assert breaker.rest_s() == 0
    breaker.failed()
    assert breaker.rest_s() == 0


def test_a_wish_to_be_left_alone_is_honoured_at_the_first_failure(clock: ManualClock) -> None:
    breaker = CircuitBreaker(5, 30, clock)
    breaker.failed(rest_s=600)
    assert breaker.rest_s() == pytest.approx(600)
