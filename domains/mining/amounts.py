"""Amounts: the quantities of a trace's texts, read once for all evaluators of the domain."""

from __future__ import annotations

from processors.extraction.quantities import Quantity, quantities
from processors.subject import Field, Subject, once

MAX_CHARS = 60_000
"""Of a text; what stands behind is not read."""


def amounts(subject: Subject, field: Field) -> list[Quantity]:
    """The quantities of a text, in order."""
    read = _read(subject)
    if field not in read:
        read[field] = quantities(subject.text_of(field)[:MAX_CHARS])
    return read[field]


@once
def _read(subject: Subject) -> dict[Field, list[Quantity]]:  # noqa: ARG001 - one for each subject
    return {}
