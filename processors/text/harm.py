"""Requests for harm: what is asked for, by whom it would be suffered, and what speaks against a bad intent."""

from __future__ import annotations

from math import prod

from processors.text.cues import NOTHING, CueTable, Finding, noisy_or, read_cues
from processors.text.lexicons import word_set

# A cue of less weight says nothing by itself: it only ranks.
_SLIGHT = 0.3
_SPOKEN = frozenset({"abuse", "hatred", "sexual harm", "sexual content", "self-harm", "violence", "disinformation"})

HARM = CueTable(read_cues("harm", "harm"))
INNOCENT = CueTable(read_cues("harm", "innocent"))
HARMFUL_SPEECH = CueTable([cue for cue in HARM.cues if cue.label in _SPOKEN and cue.weight >= _SLIGHT])
"""What is harmful in an output whoever asked for it."""

_SHORT = 200  # characters
_STATEMENT = 0.75  # of a cue's weight remains where the text only tells of something
_ASKING = word_set("asking")


def asked_for_harm(text: str, vocabulary: frozenset[str]) -> Finding:
    """How sure it is that a folded request asks for harm, and the cues for it.

    Cues of intent and object add up as independent signs; an innocent reading (software, figures of speech, fiction,
    prevention, plain facts) takes its share away again.
    """
    hits = HARM.hits(text, vocabulary)
    if not hits:
        return NOTHING
    share = prod(1.0 - hit.cue.weight for hit in INNOCENT.hits(text, vocabulary))
    if not _asks(text):
        share *= _STATEMENT
    return Finding(noisy_or(hit.cue.weight * share for hit in hits), tuple(hits))


def _asks(text: str) -> bool:
    """Whether the text is likely a request: short, or with a question, or opening with a verb of asking."""
    return len(text) < _SHORT or "?" in text or not _ASKING.isdisjoint(text[:_SHORT].split()[:8])
