"""Opens the knowledge bases that the settings name."""

from __future__ import annotations

import random
from contextlib import ExitStack
from functools import cached_property
from types import TracebackType

from pydantic import SecretStr

from domains.knowledge import edgar, finra, openfda, rxnorm, snomed, table
from domains.knowledge.base import Companies, Drugs, Filings, Labels, Representatives, Terminology
from domains.knowledge.cache import AnswerCache, connect
from domains.knowledge.http import JsonClient, Service
from domains.knowledge.snapshot import SnapshotCompanies, SnapshotDrugs, SnapshotLabels
from domains.knowledge.source import Source
from metronis.clock import Clock
from metronis.errors import Misconfigured
from metronis.settings import Settings


class KnowledgeBases:
    """Each is opened when first asked for, and closed at the end of the `with` block.

    All raise Misconfigured where the settings do not allow them: where the snapshot has no such thing, or an address
    or a credential is missing.
    """

    def __init__(self, settings: Settings, clock: Clock, rng: random.Random) -> None:
        self._settings = settings.knowledge
        self._clock = clock
        self._rng = rng
        self._open = ExitStack()

    def __enter__(self) -> KnowledgeBases:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @cached_property
    def drugs(self) -> Drugs:
        """Of the healthcare domain, or RxNorm."""
        if self._is_snapshot:
            return SnapshotDrugs(table("healthcare", "drugs"))
        return rxnorm.RxNorm(self._source(rxnorm.service(self._settings.rxnorm_url), rxnorm.TTL_S))

    @cached_property
    def labels(self) -> Labels:
        """Of the healthcare domain, or openFDA."""
        if self._is_snapshot:
            tables = (table("healthcare", name) for name in ("drugs", "contraindications", "interactions"))
            return SnapshotLabels(*tables)
        service = openfda.service(self._settings.openfda_url, _secret(self._settings.openfda_api_key))
        return openfda.OpenFda(self._source(service, openfda.TTL_S))

    @cached_property
    def terminology(self) -> Terminology:
        """A FHIR server alone: nobody may ship the hierarchy of SNOMED CT."""
        self._refuse_snapshot("SNOMED CT, which its licence lets nobody ship")
        if self._settings.snomed_url is None:
            raise Misconfigured("no server has SNOMED CT for all; set METRONIS_KNOWLEDGE__SNOMED_URL to one of yours")
        service = snomed.service(self._settings.snomed_url, _secret(self._settings.snomed_token))
        return snomed.SnomedCt(self._source(service, snomed.TTL_S))

    @cached_property
    def companies(self) -> Companies:
        """Of the trading domain, or EDGAR."""
        if self._is_snapshot:
            return SnapshotCompanies(table("trading", "companies"))
        return self._edgar

    @cached_property
    def filings(self) -> Filings:
        """EDGAR alone."""
        self._refuse_snapshot("filings")
        return self._edgar

    @cached_property
    def representatives(self) -> Representatives:
        """FINRA alone: a registration may be suspended any day, so no table has them."""
        self._refuse_snapshot("registrations, which change any day")
        client_id, secret = self._settings.finra_client_id, _secret(self._settings.finra_client_secret)
        if not (client_id and secret):
            raise Misconfigured(f"FINRA answers those alone whom it knows; set {finra.CREDENTIAL}")
        auth = finra.ClientCredentials(self._settings.finra_token_url, client_id, secret, self._clock)
        return finra.Finra(self._source(finra.service(self._settings.finra_url, auth), finra.TTL_S))

    @cached_property
    def _edgar(self) -> edgar.Edgar:
        source = self._source(edgar.service(self._settings.edgar_url, self._settings.edgar_contact), edgar.TTL_S)
        return edgar.Edgar(source, self._settings.edgar_index_url)

    @cached_property
    def _cache(self) -> AnswerCache | None:
        url = _secret(self._settings.redis_url)
        if url is None:
            return None
        cache = AnswerCache(connect(url), self._clock)
        self._open.callback(cache.close)
        return cache

    def _source(self, service: Service, ttl_s: int) -> Source:
        client = JsonClient(service, self._clock, self._rng, timeout_s=self._settings.timeout_s)
        self._open.callback(client.close)
        return Source(name=service.name, client=client, clock=self._clock, ttl_s=ttl_s, cache=self._cache)

    @property
    def _is_snapshot(self) -> bool:
        return self._settings.source == "snapshot"

    def _refuse_snapshot(self, what: str) -> None:
        if self._is_snapshot:
            raise Misconfigured(f"the snapshot has no {what}; set METRONIS_KNOWLEDGE__SOURCE=http to ask the service")


def _secret(given: SecretStr | None) -> str | None:
    return given.get_secret_value().strip() if given else None
