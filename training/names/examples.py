"""The corpus as arrays: the word at each place, what is known of it, and the classes of the tokens asked about."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from processors.sanitize.names.model import REACH, TYPES, Vectors
from processors.sanitize.names.tagger import Indices, asked_about
from processors.sanitize.names.words import TOKEN, Lexicon, Likelihood, alias, likely_enough
from training.names.corpus import Labelled

UNLISTED = 0.35
"""Share of the words of names that are shown as if no list had them: many that the tagger will meet are in none."""


@dataclass(frozen=True, slots=True)
class Words:
    """Rows of the table of vectors for each distinct token, one token after the other, and each row's weight."""

    rows: Indices
    weights: Vectors
    starts: Indices

    def of(self, words: Indices) -> tuple[Indices, Vectors, Indices]:
        """The same for some of the words."""
        counts = np.diff(self.starts)[words]
        firsts = np.repeat(self.starts[words] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        at = firsts + np.arange(counts.sum())
        return self.rows[at], self.weights[at], np.concatenate([[0], np.cumsum(counts)])


@dataclass(frozen=True, slots=True)
class Examples:
    """Word at each place (0 is padding), the places that are asked about, and their classes."""

    words: Words
    places: Indices
    asked: Indices
    classes: Indices


class Encoder:
    """Turns labelled text into Examples."""

    def __init__(self, lexicon: Lexicon, rng: random.Random) -> None:
        self._lexicon = lexicon
        self._rng = rng
        self._ids: dict[tuple[str, bool], int] = {("", False): 0}
        self._features: list[tuple[list[int], list[int]]] = [([], [])]
        self._flags: list[tuple[Likelihood, bool]] = [(Likelihood.NEVER, False)]

    def encode(self, corpus: Iterable[Labelled]) -> Examples:
        """All texts, REACH paddings between them."""
        places: list[int] = [0] * REACH
        asked: list[int] = []
        classes: list[int] = []
        for labelled in corpus:
            ids, labels = self._text(labelled)
            for at in self._asked(ids, likely_enough(labelled.text)):
                asked.append(len(places) + at)
                classes.append(labels[at])
            places += ids + [0] * REACH
        return Examples(self._words(), *(np.array(each, dtype=np.intp) for each in (places, asked, classes)))

    def _asked(self, ids: Sequence[int], enough: Likelihood) -> list[int]:
        likely = np.array([self._flags[each][0] >= enough for each in ids], dtype=np.bool_)
        joins = np.array([self._flags[each][1] for each in ids], dtype=np.bool_)
        asked: list[int] = asked_about(likely, joins).nonzero()[0].tolist()
        return asked

    def _text(self, labelled: Labelled) -> tuple[list[int], list[int]]:
        label_at = _labels(labelled)
        ids, labels, at = [], [], 0
        before: tuple[int, int] | None = None
        for token in TOKEN.findall(labelled.text):
            span = label_at.get(at)
            ids.append(self._id(token, span is not None and self._rng.random() < UNLISTED))
            labels.append(0 if span is None else 1 + span[1] + (len(TYPES) if span == before else 0))
            before, at = span, at + len(token)
        return ids, labels

    def _id(self, token: str, unlisted: bool) -> int:
        key = (alias(token), unlisted)
        known = self._ids.get(key)
        if known is None:
            known = self._ids[key] = len(self._features)
            self._features.append(self._lexicon.features(key[0], unlisted=unlisted))
            self._flags.append((self._lexicon.likelihood(key[0]), self._lexicon.joins(key[0])))
        return known

    def _words(self) -> Words:
        rows, weights, starts = [], [], [0]
        for whole, ngrams in self._features:
            rows += [*whole, *ngrams]
            weights += [1.0] * len(whole) + [max(len(ngrams), 1) ** -0.5] * len(ngrams)
            starts.append(len(rows))
        return Words(
            np.array(rows, dtype=np.intp), np.array(weights, dtype=np.float32), np.array(starts, dtype=np.intp)
        )


def _labels(labelled: Labelled) -> dict[int, tuple[int, int]]:
    """Start of its entity and number of its type, for each character in an entity."""
    return {at: (start, TYPES.index(type_)) for start, end, type_ in sorted(labelled.spans) for at in range(start, end)}
