"""Scores with their intervals: shares by Wilson's, and F2 by drawing the groups of texts anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import NormalDist

import numpy as np

from processors.sanitize.detector import Entity

BETA = 2.0
DRAWS = 1_000
SEED = 20_260_701

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and the personal data in it, disjoint and in order. Texts of one group are made from one template."""

    text: str
    entities: tuple[Entity, ...]
    group: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval; all three are None where there is nothing to measure."""

    value: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        return "–" if self.value is None else f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def share(part: int, whole: int) -> Estimate:
    """A proportion with the interval of E. B. Wilson, JASA 22 (1927) 209."""
    if not whole:
        return Estimate(None, None, None)
    value, weight = part / whole, _Z * _Z / whole
    middle = value + weight / 2
    spread = (weight * value * (1 - value) + weight * weight / 4) ** 0.5
    return Estimate(value, (middle - spread) / (1 + weight), (middle + spread) / (1 + weight))


@dataclass(frozen=True, slots=True)
class Hits:
    """What was right, out of how many found and how many there are."""

    right: int = 0
    found: int = 0
    there: int = 0

    def __add__(self, other: Hits) -> Hits:
        return Hits(self.right + other.right, self.found + other.found, self.there + other.there)


def total(hits: Iterable[Hits]) -> Hits:
    """All together."""
    return sum(hits, Hits())


def f_score(hits: Hits, beta: float = BETA) -> float | None:
    """F of precision and recall, None where nothing was found and nothing is there."""
    whole = hits.found + beta**2 * hits.there
    return (1 + beta**2) * hits.right / whole if whole else None


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F2, each with its interval."""

    hits: Hits
    precision: Estimate
    recall: Estimate
    f2: Estimate


def scores(samples: Sequence[Labelled], hits: Sequence[Hits]) -> Scores:
    """Of the hits, one of each sample. F2's interval draws groups, because texts of one template are alike."""
    whole = total(hits)
    by_group = sorted(zip((sample.group for sample in samples), hits, strict=True), key=lambda pair: pair[0])
    sums = [total(hit for _, hit in group) for _, group in groupby(by_group, key=lambda pair: pair[0])]
    return Scores(whole, share(whole.right, whole.found), share(whole.right, whole.there), _drawn_f_score(whole, sums))


def _drawn_f_score(whole: Hits, sums: Sequence[Hits]) -> Estimate:
    value = f_score(whole)
    if value is None:
        return Estimate(None, None, None)
    table = np.array([[hit.right, hit.found, hit.there] for hit in sums], dtype=float)
    draws = np.random.default_rng(SEED).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=DRAWS)
    right, found, there = (draws @ table).T
    wholes = found + BETA**2 * there
    drawn = (1 + BETA**2) * right[wholes > 0] / wholes[wholes > 0]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Estimate(value, float(low), float(high))


def characters(entities: Iterable[Entity]) -> set[int]:
    """Where they are, character by character."""
    return {at for entity in entities for at in range(entity.start, entity.end)}


def character_hits(sample: Labelled, found: Iterable[Entity]) -> Hits:
    """Hits of single characters, whatever their type."""
    there, masked = characters(sample.entities), characters(found)
    return Hits(len(there & masked), len(masked), len(there))


def is_covered(text: str, entity: Entity, masked: set[int]) -> bool:
    """Whether no letter or digit of the entity shows."""
    return all(at in masked or not text[at].isalnum() for at in range(entity.start, entity.end))
