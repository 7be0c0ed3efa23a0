"""The tagger: one small network over a window of tokens, run only where a name may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processors.sanitize.names.model import REACH, Model, Vectors
from processors.sanitize.names.words import LONGEST, alias

Indices = NDArray[np.intp]

CHUNK = 4096
"""Tokens tagged at a time: a text of any length takes no more memory for the network than this."""

CAPACITY = 32_768
"""Words whose vectors are kept, 3 MB. More than a chunk and its margins have."""

JOINED = 3
_MARGIN = REACH + JOINED + 1

PADDING = ("",) * _MARGIN
"""Tokens that stand before a text and behind it: between two texts they keep each from seeing the other."""
_WINDOW = np.arange(2 * REACH + 1)


@dataclass(frozen=True, slots=True)
class Tags:
    """Places [n] of the tokens asked about, ascending, and the probabilities [n, CLASSES] that the network gave."""

    places: Indices
    probabilities: Vectors


class WordVectors:
    """Vectors of the words met last. Row 0 is what stands before a text and behind it."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.vectors = np.zeros((CAPACITY + 1, model.vectors.shape[1]), dtype=np.float32)
        self.likelihood = np.zeros(CAPACITY + 1, dtype=np.int8)
        self.joins = np.zeros(CAPACITY + 1, dtype=np.bool_)
        self._row: dict[str, int] = {"": 0}
        self._used = 1

    def rows(self, tokens: Sequence[str]) -> Indices:
        """The row of each token. Rows given before are void where these tokens leave no room for them."""
        rows = list(map(self._row.get, tokens))
        if None in rows:
            if self._used + len(tokens) > CAPACITY or len(self._row) > 2 * CAPACITY:
                self._row = {"": 0}
                self._used = 1
                rows = [None] * len(tokens)
            rows = [self._learnt(token) if row is None else row for row, token in zip(rows, tokens, strict=True)]
        return np.array(rows, dtype=np.intp)

    def _learnt(self, token: str) -> int:
        row = self._row.get(token)
        if row is None:
            like = alias(token)
            row = self._row.get(like) or self._add(like)
            if len(token) <= LONGEST:
                self._row[token] = row
        return row

    def _add(self, token: str) -> int:
        row = self._row[token] = self._used
        self._used += 1
        lexicon, table = self._model.lexicon, self._model.vectors
        whole, ngrams = lexicon.features(token)
        vector = table.take(whole, axis=0).sum(axis=0)
        if ngrams:
            vector += table.take(ngrams, axis=0).sum(axis=0) / len(ngrams) ** 0.5
        self.vectors[row] = vector
        self.likelihood[row] = lexicon.likelihood(token)
        self.joins[row] = lexicon.joins(token)
        return row


class Tagger:
    """Tags tokens. One tagger serves one thread."""

    def __init__(self, model: Model, chunk: int = CHUNK) -> None:
        self._model = model
        self._words = WordVectors(model)
        self._chunk_size = chunk

    def tags(self, tokens: Sequence[str], needed: NDArray[np.int8]) -> Tags | None:
        """What is said of the tokens; None where there was nothing to ask. Chunks do not show in the result.

        needed: for each token, the `Likelihood` that a word must have there for the network to be asked about it.
        """
        starts = range(0, len(tokens), self._chunk_size)
        chunks = [tags for start in starts if (tags := self._chunk(tokens, start, needed)) is not None]
        if len(chunks) < 2:
            return chunks[0] if chunks else None
        return Tags(
            np.concatenate([chunk.places for chunk in chunks]),
            np.concatenate([chunk.probabilities for chunk in chunks]),
        )

    def _chunk(self, tokens: Sequence[str], start: int, needed: NDArray[np.int8]) -> Tags | None:
        first = max(start - _MARGIN, 0)
        end = start + self._chunk_size
        rows = self._words.rows(tokens[first : end + _MARGIN])
        likely = self._words.likelihood[rows] >= needed[first : end + _MARGIN]
        asked = asked_about(likely, self._words.joins[rows]).nonzero()[0]
        if first or end < len(tokens):
            asked = asked[(asked >= start - first) & (asked < end - first)]
        return Tags(asked + first, self._probabilities(rows, asked)) if len(asked) else None

    def _probabilities(self, rows: Indices, asked: Indices) -> Vectors:
        model = self._model
        padded = np.zeros(len(rows) + 2 * REACH, dtype=np.intp)
        padded[REACH:-REACH] = rows
        seen = self._words.vectors.take(padded.take(asked[:, None] + _WINDOW), axis=0)
        hidden = seen.reshape(len(asked), -1) @ model.hidden
        hidden += model.hidden_bias
        np.maximum(hidden, 0, out=hidden)
        answers = np.exp(hidden @ model.output + model.output_bias)
        shares: Vectors = answers / answers.sum(axis=1, keepdims=True)
        return shares


def asked_about(likely: NDArray[np.bool_], joins: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the network is asked: at likely words, and at what joins them, JOINED tokens from one at the most."""
    if not likely.any():
        return likely
    padded = np.zeros(len(likely) + 2, dtype=np.bool_)
    before, asked, after = padded[:-2], padded[1:-1], padded[2:]
    asked[:] = likely
    for _ in range(JOINED):
        asked |= (before | after) & joins
    return asked
