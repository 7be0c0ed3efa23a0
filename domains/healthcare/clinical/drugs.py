"""Drugs: the table's rows as the evaluators ask for them."""

from __future__ import annotations

from functools import cache
from typing import Any

from domains.healthcare.clinical.lexicon import Lexicon
from domains.knowledge import table

DRUGS = table("healthcare", "drugs")
NAMES = Lexicon(DRUGS.terms)


@cache
def facts(drug: str) -> dict[str, Any]:
    """The row of a drug, empty where the table has none."""
    return dict(DRUGS.rows.get(drug, {}))


@cache
def ingredients(drug: str) -> frozenset[str]:
    """The active ingredients: the drug itself, or those of a combination."""
    return frozenset(facts(drug).get("contains", ())) or frozenset({drug})


@cache
def kinds(drug: str) -> frozenset[str]:
    """What a rule may call the drug: its name, its classes, and those of its ingredients."""
    own = {drug, *facts(drug).get("classes", ())}
    for ingredient in ingredients(drug):
        own |= {ingredient, *facts(ingredient).get("classes", ())}
    return frozenset(own)


def is_class(drug: str) -> bool:
    """Whether the row names a class, such as `nsaid`, and no single drug."""
    return drug in facts(drug).get("classes", ())


def prescribed_only(drug: str) -> bool:
    """Whether it is sold on prescription alone in the US."""
    return bool(facts(drug).get("prescription", False))
