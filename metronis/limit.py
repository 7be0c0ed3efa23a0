"""The limit on dead letters that the settings name."""

from __future__ import annotations

from metronis.settings import Worker
from streams.deadletter_limit import DeadLetterLimit


def dead_letter_limit(worker: Worker) -> DeadLetterLimit:
    """For tiers and for the sink."""
    return DeadLetterLimit(
        in_a_row=worker.dead_letters_in_a_row, share=worker.dead_letter_share, window=worker.dead_letter_window
    )
