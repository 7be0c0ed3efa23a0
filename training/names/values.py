"""What stands in the slots of a template: pieces of text, each with the entity type that it is or none."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from faker.providers.job.en_US import Provider

from training.names.pools import Country, Places
from training.names.vocabulary import FORMS, PATTERNS, TYPES_OF, VOCABULARY

Piece = tuple[str, str | None]
"""A text and its entity type."""

ABROAD = 0.15
"""Share of the parts of names that come from another country than the rest."""

CAPITALS, SMALL = 0.06, 0.05
"""Shares of entities that are written in capitals alone, and in small letters alone."""

_T = TypeVar("_T")
_SLOT = re.compile(r"\{([a-z_]+)\}")
_VARIABLE = re.compile(r"[#?]")
JOBS = tuple(Provider.jobs)
_DIGITS, _LETTERS = "0123456789", "ABCDEFGHIJKLMNOPRSTUVWYZ"


class Values:
    """Draws values for slots. The same generator gives the same values."""

    def __init__(self, rng: random.Random, pools: Sequence[Country], places: Places) -> None:
        self._rng = rng
        self._pools = pools
        self._home = pools[0]
        self._drawn: dict[str, Callable[[], str]] = {
            "given": lambda: self._pick(self._country().first),
            "lower_given": lambda: self._pick(self._country().first).lower(),
            "family": lambda: self._pick(self._country().last),
            "lower_family": lambda: self._pick(self._country().last).lower(),
            "company": lambda: self._pick(self._country().companies),
            "streetline": lambda: self._pick(self._country().streets),
            "postcode": lambda: self._pick(self._country().postcodes),
            "large_city": lambda: self._pick(places.large_cities),
            "any_city": lambda: self._pick(places.cities),
            "any_country": lambda: self._pick(places.countries),
            "job": lambda: self._pick(JOBS),
            "stem": lambda: self._pick(VOCABULARY["company_stems"]).capitalize(),
            "brand": self._brand,
        }

    def fill(self, template: str) -> list[Piece]:
        """The template in pieces. Braces that hold no slot's name stay as they are."""
        pieces: list[Piece] = []
        at = 0
        for slot in _SLOT.finditer(template):
            filled = self._slot(slot[1])
            if filled is not None:
                pieces += [(template[at : slot.start()], None), *filled]
                at = slot.end()
        return [*pieces, (template[at:], None)]

    def _slot(self, name: str) -> list[Piece] | None:
        if name in TYPES_OF:
            self._home = self._pick(self._pools)
            return [(self._cased(self._flat(name)), TYPES_OF[name])]
        if name in PATTERNS:
            return self.fill(self._pattern(name))
        text = self._text(name)
        return None if text is None else [(text, None)]

    def _flat(self, name: str) -> str:
        """As text alone: no entities within entities."""
        if name.startswith("upper_"):
            return self._flat(name.removeprefix("upper_")).upper()
        text = self._text(name)
        if text is not None:
            return text
        return _SLOT.sub(lambda slot: self._flat(slot[1]), self._pattern(name))

    def _text(self, name: str) -> str | None:
        """A value that has no parts; None where the slot has patterns, or is none."""
        if name in self._drawn:
            return self._drawn[name]()
        if name in FORMS:
            return _VARIABLE.sub(self._variable, self._pick(FORMS[name]))
        for words in (name, f"{name}s", f"{name}es", f"{name[:-1]}ies"):
            if words in VOCABULARY and name not in PATTERNS:
                return self._pick(VOCABULARY[words])
        return None

    def _pattern(self, name: str) -> str:
        patterns, weights = PATTERNS[name]
        return self._rng.choices(patterns, weights)[0]

    def _variable(self, match: re.Match[str]) -> str:
        return self._rng.choice(_DIGITS if match[0] == "#" else _LETTERS)

    def _country(self) -> Country:
        return self._pick(self._pools) if self._rng.random() < ABROAD else self._home

    def _brand(self) -> str:
        brand = self._pick(VOCABULARY["company_stems"]) + self._pick(VOCABULARY["company_tails"])
        return brand.capitalize()

    def _cased(self, text: str) -> str:
        case = self._rng.random()
        return text.upper() if case < CAPITALS else text.lower() if case < CAPITALS + SMALL else text

    def _pick(self, values: Sequence[_T]) -> _T:
        return values[int(self._rng.random() * len(values))]
