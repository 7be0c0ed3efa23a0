"""How assistants decline: the phrases with which an output refuses, evades or says that it has no answer."""

from __future__ import annotations

from processors.text.cues import NOTHING, CueTable, Finding, noisy_or, read_cues

DECLINING = CueTable(read_cues("declining", "declining"))

LEADING_CHARACTERS = 240
"""A refusal that comes later than this follows an answer: a partial one."""

_LATE = 0.65  # of a cue's weight remains there


def declined(text: str, vocabulary: frozenset[str]) -> Finding:
    """How sure it is that a folded output declines, and the phrases that say so."""
    hits = DECLINING.hits(text, vocabulary)
    if not hits:
        return NOTHING
    score = noisy_or(hit.cue.weight * (1.0 if hit.start < LEADING_CHARACTERS else _LATE) for hit in hits)
    return Finding(score, tuple(hits))
