"""The tiers that this build has."""

from __future__ import annotations

from metronis.errors import Misconfigured
from schemas.evaluation import Tier

DEPLOYED: tuple[Tier, ...] = ("t0", "t1")


def tier_names(text: str) -> tuple[Tier, ...]:
    """`t0,t1` as tiers in the order of the cascade. Raises Misconfigured where one is not there."""
    wanted = {part.strip() for part in text.split(",") if part.strip()}
    unknown = sorted(wanted - set(DEPLOYED))
    if unknown or not wanted:
        raise Misconfigured(f"no tier {(unknown or [''])[0]!r} here; choose from {', '.join(DEPLOYED)}")
    return tuple(tier for tier in DEPLOYED if tier in wanted)
