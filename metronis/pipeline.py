"""The real tiers, in process: one trace in, one verdict out. `metronis eval` and the benchmarks run it."""

from __future__ import annotations

from collections.abc import Sequence

from cachetools import LRUCache

from domains.catalogue import load_policies
from metronis.clock import Clock, SystemClock
from metronis.secret import master_secret
from metronis.settings import Settings
from metronis.tiers import DEPLOYED
from processors.cascade import Escalate, Exit, settle, verdict_on
from processors.policy import Policies
from processors.sanitize.detector import NoDetector, PresidioDetector
from processors.sanitize.pseudonyms import Pseudonyms
from processors.sanitize.sanitizer import Sanitizer
from processors.tiers.heuristics import Heuristics
from processors.tiers.sanitize import Sanitize
from schemas.case import Case
from schemas.evaluation import Tier
from schemas.limits import check_domain
from schemas.trace import Trace
from schemas.verdict import Verdict

CACHED_RESULTS = 50_000


def build_sanitize(settings: Settings, clock: Clock) -> Sanitize:
    """Tier 0 as the settings say."""
    detector = PresidioDetector() if settings.sanitize.enabled else NoDetector()
    return Sanitize(Sanitizer(detector, Pseudonyms(master_secret(settings))), clock)


def build_heuristics(policies: Policies, clock: Clock) -> Heuristics:
    """Tier 1 with these policies."""
    return Heuristics(policies, clock, LRUCache(CACHED_RESULTS))


class Pipeline:
    """The tiers one behind the other, without a log between them."""

    def __init__(
        self, policies: Policies, clock: Clock, sanitize: Sanitize | None, heuristics: Heuristics | None
    ) -> None:
        self._policies = policies
        self._clock = clock
        self._sanitize = sanitize
        self._heuristics = heuristics

    def evaluate(self, trace: Trace) -> Verdict:
        """The verdict. Raises UnknownDomain, or Unsanitised where tier 0 failed."""
        check_domain(trace, frozenset(self._policies))
        policy = self._policies[trace.domain]
        case = Case(source="", ingested_at=self._clock.now())
        tier: Tier = "t0"
        outcome: Exit | Escalate = Escalate("t1", "no tier that decides was run")
        if self._sanitize:
            trace, use = self._sanitize.sanitize(trace)
            case = case.after(use, [])
        if self._heuristics:
            tier = "t1"
            case, outcome = self._heuristics.evaluate(trace, case)
        return verdict_on(trace, case, settle(outcome), policy, tier, self._clock.now())


def build_pipeline(settings: Settings, tiers: Sequence[Tier] = DEPLOYED, clock: Clock | None = None) -> Pipeline:
    """The pipeline with these tiers."""
    clock = clock or SystemClock()
    policies = load_policies()
    sanitize = build_sanitize(settings, clock) if "t0" in tiers else None
    heuristics = build_heuristics(policies, clock) if "t1" in tiers else None
    return Pipeline(policies, clock, sanitize, heuristics)
