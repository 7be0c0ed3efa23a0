"""Every evaluator that a domain's file may name: the generic ones, those of the domains, those of third parties."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from domains.healthcare.evaluators import EVALUATORS as HEALTHCARE
from domains.legal.evaluators import EVALUATORS as LEGAL
from domains.mining.evaluators import EVALUATORS as MINING
from domains.robotics.evaluators import EVALUATORS as ROBOTICS
from domains.trading.evaluators import EVALUATORS as TRADING
from metronis.errors import Misconfigured
from processors.evaluator import Evaluator
from processors.evaluators import EVALUATORS as GENERIC

OF_DOMAINS: Mapping[str, tuple[type[Evaluator], ...]] = {
    "healthcare": HEALTHCARE,
    "legal": LEGAL,
    "mining": MINING,
    "robotics": ROBOTICS,
    "trading": TRADING,
}

ENTRY_POINTS = "metronis.evaluators"
"""Group under which an installed package names classes of its own."""


@cache
def evaluators(lineage: tuple[str, ...] = ()) -> Mapping[str, type[Evaluator]]:
    """All of them by name. Raises Misconfigured where a third party's cannot be loaded, or has a name that is taken.

    lineage: names of a domain and those that it extends, whose own evaluators come before others of the same name.
    """
    ours = {each.name: each for own in OF_DOMAINS.values() for each in own}
    ours |= {each.name: each for name in lineage for each in OF_DOMAINS.get(name, ())}
    found = {**ours, **{each.name: each for each in GENERIC}}
    for each in _third_party():
        if found.setdefault(each.name, each) is not each:
            places = f"{found[each.name].__module__} and {each.__module__}"
            raise Misconfigured(f"two evaluators are called {each.name!r}: {places}; rename one of them")
    return found


def _third_party() -> list[type[Evaluator]]:
    found = []
    for point in entry_points(group=ENTRY_POINTS):
        try:
            loaded = point.load()
        except Exception as error:  # whatever a package of others does
            raise Misconfigured(f"entry point {point.name} of {ENTRY_POINTS} does not load: {error}") from error
        if not (isinstance(loaded, type) and issubclass(loaded, Evaluator)):
            raise Misconfigured(f"entry point {point.name} of {ENTRY_POINTS} is no Evaluator: {point.value}")
        found.append(loaded)
    return found
