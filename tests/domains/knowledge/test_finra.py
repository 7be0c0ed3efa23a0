"""FINRA: registered representatives, and tokens that end."""

from __future__ import annotations

import base64

import pytest

from domains.knowledge import finra
from domains.knowledge.base import Firm, Registration, Representative
from domains.knowledge.finra import ClientCredentials, Finra
from metronis.clock import ManualClock
from metronis.errors import Misconfigured, Reject, Unavailable
from tests.domains.knowledge.conftest import SourceOf
from tests.domains.knowledge.documented import finra_has
from tests.domains.knowledge.service import PublicService, Reply

CRD = 1000001
PATH = f"/data/group/registration/name/registrationValidationIndividual/id/{CRD}"
SECRET = "a secret of ours"


@pytest.fixture
def representatives(service: PublicService, source_of: SourceOf, clock: ManualClock) -> Finra:
    finra_has(service, CRD)
    auth = ClientCredentials(f"{service.url}/token", "client", SECRET, clock)
    return Finra(source_of(finra.service(service.url, auth)))


def paths(service: PublicService) -> list[str]:
    return [asked.path for asked in service.asked]


def test_a_representative_has_present_firms_and_registrations(representatives: Finra, service: PublicService) -> None:
    assert representatives.representative(CRD).found == Representative(
        CRD,
        "Pat Example",
        (Firm(11, "Example Securities"),),
        (Registration("FINRA", "APPROVED", True, ("GS",)), Registration("Texas", "APPROVED", False)),
    )
    token, data = service.asked
    assert (token.method, token.query) == ("POST", {"grant_type": ["client_credentials"]})
    assert token.headers["Authorization"] == f"Basic {base64.b64encode(f'client:{SECRET}'.encode()).decode()}"
    assert data.headers["Authorization"] == "Bearer token-1"
    assert data.headers["Accept"] == "application/json"


def test_a_token_serves_until_shortly_before_its_end(
    representatives: Finra, service: PublicService, clock: ManualClock
) -> None:
    representatives.representative(CRD)
    clock.sleep(1_700)
    representatives.representative(CRD)
    assert paths(service) == ["/token", PATH, PATH]
    clock.sleep(60)
    representatives.representative(CRD)
    assert paths(service)[3:] == ["/token", PATH]


def test_a_token_that_ended_early_is_renewed_once(representatives: Finra, service: PublicService) -> None:
    service.gives(PATH, Reply(401), {"individualCrdNumber": CRD})
    assert representatives.representative(CRD).found == Representative(CRD, "")
    assert paths(service) == ["/token", PATH, "/token", PATH]
    service.gives(PATH, Reply(401))
    with pytest.raises(Misconfigured, match="METRONIS_KNOWLEDGE__FINRA_CLIENT_ID"):
        representatives.representative(CRD)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_credentials_name_their_settings_and_not_themselves(
    representatives: Finra, service: PublicService, status: int
) -> None:
    service.gives("/token", Reply(status, b'{"error": "invalid_client"}'))
    with pytest.raises(Misconfigured, match="METRONIS_KNOWLEDGE__FINRA_CLIENT_SECRET") as refused:
        representatives.representative(CRD)
    assert SECRET not in str(refused.value)
    assert paths(service) == ["/token"]


def test_where_no_token_can_be_had_it_is_tried_again(representatives: Finra, service: PublicService) -> None:
    token = {"access_token": "token-2", "expires_in": 1_800}
    service.gives("/token", Reply(503), token)
    assert representatives.representative(CRD).found is not None
    assert paths(service) == ["/token", "/token", PATH]


@pytest.mark.parametrize("body", [b"", b'{"token": "x"}', b'{"access_token": "\xff"}'])
def test_a_token_otherwise_than_documented_is_no_token(
    representatives: Finra, service: PublicService, body: bytes
) -> None:
    service.gives("/token", Reply(body=body))
    with pytest.raises(Unavailable, match="token otherwise than it documents"):
        representatives.representative(CRD)


def test_who_is_not_registered_is_no_error(representatives: Finra) -> None:
    assert representatives.representative(2).found is None


@pytest.mark.parametrize("crd", [0, -1, 10**9])
def test_what_can_be_no_number_is_not_asked(representatives: Finra, service: PublicService, crd: int) -> None:
    with pytest.raises(Reject):
        representatives.representative(crd)
    assert service.asked == []
