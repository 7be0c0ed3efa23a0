"""The report of tier 0: what was found by type and place, never the value, as an evaluation of the trace."""

from __future__ import annotations

from collections.abc import Sequence

from processors.sanitize.sanitizer import Place
from schemas.evaluation import Evaluation

NAME = "sensitive_content"
VERSION = 1
MAX_PLACES = 40


def report(places: Sequence[Place], duration_us: float) -> Evaluation:
    """A pass: whatever was found is not in the trace any more, or may stand there as the policy has it.

    It has no score and so no say in the verdict: its issue is none of the catalogue's, which are what evaluators judge.
    """
    shown = [f"{place.type} × {place.count} in {place.field}" for place in places[:MAX_PLACES]]
    if len(places) > MAX_PLACES:
        shown.append(f"and in {len(places) - MAX_PLACES} more places")
    return Evaluation(
        evaluator=NAME,
        version=VERSION,
        tier="t0",
        issue=NAME,
        disposition="ran",
        outcome="pass",
        label=",".join(sorted({place.type for place in places})),
        explanation="; ".join(shown),
        duration_us=duration_us,
    )
