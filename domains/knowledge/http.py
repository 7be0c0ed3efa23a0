"""Asks a public service for JSON: with GET alone, in its turn, again where that can help, never without a bound."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

import httpx
import msgspec
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from domains.knowledge.pace import CircuitBreaker, TokenBucket
from metronis.clock import Clock
from metronis.errors import Misconfigured, Reject, Unavailable
from monitoring.metrics import KNOWLEDGE_REQUEST_SECONDS

S = TypeVar("S")

MOST_TRIES = 3
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 10.0
"""Between two tries. A service that asks to be left alone for longer is, and the question fails at once."""

LONGEST_REST_S = 3_600.0
MOST_FAILURES = 5
REST_S = 30.0
MOST_BYTES = 16 * 2**20
LONGEST_ANSWER_S = 30.0

_MAY_PASS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})

Parameters = Mapping[str, str | Sequence[str]]
Absent = Callable[[int, bytes], bool]


def is_not_found(status: int, body: bytes) -> bool:
    """Whether an answer says that there is no such thing, for services that say so by status 404 alone."""
    del body
    return status == HTTPStatus.NOT_FOUND


def _never(status: int, body: bytes) -> bool:
    del status, body
    return False


@dataclass(frozen=True, kw_only=True)
class Service:
    """A public service: what people call it, its address, and how often it may be asked (see TokenBucket).

    `credential` names the settings of what `auth` sends. Without one, status 403 means "too often", as RxNav and the
    SEC use it.
    """

    name: str
    url: str
    per_s: float
    burst: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # one may hold a token
    auth: httpx.Auth | None = None
    credential: str = ""


class _Again(Unavailable):
    """A failure that may pass within seconds."""

    def __init__(self, message: str, wait_s: float = 0.0) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class _LeaveAlone(Unavailable):
    """A service that wants to be left alone for longer than anybody waits."""

    def __init__(self, message: str, rest_s: float) -> None:
        super().__init__(message)
        self.rest_s = rest_s


class JsonClient:
    """Questions to one service. Thread-safe. No error names what was asked, which may be personal."""

    def __init__(self, service: Service, clock: Clock, rng: random.Random, *, timeout_s: float = 10.0) -> None:
        """`timeout_s`: the longest silence. Raises Misconfigured where the address is none."""
        self._service = service
        self._clock = clock
        self._rng = rng
        self._bucket = TokenBucket(service.per_s, service.burst, clock)
        self._breaker = CircuitBreaker(MOST_FAILURES, REST_S, clock)
        headers = {"Accept": "application/json", **service.headers}
        try:
            self._client = httpx.Client(base_url=service.url, headers=headers, auth=service.auth, timeout=timeout_s)
        except httpx.InvalidURL as error:
            raise Misconfigured(f"the address of {service.name} is none: {error}") from error
        self._retrying = Retrying(
            sleep=clock.sleep,
            wait=self._wait_s,
            stop=stop_after_attempt(MOST_TRIES),
            retry=retry_if_exception_type(_Again),
            reraise=True,
        )

    def get(self, path: str, parameters: Parameters, shape: type[S], absent: Absent = _never) -> S | None:
        """What is at a path, or at another address altogether; None where `absent` says so of the status and body.

        Raises as `domains.knowledge.base` says of questions.
        """
        rest_s = self._breaker.rest_s()
        if rest_s:
            raise Unavailable(f"{self._service.name} failed too often; it is left alone for {rest_s:.0f} s")
        try:
            found = self._retrying(self._once, path, parameters, shape, absent)
        except _LeaveAlone as error:
            self._breaker.failed(error.rest_s)
            raise
        except Unavailable:
            self._breaker.failed()
            raise
        except (Reject, Misconfigured):  # an answer all the same
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()
        return found

    def close(self) -> None:
        """Idempotent."""
        self._client.close()

    def _once(self, path: str, parameters: Parameters, shape: type[S], absent: Absent) -> S | None:
        self._bucket.take()
        begun_ns = self._clock.monotonic_ns()
        try:
            with self._client.stream("GET", path, params=parameters) as response:
                body = self._body(response, begun_ns)
        except httpx.HTTPError as error:
            raise _Again(f"{self._service.name} did not answer: {type(error).__name__}") from error
        finally:
            took_s = (self._clock.monotonic_ns() - begun_ns) / 1e9
            KNOWLEDGE_REQUEST_SECONDS.labels(self._service.name).observe(took_s)
        if response.status_code == HTTPStatus.OK:
            return self._decoded(body, shape)
        if absent(response.status_code, body):
            return None
        raise self._failure(response)

    def _body(self, response: httpx.Response, begun_ns: int) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise Unavailable(f"{self._service.name} answered with more than {MOST_BYTES:,} bytes")
            if self._clock.monotonic_ns() - begun_ns > LONGEST_ANSWER_S * 1e9:
                raise _Again(f"{self._service.name} took more than {LONGEST_ANSWER_S:.0f} s to answer")
        return bytes(body)

    def _decoded(self, body: bytes, shape: type[S]) -> S:
        try:
            return msgspec.json.decode(body, type=shape)
        except ValueError as error:  # no JSON, of another shape, or no text at all
            host = httpx.URL(self._service.url).host
            told = f"{self._service.name} answered otherwise than it documents ({error}); is {host} its address?"
            raise Unavailable(told) from error

    def _failure(self, response: httpx.Response) -> Misconfigured | Reject | Unavailable:
        name, status = self._service.name, response.status_code
        if status in _REFUSED and self._service.credential:
            return Misconfigured(f"{name} refuses the credentials (status {status}); mend {self._service.credential}")
        if status in _MAY_PASS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            wait_s = min(self._retry_after_s(response), LONGEST_REST_S)
            if wait_s > LONGEST_WAIT_S:
                return _LeaveAlone(f"{name} asks to be left alone for {wait_s:.0f} s (status {status})", wait_s)
            return _Again(f"{name} answered with status {status}", wait_s)
        if status == HTTPStatus.BAD_REQUEST:
            return Reject(f"{name} does not understand the question", field="term")
        return Unavailable(f"{name} answered with status {status}; is {response.url.host} its address?")

    def _retry_after_s(self, response: httpx.Response) -> float:
        """What `Retry-After` asks for, seconds or a date (RFC 9110, 10.2.3); 0 where it asks for nothing."""
        asked = response.headers.get("Retry-After", "")
        if asked.isascii() and asked.isdigit():
            return float(asked[:9])
        try:
            at = parsedate_to_datetime(asked)
        except ValueError:
            return 0.0
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0.0, (at - self._clock.now()).total_seconds())

    def _wait_s(self, state: RetryCallState) -> float:
        """Doubles, with full jitter, so that those who failed together do not come back together."""
        error = state.outcome.exception() if state.outcome else None
        asked_s = error.wait_s if isinstance(error, _Again) else 0.0
        return asked_s + self._rng.uniform(0, FIRST_WAIT_S * 2 ** (state.attempt_number - 1))
