"""Names: which quantity, in which unit, a key of telemetry or of a limit speaks of, whatever the producer called it."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from domains.robotics.lexicons import load
from processors.units import unit

_LEXICON = load("names")
UNITS: dict[str, str] = _LEXICON["units"]
"""The unit in which each quantity is compared and shown."""

_MEANING = {
    **{word: frozenset((means,)) for means, written in _LEXICON["synonyms"].items() for word in written.split()},
    **{word: frozenset(means.split()) for word, means in _LEXICON["two_things"].items()},
}
_QUANTITIES: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(words.split()), quantity) for words, quantity in _LEXICON["quantities"].items()
)
_SUFFIXES = {suffix: tuple(units.split(" | ")) for suffix, units in _LEXICON["suffixes"].items()}
_IN_PROSE: tuple[tuple[str, frozenset[str], str], ...] = tuple(
    (name, frozenset(words.split()), quantity) for name, words, quantity in _LEXICON["in_prose"]["rules"]
)
_JOINTS, _OTHER, _STRUCTURE = (frozenset(_LEXICON["words"][name].split()) for name in ("joints", "other", "structure"))
_LONGEST_SUFFIX = 4  # words
_LONGEST_KEY = 80  # characters
_DIMENSION_SAYS = {
    "rad": "joint_position",
    "deg": "joint_position",
    "rad/s": "joint_velocity",
    "deg/s": "joint_velocity",
}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Name(NamedTuple):
    """What a path of keys says.

    quantity: of `UNITS`. unit: as written in the name. low, high: whether it is said to be the least or the most that
    is allowed; both for a range. label: the part, as a joint's name or `x`, that is none of these. words: all of them.
    """

    quantity: str | None
    unit: str | None
    low: bool
    high: bool
    label: str
    words: frozenset[str]

    @property
    def bound(self) -> bool:
        """Whether it speaks of a limit and not of a value."""
        return self.low or self.high


@lru_cache(maxsize=8192)
def key_words(key: str) -> tuple[str, ...]:
    """The words of a key in lower case: `maxTorqueNm` and `max-torque_nm` are `max`, `torque`, `nm`."""
    return tuple(word.lower() for word in _WORD.findall(key[:_LONGEST_KEY]))


@lru_cache(maxsize=8192)
def read_name(path: tuple[str, ...]) -> Name:
    """What the keys that lead to a value say, the last one weighing most for the unit."""
    words = tuple(word for key in path for word in key_words(key))
    quantity, suffix, spelled = _quantity_and_unit(words)
    meant = _meant(words[: len(words) - suffix])
    limited = "limit" in meant
    low = "min" in meant or (limited and "max" not in meant)
    high = "max" in meant or (limited and "min" not in meant)
    return Name(quantity, spelled, low, high, _label(path), frozenset(words))


def _quantity_and_unit(words: tuple[str, ...]) -> tuple[str | None, int, str | None]:
    """The quantity, how many of the last words spell its unit, and that unit."""
    for length in range(min(_LONGEST_SUFFIX, len(words) - 1), 0, -1):
        for spelled in _SUFFIXES.get("_".join(words[-length:]), ()):
            before = words[:-length]
            quantity = _quantity(before)
            if "joint" in _meant(before) and quantity == "joint_position":
                quantity = _DIMENSION_SAYS.get(spelled, quantity)
            if quantity and unit(UNITS[quantity]).dimension == unit(spelled).dimension:
                return quantity, length, spelled
    return _quantity(words), 0, None


def _quantity(words: tuple[str, ...]) -> str | None:
    if not _OTHER.isdisjoint(words):
        return None
    meant = _meant(words)
    if not meant.isdisjoint({"max", "limit"}):
        meant -= {"human"} if "speed" in meant else frozenset()  # of the machine, while a person is near
    return next((quantity or None for wanted, quantity in _QUANTITIES if wanted <= meant), None)


def _meant(words: tuple[str, ...]) -> frozenset[str]:
    meant = frozenset[str]().union(*(_MEANING.get(word, frozenset((word,))) for word in words))
    return meant if _JOINTS.isdisjoint(words) else meant | {"joint"}


def quantity_in_words(words: tuple[str, ...], dimension: str) -> str | None:
    """The quantity of a dimension that the words around a number in prose speak of."""
    meant = _meant(words)
    for wanted, quantity in _QUANTITIES:
        if quantity in ("", "position", "human_speed") or not wanted <= meant:
            continue
        if unit(UNITS[quantity]).dimension == dimension:
            return quantity
    for unit_name, needed, quantity in _IN_PROSE:
        if unit(unit_name).dimension == dimension and (not needed or not needed.isdisjoint(words)):
            return quantity
    return None


def _label(path: tuple[str, ...]) -> str:
    """The last key that names a part: a joint, an axis."""
    for key in reversed(path):
        words = key_words(key)
        if key.lower() in ("x", "y", "z", "vx", "vy", "vz"):
            return key.lower()[-1]
        if words and all(word not in _MEANING and word not in _SUFFIXES and word not in _STRUCTURE for word in words):
            return key.lower()
        if any(word.isdigit() and before not in ("s", "cm") for before, word in pairwise(("", *words))):
            return key.lower()
    return ""
