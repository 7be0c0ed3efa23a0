"""Tests of a domain: its golden traces through the real tiers, and mutants of those that pass."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import msgspec

from domains.catalogue import load_catalogue
from domains.domain import Domain
from domains.golden import Golden, differences, own_claims, read_golden, uncovered
from domains.mutations import mutants
from metronis.clock import SystemClock
from metronis.errors import Reject
from metronis.pipeline import Pipeline, build_heuristics, build_sanitize, open_domains
from metronis.settings import Settings
from processors.evaluator import Evaluator, Fail
from processors.subject import Subject
from schemas.case import Case
from schemas.trace import Trace

MAX_PASSING = 6
"""Passing golden traces of a claim that are mutated before it counts as noticing nothing."""


class Wrong(msgspec.Struct, frozen=True):
    """A golden trace that was judged otherwise than it says."""

    case: str
    problem: str


class DomainReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a test. uncovered: kinds of case that no golden trace shows, by claim. unnoticed: claims that no
    change of one value made fail."""

    domain: str
    cases: int
    claims: int
    mutants: int
    wrong: list[Wrong]
    uncovered: dict[str, list[str]]
    unnoticed: list[str]

    @property
    def passed(self) -> bool:
        """Whether every golden trace is judged as it says, and every claim noticed something."""
        return not (self.wrong or self.unnoticed)


def tested(settings: Settings, name: str) -> DomainReport:
    """Test the domain of that name. Raises Misconfigured where there is none, or where its files are wrong."""
    return _Test(settings, load_catalogue(settings.domains_dir).domain(name)).report()


class _Test:
    """One run over the golden traces of one domain."""

    def __init__(self, settings: Settings, domain: Domain) -> None:
        clock = SystemClock()
        domains = open_domains(settings, clock)
        self._domain = domain
        self._sanitize = build_sanitize(settings, clock, domains=domains)
        heuristics = build_heuristics(clock)
        self._pipeline = Pipeline(domains, clock, self._sanitize, heuristics)
        self._mutants = 0

    def report(self) -> DomainReport:
        cases = read_golden(self._domain)
        wrong = [Wrong(each.case, problem) for each in cases for problem in self._problems(each)]
        own = own_claims(self._domain)
        evaluators = {each.evaluator.name: each.evaluator for each in self._domain.policy.planned}
        return DomainReport(
            domain=self._domain.spec.name,
            cases=len(cases),
            claims=len(own),
            wrong=wrong,
            uncovered={name: list(kinds) for name, kinds in uncovered(self._domain, cases).items()},
            unnoticed=[name for name in own if not self._notices(evaluators[name], cases)],
            mutants=self._mutants,
        )

    def _problems(self, golden: Golden) -> list[str]:
        try:
            return list(differences(golden, self._pipeline.evaluate(self._trace(golden))))
        except Reject as error:
            return [f"it was refused: {error.problem}"]

    def _trace(self, golden: Golden) -> Trace:
        return golden.as_trace(self._domain.spec.name)

    def _notices(self, evaluator: Evaluator, cases: Iterable[Golden]) -> bool:
        """Whether some mutant of a golden trace that passes fails."""
        own = [each for each in cases if each.claim == evaluator.name]
        failing = [self._clean(each) for each in own if each.outcome == "fail"]
        phrases = [phrase for _, phrase in evaluator.phrases]
        for golden in islice((each for each in own if each.outcome == "pass"), MAX_PASSING):
            for mutant in mutants(self._clean(golden), phrases, failing):
                self._mutants += 1
                if isinstance(evaluator.evaluate(Subject(mutant.trace)), Fail):
                    return True
        return False

    def _clean(self, golden: Golden) -> Trace:
        """The trace as tier 1 sees it."""
        trace = self._trace(golden)
        return self._sanitize.sanitize(trace, Case(source="", ingested_at=trace.timestamp))[0]
