"""Registered representatives, through FINRA's Query API: https://developer.finra.org/docs.

BrokerCheck has no documented API. The data set of individual registrations wants a credential that is entitled to it.
"""

from __future__ import annotations

from collections.abc import Generator
from threading import Lock

import httpx
import msgspec
from msgspec import Struct

from domains.knowledge.base import Answer, Firm, Registration, Representative
from domains.knowledge.http import Service, is_not_found
from domains.knowledge.source import Source
from metronis.clock import Clock
from metronis.errors import Misconfigured, Reject, Unavailable

TTL_S = 3_600
"""A registration may be suspended any day."""

CREDENTIAL = "METRONIS_KNOWLEDGE__FINRA_CLIENT_ID and METRONIS_KNOWLEDGE__FINRA_CLIENT_SECRET"
_PATH = "/data/group/registration/name/registrationValidationIndividual/id"
_MOST_CRD = 999_999_999
_EARLY_S = 60.0
_YES = frozenset({"y", "yes", "true", "1"})

Flag = bool | str | None


class _Employment(Struct, rename="camel"):
    firm_crd_number: int
    doing_business_as_name: str = ""
    is_active: Flag = None


class _Registration(Struct, rename="camel"):
    regulator_name: str
    status: str = ""
    is_inactive_or_suspended: Flag = None
    categories: list[str] | None = None


class _Individual(Struct, rename="camel"):
    individual_crd_number: int
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    suffix_name: str | None = None
    employments: list[_Employment] | None = None
    registrations: list[_Registration] | None = None


class _Token(Struct):
    access_token: str
    expires_in: float = 0.0


class ClientCredentials(httpx.Auth):
    """OAuth 2.0 client credentials (RFC 6749, 4.4): a token for all requests, renewed before it ends or is refused."""

    def __init__(self, url: str, client_id: str, secret: str, clock: Clock) -> None:
        self._url = url
        self._login = httpx.BasicAuth(client_id, secret)
        self._clock = clock
        self._token = ""
        self._ends_ns = 0
        self._lock = Lock()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Raises Misconfigured where the credentials are refused, Unavailable where no token can be had."""
        if self._clock.monotonic_ns() >= self._ends_ns:
            yield from self._renewed()
        response = yield self._signed(request)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            yield from self._renewed()
            yield self._signed(request)

    def _renewed(self) -> Generator[httpx.Request, httpx.Response, None]:
        asked = httpx.Request("POST", self._url, params={"grant_type": "client_credentials"})
        response = yield next(self._login.auth_flow(asked))
        if response.status_code in (httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise Misconfigured(f"FINRA gives no token (status {response.status_code}); mend {CREDENTIAL}")
        response.raise_for_status()
        try:
            token = msgspec.json.decode(response.read(), type=_Token, strict=False)  # seconds come as text too
        except ValueError as error:
            raise Unavailable("FINRA gave a token otherwise than it documents") from error
        with self._lock:
            self._token = token.access_token
            self._ends_ns = self._clock.monotonic_ns() + int((token.expires_in - _EARLY_S) * 1e9)

    def _signed(self, request: httpx.Request) -> httpx.Request:
        with self._lock:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def service(url: str, auth: ClientCredentials) -> Service:
    """The Query API at an address: 20 requests a second from one address."""
    return Service(name="FINRA", url=url, per_s=18, burst=2, auth=auth, credential=CREDENTIAL)


class Finra:
    """Registrations of individuals with FINRA and the states."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def representative(self, crd: int) -> Answer[Representative]:
        """See `domains.knowledge.base.Representatives`."""
        if not 0 < crd <= _MOST_CRD:
            raise Reject("a CRD number has 1 to 9 digits", field="crd")
        return self._source.answer(("representative", str(crd)), Answer[Representative], lambda: self._individual(crd))

    def _individual(self, crd: int) -> Representative | None:
        found = self._source.client.get(f"{_PATH}/{crd}", {}, _Individual, is_not_found)
        return None if found is None else _representative(found)


def _representative(found: _Individual) -> Representative:
    names = (found.first_name, found.middle_name, found.last_name, found.suffix_name)
    employments = [each for each in found.employments or () if _is_set(each.is_active)]
    return Representative(
        crd=found.individual_crd_number,
        name=" ".join(name for name in names if name),
        firms=tuple(Firm(each.firm_crd_number, each.doing_business_as_name) for each in employments),
        registrations=tuple(map(_registration, found.registrations or ())),
    )


def _registration(found: _Registration) -> Registration:
    in_force = found.status.lower() == "approved" and not _is_set(found.is_inactive_or_suspended)
    return Registration(found.regulator_name, found.status, in_force, tuple(found.categories or ()))


def _is_set(flag: Flag) -> bool:
    return flag is True or (isinstance(flag, str) and flag.lower() in _YES)
