"""Finds names of people, places and organisations, nationalities and street addresses."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from processors.sanitize.detector import Entity
from processors.sanitize.names.model import CLASSES, TYPES, Model, Vectors, load
from processors.sanitize.names.tagger import PADDING, Indices, Tagger
from processors.sanitize.names.words import TOKEN, likely_enough

MODEL = Path(__file__).with_name("model.npz")
THRESHOLD = 0.3
"""Probability of a name of any type above which a token is in one; docs/models/names.md says how it was chosen."""


MIN_ADDRESS_CHARS = 4
"""A number of a list or of a recipe stands where a house number might; by itself it leads nowhere."""


_NOT = re.compile(r".?['’]t\b")
_SPELT_SMALL_TOO = frozenset({"COUNTRY", "NRP", "TITLE"})


class NameDetector:
    """A Detector by a trained tagger. Finds PERSON, TITLE, LOCATION, COUNTRY, ORGANIZATION, NRP and STREET_ADDRESS.

    An entity's score is the mean probability, over its tokens, of being in any name. Time and memory are linear in the
    text's length. One detector serves one thread.
    """

    def __init__(self, model: Model | None = None, threshold: float = THRESHOLD) -> None:
        """The model that ships, unless there is another."""
        threadpool_limits(1, user_api="blas")  # threads cost more than products of this size gain
        self._tagger = Tagger(shipped() if model is None else model)
        self._outside = 1 - threshold

    def find(self, text: str) -> Sequence[Entity]:
        """All names, in order, none overlapping another."""
        return self.find_all([text])[0]

    def find_all(self, texts: Sequence[str]) -> Sequence[Sequence[Entity]]:
        """What `find` finds in each text. Most of the time that a short one takes is the same for many at once."""
        by_text = [TOKEN.findall(text) for text in texts]
        tokens: list[str] = []
        for own in by_text:
            tokens += own
            tokens += PADDING
        counts = [len(own) + len(PADDING) for own in by_text]
        needed = np.repeat(np.array([likely_enough(text) for text in texts], dtype=np.int8), counts)
        tags = self._tagger.tags(tokens, needed)
        kept = (tags.probabilities[:, 0] <= self._outside).nonzero()[0] if tags else ()
        found: list[list[Entity]] = [[] for _ in texts]
        if tags is None or not len(kept):
            return found
        ends = list(accumulate(counts))
        starts: dict[int, list[int]] = {}  # of the tokens, by text
        for type_, first, last, score in _names(tags.places[kept], tags.probabilities[kept]):
            number = bisect_right(ends, first)
            own, before = by_text[number], ends[number] - counts[number]
            if number not in starts:
                starts[number] = list(accumulate(map(len, own), initial=0))
            name = _placed(own, starts[number], first - before, last - before)
            if name and _is_likely(texts[number], type_, *name):
                found[number].append(Entity(type_, *name, score))
        return found


def _is_likely(text: str, type_: str, start: int, end: int) -> bool:
    """Whether what the network took for a name may be one. Who writes capitals gives names one; nationalities may go
    without."""
    if type_ == "STREET_ADDRESS":
        return end - start >= MIN_ADDRESS_CHARS
    if type_ in _SPELT_SMALL_TOO:
        return True
    name = text[start:end]
    if _NOT.match(text, end - 1):  # of `Don’t`
        return False
    return name != "I" and (not name.islower() or text.islower())


def _placed(tokens: Sequence[str], starts: Sequence[int], first: int, last: int) -> tuple[int, int] | None:
    """The characters of a name, which begins with a letter or a digit and ends with no blank."""
    while first < last and not tokens[first][0].isalnum():
        first += 1
    while first < last and tokens[last].isspace():
        last -= 1
    if not tokens[first][0].isalnum():
        return None
    return starts[first], starts[last] + len(tokens[last].rstrip())


def shipped() -> Model:
    """The model beside this file."""
    with MODEL.open("rb") as file:
        return load(file)


# What a token's classes add up to [CLASSES, 2 + len(TYPES)]: any beginning, any inside, then each type.
_SUMS = np.zeros((CLASSES, 2 + len(TYPES)), dtype=np.float32)
_SUMS[1 : 1 + len(TYPES), 0] = _SUMS[1 + len(TYPES) :, 1] = 1
_SUMS[1:, 2:] = np.tile(np.eye(len(TYPES)), (2, 1))


def _names(places: Indices, probabilities: Vectors) -> Iterator[tuple[str, int, int, float]]:
    """Type, first and last token and score of each name.

    A name goes on as long as the next token is there and likelier to be within a name than at its beginning, whatever
    the type; its type is the likeliest over all of it. Names of one type that touch are one: where the tagger doubts
    how a strange name goes on, it is still one person.
    """
    shares = probabilities @ _SUMS
    begins = shares[:, 0] > shares[:, 1]
    begins[1:] |= places[1:] - places[:-1] > 1
    begins[0] = True
    firsts = begins.nonzero()[0]
    sums = np.add.reduceat(shares, firsts)
    types, of_any = sums[:, 2:].argmax(axis=1).tolist(), sums[:, :2].sum(axis=1).tolist()
    starts, at = firsts.tolist(), places.tolist()
    first, named = 0, 0.0
    for number, (type_, total, end) in enumerate(zip(types, of_any, [*starts[1:], len(at)], strict=True), 1):
        named += total
        if end < len(at) and types[number] == type_ and at[end] == at[end - 1] + 1:
            continue
        yield TYPES[type_], at[first], at[end - 1], min(named / (end - first), 1.0)
        first, named = end, 0.0
