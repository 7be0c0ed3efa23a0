"""Polarity: what a sentence says with negations and opposites taken out, and whether it affirms or denies it."""

from __future__ import annotations

from dataclasses import dataclass

from processors.text.words import FUNCTION_WORDS, words

_NEGATIONS = frozenset(
    """not no never neither nor cannot can't don't doesn't didn't isn't aren't wasn't weren't won't wouldn't shouldn't
    couldn't haven't hasn't hadn't""".split()
)
_OPPOSITES = {
    denied: affirmed
    for affirmed, denied in (
        pair.split("/")
        for pair in """safe/unsafe legal/illegal possible/impossible true/false correct/incorrect able/unable
        effective/ineffective increased/decreased increases/decreases rose/fell higher/lower always/never
        approved/rejected allowed/forbidden required/optional likely/unlikely necessary/unnecessary alive/dead
        present/absent guilty/innocent positive/negative successful/unsuccessful reversible/irreversible
        accepted/refused profitable/unprofitable enabled/disabled valid/invalid healthy/unhealthy benign/malignant
        passed/failed won/lost sufficient/insufficient compatible/incompatible stable/unstable includes/excludes
        improved/worsened""".split()
    )
}
_PRONOUNS = frozenset("i he she it they we you this that these".split())
_NOISE = FUNCTION_WORDS - _PRONOUNS - frozenset(_OPPOSITES) - frozenset(_OPPOSITES.values())
# Sentences that report, ask, suppose or limit are no plain statements of the output.
_NOT_PLAIN = frozenset(
    """if unless when whether while although though but however some others may might could say says said claim claims
    claimed argue argues believe believes example myth or either sometimes suppose assume case until except only too
    first second option hand instead rather""".split()
)
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
    if not sentence.endswith((".", "!")) or any(mark in sentence for mark in '?"“:'):
        return None
    said = words(sentence)
    if not _NOT_PLAIN.isdisjoint(said):
        return None
    denials = sum(word in POLAR_WORDS for word in said)
    content = tuple(_OPPOSITES.get(word, word) for word in said if word not in _NOISE and word not in _NEGATIONS)
    return Claim(content, denials % 2 == 0) if len(content) >= _LEAST_CONTENT else None
