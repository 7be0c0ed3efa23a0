"""One client for all services: what it does about each fault, and what it never gives away."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import msgspec
import pytest

from domains.knowledge import http
from domains.knowledge.http import JsonClient, Service, is_not_found
from metronis.clock import ManualClock
from metronis.errors import Misconfigured, Reject, Unavailable
from tests.domains.knowledge.service import PublicService, Reply

PATH = "/things.json"


class Thing(msgspec.Struct):
    name: str


@contextmanager
def client_of(
    service: PublicService, clock: ManualClock, *, secret: str = "", timeout_s: float = 10
) -> Iterator[JsonClient]:
    auth = httpx.BasicAuth(secret, "") if secret else None
    credential = "METRONIS_KNOWLEDGE__KEY" if secret else ""
    asked = Service(name="Things", url=service.url, per_s=100, burst=100, auth=auth, credential=credential)
    client = JsonClient(asked, clock, random.Random(1), timeout_s=timeout_s)
    yield client
    client.close()


@pytest.fixture
def client(service: PublicService, clock: ManualClock) -> Iterator[JsonClient]:
    with client_of(service, clock) as opened:
        yield opened


def test_what_is_there_is_given_in_its_shape(client: JsonClient, service: PublicService) -> None:
    service.gives(PATH, {"name": "nail", "other": 1})
    found = client.get(PATH, {"term": "a b&c", "tag": ["x", "y"]}, Thing)
    assert found == Thing("nail")
    [asked] = service.asked
    assert (asked.method, asked.query) == ("GET", {"term": ["a b&c"], "tag": ["x", "y"]})


@pytest.mark.parametrize("status", [403, 408, 429, 500, 502, 503])
def test_what_may_pass_is_asked_again(
    client: JsonClient, service: PublicService, clock: ManualClock, status: int
) -> None:
    service.gives(PATH, Reply(status), {"name": "nail"})
    assert client.get(PATH, {}, Thing) == Thing("nail")
    assert 0 < clock.elapsed_ns <= http.FIRST_WAIT_S * 1e9


def test_it_is_asked_no_more_often_than_it_allows(service: PublicService, clock: ManualClock) -> None:
    service.gives(PATH, {"name": "nail"})
    client = JsonClient(Service(name="Things", url=service.url, per_s=10, burst=2), clock, random.Random(1))
    for _ in range(12):
        client.get(PATH, {}, Thing)
    client.close()
    assert clock.elapsed_ns / 1e9 == pytest.approx(1.0)


def test_tries_are_few(client: JsonClient, service: PublicService) -> None:
    service.gives(PATH, Reply(500))
    with pytest.raises(Unavailable, match="Things answered with status 500"):
        client.get(PATH, {}, Thing)
    assert len(service.asked) == http.MOST_TRIES


@pytest.mark.parametrize("asked", ["7", "Thu, 01 Jan 2026 00:00:07 GMT"])
def test_it_comes_back_when_told_to(client: JsonClient, service: PublicService, clock: ManualClock, asked: str) -> None:
    service.gives(PATH, Reply(429, headers={"Retry-After": asked}), {"name": "nail"})
    client.get(PATH, {}, Thing)
    assert 7 <= clock.elapsed_ns / 1e9 <= 7 + http.FIRST_WAIT_S


@pytest.mark.parametrize("asked", ["", "soon", "-5", "1.5", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_strange_wish_is_no_wish(client: JsonClient, service: PublicService, clock: ManualClock, asked: str) -> None:
    service.gives(PATH, Reply(429, headers={"Retry-After": asked}), {"name": "nail"})
    client.get(PATH, {}, Thing)
    assert clock.elapsed_ns <= http.FIRST_WAIT_S * 1e9


def test_who_wants_to_be_left_alone_for_long_is(client: JsonClient, service: PublicService, clock: ManualClock) -> None:
    service.gives(PATH, Reply(429, headers={"Retry-After": "600"}), {"name": "nail"})
    with pytest.raises(Unavailable, match="left alone for 600 s"):
        client.get(PATH, {}, Thing)
    clock.sleep(599)
    with pytest.raises(Unavailable, match="left alone for 1 s"):
        client.get(PATH, {}, Thing)
    assert len(service.asked) == 1
    clock.sleep(1)
    assert client.get(PATH, {}, Thing) == Thing("nail")


def test_no_wish_switches_it_off_for_ever(client: JsonClient, service: PublicService, clock: ManualClock) -> None:
    service.gives(PATH, Reply(503, headers={"Retry-After": "9" * 30}), {"name": "nail"})
    with pytest.raises(Unavailable):
        client.get(PATH, {}, Thing)
    clock.sleep(http.LONGEST_REST_S)
    assert client.get(PATH, {}, Thing) == Thing("nail")


def test_one_that_is_down_is_left_alone_and_tried_again(
    client: JsonClient, service: PublicService, clock: ManualClock
) -> None:
    service.gives(PATH, Reply(500))
    for _ in range(http.MOST_FAILURES):
        with pytest.raises(Unavailable):
            client.get(PATH, {}, Thing)
    asked = len(service.asked)
    with pytest.raises(Unavailable, match="failed too often"):
        client.get(PATH, {}, Thing)
    assert len(service.asked) == asked
    clock.sleep(http.REST_S)
    service.gives(PATH, {"name": "nail"})
    assert client.get(PATH, {}, Thing) == Thing("nail")


def test_one_that_hangs_is_given_up(service: PublicService, clock: ManualClock) -> None:
    service.gives(PATH, service.hangs(), {"name": "nail"})
    with client_of(service, clock, timeout_s=0.1) as client:
        assert client.get(PATH, {}, Thing) == Thing("nail")


def test_one_that_answers_in_drips_is_given_up(client: JsonClient, service: PublicService, clock: ManualClock) -> None:
    drip = Reply(body=b'{"name": "nail"}', midway=lambda: clock.sleep(http.LONGEST_ANSWER_S + 1))
    service.gives(PATH, drip)
    with pytest.raises(Unavailable, match="took more than 30 s"):
        client.get(PATH, {}, Thing)


def test_one_that_nobody_listens_at_is_unavailable(service: PublicService, clock: ManualClock) -> None:
    service.url = "http://127.0.0.1:9"  # the discard port
    with client_of(service, clock) as client, pytest.raises(Unavailable, match="Things did not answer: ConnectError"):
        client.get(PATH, {}, Thing)


@pytest.mark.parametrize("body", [b"<html>", b"", b'{"name": 1}', b"[]", b'{"name": "nail"', b'{"name": "\xff"}'])
def test_what_is_not_as_documented_is_no_answer(client: JsonClient, service: PublicService, body: bytes) -> None:
    service.gives(PATH, Reply(body=body))
    with pytest.raises(Unavailable, match="Things answered otherwise than it documents"):
        client.get(PATH, {}, Thing)
    assert len(service.asked) == 1


def test_a_huge_answer_is_not_read_to_its_end(client: JsonClient, service: PublicService) -> None:
    service.gives(PATH, Reply(body=b'"' + b"x" * (http.MOST_BYTES + 1_000_000) + b'"'))
    with pytest.raises(Unavailable, match="more than 16,777,216 bytes"):
        client.get(PATH, {}, Thing)


def test_absence_is_an_answer_only_where_the_service_says_so(client: JsonClient) -> None:
    assert client.get(PATH, {}, Thing, is_not_found) is None
    with pytest.raises(Unavailable, match=r"is 127\.0\.0\.1 its address\?"):
        client.get(PATH, {}, Thing)


def test_a_question_that_it_does_not_understand_is_not_put_again(client: JsonClient, service: PublicService) -> None:
    service.gives(PATH, Reply(400))
    with pytest.raises(Reject, match="Things does not understand"):
        client.get(PATH, {}, Thing)
    assert len(service.asked) == 1


def test_an_address_that_is_none_is_refused_before_anything_is_asked(clock: ManualClock) -> None:
    service = Service(name="Things", url="http://[::x", per_s=1, burst=1)
    with pytest.raises(Misconfigured, match="the address of Things is none"):
        JsonClient(service, clock, random.Random(1))


def test_a_refusal_shows_that_it_is_back(client: JsonClient, service: PublicService, clock: ManualClock) -> None:
    service.gives(PATH, Reply(429, headers={"Retry-After": "600"}), Reply(400), {"name": "nail"})
    with pytest.raises(Unavailable):
        client.get(PATH, {}, Thing)
    clock.sleep(600)
    with pytest.raises(Reject):
        client.get(PATH, {}, Thing)
    assert client.get(PATH, {}, Thing) == Thing("nail")


def test_it_is_sent_nowhere_else(client: JsonClient, service: PublicService) -> None:
    service.gives(PATH, Reply(302, headers={"Location": f"{service.url}/else"}))
    with pytest.raises(Unavailable, match="status 302"):
        client.get(PATH, {}, Thing)
    assert [asked.path for asked in service.asked] == [PATH]


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_name_the_setting_and_not_the_secret(
    service: PublicService, clock: ManualClock, status: int
) -> None:
    service.gives(PATH, Reply(status))
    with client_of(service, clock, secret="hunter2") as client, pytest.raises(Misconfigured) as refused:
        client.get(PATH, {}, Thing)
    assert "METRONIS_KNOWLEDGE__KEY" in str(refused.value)
    assert "hunter2" not in repr(refused.value)
    assert len(service.asked) == 1


@pytest.mark.parametrize("status", [200, 302, 400, 403, 404, 500])
def test_no_error_and_no_address_holds_term_or_secret(
    service: PublicService, clock: ManualClock, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.WARNING)
    service.gives(PATH, Reply(status, body=b"Mr Smith hunter2"))
    with (
        client_of(service, clock, secret="hunter2") as client,
        pytest.raises((Unavailable, Reject, Misconfigured)) as failed,
    ):
        client.get(PATH, {"name": "Mr Smith"}, Thing)
    error: BaseException | None = failed.value
    while error is not None:
        assert "Smith" not in str(error)
        assert "hunter2" not in str(error)
        error = error.__cause__
    assert caplog.text == ""
    assert all("hunter2" not in str(asked.query) for asked in service.asked)
