"""Golden traces: what a domain must say of a trace, beside its file in `golden/*.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

import msgspec
from pydantic import ValidationError

from domains.domain import Domain
from domains.sections import Section
from metronis.errors import Misconfigured
from processors.document import read_list
from processors.wrong import nearest
from schemas.trace import Trace, completed
from schemas.verdict import Decision, Verdict

Expected = Literal["pass", "fail", "abstain"]
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""When golden traces happened that do not say."""
KINDS_OF_CASE: tuple[str, ...] = ("pass", "fail", "abstain", "near miss")


class Golden(Section):
    """One trace, and what must be said of it.

    claim: the evaluator or constraint that it is for. near_miss: it lies only just on its side of the line. decision:
    what the whole cascade must decide, where that is of interest.
    """

    case: str
    claim: str
    outcome: Expected
    near_miss: bool = False
    decision: Decision | None = None
    trace: dict[str, Any]

    def as_trace(self, domain: str) -> Trace:
        """The trace, in that domain, with an id made from the case's name. Raises msgspec.ValidationError."""
        fields = {"domain": domain, **self.trace, "trace_id": str(uuid5(NAMESPACE_URL, f"{domain}/{self.case}"))}
        trace = msgspec.convert(fields, Trace)
        return completed(trace, trace_id=trace.trace_id, timestamp=NOW)

    @property
    def kinds(self) -> frozenset[str]:
        """What kinds of case it is."""
        return frozenset({self.outcome, *(["near miss"] if self.near_miss else [])})


def read_golden(domain: Domain) -> list[Golden]:
    """The golden traces of a domain, from the folder `golden` beside its file.

    Raises Misconfigured naming file and line where one is wrong, is for no claim of the domain, or has the name of
    another.
    """
    known = {planned.evaluator.name for planned in domain.policy.planned}
    found: dict[str, Golden] = {}
    for file in sorted((domain.file.parent / "golden").glob("*.yaml")):
        for line, item in read_list(file):
            golden = _golden(f"{file}, line {line}", item)
            if golden.claim not in known:
                problem = f"no evaluator or constraint is called {golden.claim!r}; {nearest(golden.claim, known)}"
                raise Misconfigured(f"{file}, line {line}: claim: {problem}")
            if golden.case in found:
                raise Misconfigured(f"{file}, line {line}: another golden trace is called {golden.case!r}; rename one")
            found[golden.case] = golden
    return list(found.values())


def _golden(where: str, item: Any) -> Golden:
    try:
        golden = Golden.model_validate(item)
        golden.as_trace("any")
    except ValidationError as error:
        first = error.errors()[0]
        raise Misconfigured(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except msgspec.ValidationError as error:
        raise Misconfigured(f"{where}: trace: {error}") from error
    return golden


def differences(golden: Golden, verdict: Verdict) -> Iterator[str]:
    """What the verdict says otherwise than the golden trace, each as a sentence."""
    rows = [row for row in verdict.evaluations if row.evaluator == golden.claim]
    said = rows[0].outcome or rows[0].disposition if rows else "nothing"
    if said != golden.outcome:
        why = f": {rows[0].explanation}" if rows and rows[0].explanation else ""
        yield f"{golden.claim} should {golden.outcome}, but says {said}{why}"
    if golden.decision is not None and verdict.decision != golden.decision:
        yield f"the decision should be {golden.decision}, but is {verdict.decision}: {verdict.reason}"


def uncovered(domain: Domain, cases: Iterable[Golden]) -> Mapping[str, tuple[str, ...]]:
    """Kinds of case that no golden trace shows, by claim of the domain's own."""
    shown: dict[str, set[str]] = {}
    for golden in cases:
        shown.setdefault(golden.claim, set()).update(golden.kinds)
    gaps = {
        name: tuple(kind for kind in KINDS_OF_CASE if kind not in shown.get(name, ())) for name in own_claims(domain)
    }
    return {name: missing for name, missing in gaps.items() if missing}


def own_claims(domain: Domain) -> tuple[str, ...]:
    """Names of the evaluators and constraints that the domain's own file adds to what it inherits."""
    lists = {"evaluators": domain.spec.evaluators, "constraints": domain.spec.constraints}
    return tuple(
        each.name
        for key, listed in lists.items()
        for index, each in enumerate(listed)
        if domain.layers.origins[(key, index)][0].file == domain.file
    )
