"""The command line as a client of a running gateway: where it is, and requests that are tried again within bounds."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import msgspec

from metronis.clock import Clock
from metronis.errors import MetronisError, Misconfigured, NotFound, Unavailable
from metronis.settings import Settings
from metronis.supervisor import run_file
from schemas.topics import Priority

if TYPE_CHECKING:
    from api.answers import ItemResult

MOST_TRIES = 8
FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 15.0
ALIVE_TIMEOUT_S = 2.0
REQUEST_TIMEOUT_S = 60.0

_TRY_AGAIN = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE})


class Refusal(MetronisError):
    """The gateway refused the request itself."""

    code = "refused"


def open_client(url: str) -> httpx.Client:
    """An HTTP client for a gateway; one on this machine is never asked for through a proxy. Raises Misconfigured."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Misconfigured(f"{url!r} is no address of a gateway; give one such as http://127.0.0.1:8300")
    return httpx.Client(base_url=url, timeout=REQUEST_TIMEOUT_S, trust_env=not _is_local(parts.hostname))


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def running_gateway(settings: Settings) -> str | None:
    """The address of the gateway over this data folder; None where none runs or it does not answer."""
    try:
        url = str(json.loads(run_file(settings).read_text())["url"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return url if is_alive(url) else None


def is_alive(url: str) -> bool:
    """Whether a gateway answers there."""
    with open_client(url) as client:
        try:
            return client.get("/health", timeout=ALIVE_TIMEOUT_S).is_success
        except httpx.HTTPError:
            return False


@dataclass
class Gateway:
    """Requests to one gateway. `retries` counts how often one had to be sent again."""

    client: httpx.Client
    clock: Clock
    rng: random.Random
    priority: Priority = "interactive"  # of what it sends
    retries: int = field(default=0, init=False)

    def send(self, traces: Sequence[bytes]) -> list[ItemResult]:
        """Hand over traces as JSON; one result each, in order. Their ids make it safe to send them again.

        Waits and tries again on 429, 502, 503 and broken connections. Raises Unavailable after MOST_TRIES, Refusal
        where the gateway refuses the batch itself.
        """
        from api.answers import BatchResult, Problem  # drags the web framework in, which other commands do without

        body = b"\n".join(traces)
        response = self._tried("POST", "/api/v1/traces/batch", body, {"priority": self.priority})
        if response.status_code == HTTPStatus.ACCEPTED:
            return msgspec.json.decode(response.content, type=BatchResult).results
        if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            problem = msgspec.json.decode(response.content, type=Problem)
            if problem.results:
                return problem.results
        raise _refusal(response)

    def get(self, path: str, parameters: dict[str, Any]) -> bytes:
        """The body of an answer. Raises NotFound, Unavailable, Refusal."""
        given = {name: value for name, value in parameters.items() if value is not None}
        response = self._tried("GET", path, None, given)
        if response.status_code == HTTPStatus.NOT_FOUND:
            raise NotFound(_detail(response))
        if not response.is_success:
            raise _refusal(response)
        return response.content

    def _tried(
        self, method: str, path: str, body: bytes | None, parameters: dict[str, Any] | None = None
    ) -> httpx.Response:
        headers = {"Content-Type": "application/x-ndjson"} if body else {}
        why = ""
        for attempt in range(MOST_TRIES):
            asked_s = 0.0
            try:
                response = self.client.request(method, path, content=body, params=parameters, headers=headers)
                if response.status_code not in _TRY_AGAIN:
                    return response
                why, asked_s = _detail(response), _retry_after_s(response)
            except httpx.TransportError as error:
                why = str(error) or type(error).__name__
            if attempt < MOST_TRIES - 1:
                self.retries += 1
                self.clock.sleep(max(asked_s, self._backoff_s(attempt)))
        raise Unavailable(f"the gateway at {self.client.base_url} did not take it in {MOST_TRIES} tries: {why}")

    def _backoff_s(self, attempt: int) -> float:
        """Doubles, with full jitter, so that clients that failed together do not come back together."""
        return self.rng.uniform(0, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**attempt))


def _retry_after_s(response: httpx.Response) -> float:
    """What the gateway asks for, bounded; 0 where it asks for nothing or gives a date."""
    asked = response.headers.get("retry-after", "")
    return min(float(asked), LONGEST_WAIT_S) if asked.isascii() and asked.isdigit() else 0.0


def _detail(response: httpx.Response) -> str:
    """What the gateway says is wrong, or just its status where the answer is none of ours."""
    try:
        problem = response.json()
        number = f" [{problem['id']}]" if problem.get("id") else ""
        return f"{problem['detail']} ({response.status_code}). {problem.get('mend', '')}{number}".strip()
    except (ValueError, LookupError, TypeError, AttributeError):
        return f"HTTP status {response.status_code}"


def _refusal(response: httpx.Response) -> Refusal:
    return Refusal(f"the gateway refused the request: {_detail(response)}")
