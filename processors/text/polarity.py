"""Polarity: what a sentence says with negations and opposites taken out, and whether it affirms or denies it."""

from __future__ import annotations

from dataclasses import dataclass

from processors.text.lexicons import word_set
from processors.text.words import FUNCTION_WORDS, words

_NEGATIONS = word_set("negations")
_OPPOSITES = {denied: affirmed for affirmed, denied in (pair.split("/") for pair in word_set("opposites"))}
_NOT_PLAIN = word_set("not_plain")
_NOISE = FUNCTION_WORDS - word_set("pronouns") - _OPPOSITES.keys() - frozenset(_OPPOSITES.values())
_SILENT = _NOISE | _NEGATIONS
_LEAST_CONTENT = 2

POLAR_WORDS = _NEGATIONS | frozenset(_OPPOSITES)
"""Without one of these no text can deny what it affirms."""


AFFIRMED = frozenset(_OPPOSITES.values())
"""What opposites are read as: `unsafe` as `safe`, denied."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The content words of a plain statement in order, opposites made one, and whether it affirms them."""

    content: tuple[str, ...]
    positive: bool


def claim_of(sentence: str) -> Claim | None:
    """The claim of a folded sentence; None where it is a fragment, no plain statement or too short."""
    if not sentence.endswith((".", "!")) or "?" in sentence or '"' in sentence or "“" in sentence or ":" in sentence:
        return None
    said = words(sentence)
    if not _NOT_PLAIN.isdisjoint(said):
        return None
    content = tuple([_OPPOSITES.get(word, word) for word in said if word not in _SILENT])
    if len(content) < _LEAST_CONTENT:
        return None
    denials = sum(map(POLAR_WORDS.__contains__, said))
    return Claim(content, denials % 2 == 0)
