"""A policy in force: from an entity's type to what is done with it, in one look-up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from processors.sanitize.types import ENTITY_TYPES

if TYPE_CHECKING:  # see processors.sanitize.policy.custom
    from presidio_analyzer import PatternRecognizer

Action = Literal["pseudonymise", "shape", "generalise", "mask", "drop", "flag", "keep"]
"""pseudonymise: a consistent token; shape: as consistent, but of the value's own form; generalise: less exact, as HIPAA
allows; mask: its type alone; drop: nothing in its place; flag: left as it is, and reported; keep: left as it is."""

Mode = Literal["keyed", "vault"]
"""Pseudonyms made from the value with a key, or random ones that a vault remembers."""

Dates = Literal["year", "shift"]
"""Generalised to the year, or moved by a number of days that is each subject's own."""

GENERALISABLE = frozenset({"AGE", "DATE_TIME", "ZIP_CODE"})

CONTENT: Mapping[str, Action] = {
    "BLOB": "mask",
    "CONTROL_SEQUENCE": "drop",
    "HIDDEN_TEXT": "drop",
    "SECRET": "mask",  # a vault of pseudonyms is no place to collect passwords
}
"""Types of the content filter: about nobody, so a policy's default does not mean them."""

ORDINARY: Mapping[str, Action] = {
    **dict.fromkeys(ENTITY_TYPES, "pseudonymise"),
    **dict.fromkeys(GENERALISABLE, "generalise"),
    **CONTENT,
    "PHOTO": "mask",
}
"""What is done with each type where nobody says otherwise."""

REMEMBERED_PLACES = 4_096

Exceptions = tuple[tuple[re.Pattern[str], Mapping[str, Action]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SanitizePolicy:
    """What one organisation wants done in one domain.

    version: names this very policy. actions: of every type, those of its own recognisers too. exceptions: other actions
    where the whole place of a text matches. recognizers: what it looks for beside what everybody does.
    """

    version: str
    actions: Mapping[str, Action]
    exceptions: Exceptions = ()
    pseudonyms: Mode = "keyed"
    dates: Dates = "year"
    recognizers: tuple[PatternRecognizer, ...] = ()
    _at: Callable[[str], Mapping[str, Action]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_at", lru_cache(REMEMBERED_PLACES)(self._excepted))

    def actions_at(self, place: str) -> Mapping[str, Action]:
        """The actions at a place of a trace, such as `attributes.ticket` or `input[0].content`."""
        return self._at(place) if self.exceptions else self.actions

    def _excepted(self, place: str) -> Mapping[str, Action]:
        merged = dict(self.actions)
        for pattern, actions in self.exceptions:
            if pattern.fullmatch(place):
                merged.update(actions)
        return merged
