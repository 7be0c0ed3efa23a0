"""The real tiers, in process: one trace in, one verdict out. `metronis eval` and the benchmarks run it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from cachetools import LRUCache

from domains.catalogue import load_catalogue
from domains.live import LiveDomains, LivePolicies
from domains.sanitizing import DomainSanitizer, sanitize_specs
from metronis.clock import Clock, SystemClock
from metronis.secret import master_secret
from metronis.settings import Settings
from metronis.tiers import DEPLOYED
from metronis.vault import open_vault
from processors.cascade import Escalate, Exit, settle, verdict_on
from processors.sanitize.content.detector import ContentDetector
from processors.sanitize.content.secrets import secrets
from processors.sanitize.detector import Detector
from processors.sanitize.keys import KeyDetector
from processors.sanitize.layers import Layers
from processors.sanitize.names.detector import NameDetector, shipped
from processors.sanitize.names.identifiers import identifiers
from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.policy import SanitizePolicies
from processors.sanitize.policy.policy import Mode
from processors.sanitize.pseudonyms import Pseudonyms
from processors.sanitize.pseudonyms.keyed import KeyedPseudonyms
from processors.sanitize.recognizers import english
from processors.sanitize.replacement import Replacement
from processors.sanitize.sanitizer import Sanitizer
from processors.tiers.heuristics import Heuristics
from processors.tiers.sanitize import Sanitize
from schemas.case import Case
from schemas.evaluation import Tier
from schemas.limits import check_domain
from schemas.trace import Trace
from schemas.verdict import Verdict

CACHED_RESULTS = 50_000


def open_domains(settings: Settings, clock: Clock) -> LiveDomains:
    """The domains, followed while they are edited. Raises Misconfigured where none can be loaded."""
    return LiveDomains(settings.domains_dir, clock)


def build_sanitize(
    settings: Settings, clock: Clock, *, vault: bool = False, domains: LiveDomains | None = None
) -> Sanitize:
    """Tier 0 as the settings say and by the domains as they are at any time; see `build_sanitizer`."""

    def sanitizer(policies: SanitizePolicies) -> Sanitizer:
        return build_sanitizer(settings, clock, vault=vault, policies=policies)

    policies = partial(SanitizePolicies, folder=settings.sanitize.policies)
    return Sanitize(DomainSanitizer(domains or open_domains(settings, clock), sanitizer, policies), clock)


def build_sanitizer(
    settings: Settings, clock: Clock, *, vault: bool = False, policies: SanitizePolicies | None = None
) -> Sanitizer:
    """The sanitiser as the settings and the domains say.

    vault: whether policies that want a vault get one; else their pseudonyms are keyed, and nothing is kept.
    Raises Misconfigured where a policy, a secret or the vault is wrong.
    """
    policies = policies or build_policies(settings)
    keyed = KeyedPseudonyms(master_secret(settings))
    # A domain that first wants a vault when it is too late to open one gets no pseudonyms: its traces go no further.
    pseudonyms: dict[Mode, Pseudonyms] = {"keyed": keyed} if vault else {"keyed": keyed, "vault": keyed}
    if vault and any(policy.pseudonyms == "vault" for policy in policies):
        from processors.sanitize.pseudonyms.vaulted import VaultPseudonyms  # SQLAlchemy takes a quarter of a second

        pseudonyms["vault"] = VaultPseudonyms(open_vault(settings, clock))
    return Sanitizer(build_layers(settings), Replacement(pseudonyms, clock), policies)


def build_policies(settings: Settings) -> SanitizePolicies:
    """What the domains that are right, and the organisations, want done with what is found. Raises Misconfigured."""
    domains = load_catalogue(settings.domains_dir).domains
    return SanitizePolicies(sanitize_specs(domains), settings.sanitize.policies)


def build_layers(settings: Settings) -> Layers:
    """What looks for personal data."""
    if not settings.sanitize.enabled:
        return Layers([])
    exact: list[Detector] = [PatternDetector([*english(), *secrets()]), KeyDetector(), ContentDetector()]
    names = _second_look(NameDetector()) if settings.sanitize.neural else NameDetector()
    return Layers(exact, [names], identifiers(shipped().lexicon))


def _second_look(names: NameDetector) -> Detector:
    """The names layer, and a neural model on what it leaves in doubt. Raises Misconfigured without the extra `ml`."""
    from processors.sanitize.neural.doubtful import Doubtful, ordinary_words
    from processors.sanitize.neural.rampart import RampartDetector

    return Doubtful(names, RampartDetector(), ordinary_words(shipped().lexicon))


def build_heuristics(clock: Clock) -> Heuristics:
    """Tier 1."""
    return Heuristics(clock, LRUCache(CACHED_RESULTS))


class Pipeline:
    """The tiers one behind the other, without a log between them."""

    def __init__(
        self, domains: LiveDomains, clock: Clock, sanitize: Sanitize | None, heuristics: Heuristics | None
    ) -> None:
        self._domains = domains
        self._policies = LivePolicies(domains)
        self._clock = clock
        self._sanitize = sanitize
        self._heuristics = heuristics

    def evaluate(self, trace: Trace) -> Verdict:
        """The verdict. Raises UnknownDomain, or Unsanitised where tier 0 failed."""
        check_domain(trace, self._policies)
        case = Case(source="", ingested_at=self._clock.now())
        tier: Tier = "t0"
        outcome: Exit | Escalate = Escalate("t1", "no tier that decides was run")
        if self._sanitize:
            trace, case = self._sanitize.sanitize(trace, case)
        else:
            trace = self._domains.recognised(trace)
        policy = self._policies[trace.domain]
        if self._heuristics:
            tier = "t1"
            case, outcome = self._heuristics.evaluate(trace, case, policy)
        return verdict_on(trace, case, settle(outcome), policy, tier, self._clock.now())


def build_pipeline(settings: Settings, tiers: Sequence[Tier] = DEPLOYED, clock: Clock | None = None) -> Pipeline:
    """The pipeline with these tiers."""
    clock = clock or SystemClock()
    domains = open_domains(settings, clock)
    sanitize = build_sanitize(settings, clock, domains=domains) if "t0" in tiers else None
    heuristics = build_heuristics(clock) if "t1" in tiers else None
    return Pipeline(domains, clock, sanitize, heuristics)
