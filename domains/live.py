"""Domains that follow their files: an edit counts within a second, without a restart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock

import structlog

from domains.catalogue import Catalogue, load_catalogue, spec_files
from domains.domain import Domain, Stamp, stamp_of
from domains.recognition import Recogniser
from metronis.clock import Clock
from metronis.errors import Misconfigured
from monitoring.metrics import DOMAINS_BROKEN
from processors.policy import Policy
from schemas.trace import Trace

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
LOOK_AGAIN_S = 0.1
"""The least time between two looks, however many traces of unknown domains come."""


class LiveDomains:
    """All domains as their files are now; one that becomes wrong stays as it last was right, and is logged.

    Raises Misconfigured at the start where no domain can be loaded. Safe for several threads.
    """

    def __init__(self, folder: Path | None, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = Lock()
        self._stamps = self._stamped()
        self._catalogue = load_catalogue(folder)
        self._looked_s = clock.monotonic_ns() / 1e9
        self._recogniser = Recogniser(self._catalogue.domains)
        self._report(self._catalogue)
        if not self._catalogue.domains:
            raise next(iter(self._catalogue.broken.values()), Misconfigured("there are no domains"))

    def current(self) -> Mapping[str, Domain]:
        """The domains by name; a new mapping whenever one of them has changed."""
        if self._is_due(LOOK_EVERY_S) and self._lock.acquire(blocking=False):  # the others go on with what there is
            try:
                self._look(LOOK_EVERY_S)
            finally:
                self._lock.release()
        return self._catalogue.domains

    def find(self, name: str) -> Domain | None:
        """The domain of that name, also one whose file has come this very moment."""
        found = self.current().get(name)
        if found is None:
            with self._lock:  # another thread may be reading this very domain
                self._look(LOOK_AGAIN_S)
            found = self._catalogue.domains.get(name)
        return found

    def recognised(self, trace: Trace) -> Trace:
        """The trace with its domain, where it named none and its marks show one."""
        domains = self.current()
        if self._recogniser.domains is not domains:
            self._recogniser = Recogniser(domains)
        return self._recogniser.recognised(trace)

    def _is_due(self, every_s: float) -> bool:
        return self._clock.monotonic_ns() / 1e9 - self._looked_s >= every_s

    def _look(self, every_s: float) -> None:
        """Load the domains again where it is time to look and a file has changed. The lock is held."""
        if not self._is_due(every_s):
            return
        self._looked_s = self._clock.monotonic_ns() / 1e9
        stamps = self._stamped()
        if stamps != self._stamps:
            self._stamps = stamps
            self._catalogue = load_catalogue(self._folder, last=self._catalogue.domains)
            self._report(self._catalogue)

    def _stamped(self) -> list[Stamp]:
        """What changes whenever a file of a domain does, comes or goes."""
        return [stamp_of(file) for file in spec_files(self._folder)]

    def _report(self, catalogue: Catalogue) -> None:
        DOMAINS_BROKEN.set(len(catalogue.broken))
        for name, error in catalogue.broken.items():
            log.error("a domain is wrong", domain=name, problem=str(error), stands_in=name in catalogue.domains)


class LivePolicies(Mapping[str, Policy]):
    """The policies of live domains, by name."""

    def __init__(self, domains: LiveDomains) -> None:
        self._domains = domains

    def __getitem__(self, name: str) -> Policy:
        found = self._domains.find(name)
        if found is None:
            raise KeyError(name)
        return found.policy

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._domains.find(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._domains.current())

    def __len__(self) -> int:
        return len(self._domains.current())
