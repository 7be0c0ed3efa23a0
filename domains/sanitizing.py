"""Tier 0 by the domains as they are now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from domains.domain import Domain
from domains.live import LiveDomains
from metronis.errors import Misconfigured
from processors.sanitize.policy import SanitizePolicies, SanitizeSpec
from processors.sanitize.sanitizer import Sanitized, Sanitizer
from schemas.trace import Trace

log = structlog.get_logger(__name__)


def sanitize_specs(domains: Mapping[str, Domain]) -> dict[str, SanitizeSpec]:
    """What each domain says of tier 0."""
    return {name: domain.spec.sanitize for name, domain in domains.items()}


class DomainSanitizer:
    """A sanitiser that follows the domains, and puts a trace that names no domain into the one that its marks show.

    Where the new policies are wrong those before stay; a domain that these do not know cannot be sanitised, so its
    traces go no further. Raises Misconfigured at the start where the policies are wrong.
    """

    def __init__(
        self,
        domains: LiveDomains,
        sanitizer: Callable[[SanitizePolicies], Sanitizer],
        policies: Callable[[Mapping[str, SanitizeSpec]], SanitizePolicies],
    ) -> None:
        self._domains = domains
        self._policies = policies
        self._known = domains.current()
        self._sanitizer = sanitizer(policies(sanitize_specs(self._known)))

    def sanitize(self, trace: Trace) -> Sanitized:
        """Raises Unsanitised whenever anything goes wrong."""
        known = self._domains.current()
        if known is not self._known:
            self._follow(known)
        return self._sanitizer.sanitize(self._domains.recognised(trace))

    def _follow(self, known: Mapping[str, Domain]) -> None:
        self._known = known
        try:
            policies = self._policies(sanitize_specs(known))
        except Misconfigured as error:
            log.error("policies of tier 0 are wrong; those before stay", problem=str(error))
            return
        self._sanitizer = self._sanitizer.with_policies(policies)
