"""What is found once in a trace is found wherever else it stands in it: a name that a label gave away, in prose too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from processors.sanitize.detector import Entity

MIN_CHARS = 4
MAX_VALUES = 256
"""Values of a trace that are looked for elsewhere in it, the first ones: whoever lists thousands of names names no
patient, and each is one more pass over all texts. What was found where it stands is replaced however many there are."""

SURE = 0.7
_TYPES = frozenset(
    {"PERSON", "LOCATION", "ORGANIZATION", "STREET_ADDRESS", "MEDICAL_RECORD_NUMBER", "HEALTH_PLAN_NUMBER"}
    | {"ACCOUNT_NUMBER", "LICENSE_NUMBER", "LICENSE_PLATE", "DEVICE_ID", "BIOMETRIC", "ID_NUMBER", "SECRET"}
)
"""Types of values whose form alone does not give them away."""


def spread(
    found: Mapping[str, Sequence[Entity]], labelled: dict[str, str], texts: Iterable[str]
) -> dict[str, Sequence[Entity]]:
    """What was found in each text, and every other place of these texts at which the same value stands by itself.

    labelled: values under keys that say what they are, with their types. Time grows with the values, MAX_VALUES at
    most, times characters.
    """
    values = labelled | {
        text[each.start : each.end]: each.type
        for text, entities in found.items()
        for each in entities
        if each.type in _TYPES and each.score >= SURE
    }
    telling = {value: kind for value, kind in values.items() if kind in _TYPES and _is_telling(value)}
    if not telling:
        return dict(found)
    telling = dict(islice(telling.items(), MAX_VALUES))
    return {
        text: (*found.get(text, ()), *more) if more else found[text]
        for text in dict.fromkeys(texts)
        if (more := list(_places(text, telling))) or text in found
    }


def _is_telling(value: str) -> bool:
    return len(value) >= MIN_CHARS and (value != value.lower() or any(map(str.isdigit, value)))


def _places(text: str, values: Mapping[str, str]) -> Iterator[Entity]:
    for value, entity_type in values.items():
        at = text.find(value)
        while at >= 0:
            end = at + len(value)
            if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
                yield Entity(entity_type, at, end, SURE)
            at = text.find(value, end)
