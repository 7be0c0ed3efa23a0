"""The tagger's network and its training: Adam on the cross entropy, in numpy, the same weights from the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from processors.sanitize.names.model import CLASSES, REACH, Vectors
from processors.sanitize.names.tagger import Indices
from training.names.examples import Examples

WIDTH = 24
HIDDEN = 96
BATCH = 2048
RATE = 4e-3
SMOOTHING = 0.02
"""Share of each label that is spread over all classes, so that probabilities stay apart from 0 and 1."""

DROPOUT = 0.15
"""Share of the hidden units that are left out, and of what is known of each word: nothing is to hang on one feature."""

_WINDOW = np.arange(-REACH, REACH + 1)


@dataclass(slots=True)
class Parameters:
    """As in `processors.sanitize.names.model.Model`."""

    vectors: Vectors
    hidden: Vectors
    hidden_bias: Vectors
    output: Vectors
    output_bias: Vectors


def initial(rows: int, rng: np.random.Generator) -> Parameters:
    """Small random weights."""
    seen = len(_WINDOW) * WIDTH

    def normal(*shape: int, scale: float) -> Vectors:
        return (rng.standard_normal(shape) * scale).astype(np.float32)

    return Parameters(
        normal(rows, WIDTH, scale=0.1),
        normal(seen, HIDDEN, scale=(2 / seen) ** 0.5),
        np.zeros(HIDDEN, dtype=np.float32),
        normal(HIDDEN, CLASSES, scale=HIDDEN**-0.5),
        np.zeros(CLASSES, dtype=np.float32),
    )


def train(examples: Examples, rows: int, *, epochs: int, seed: int) -> Parameters:
    """Weights after so many passes over the examples, the rate falling linearly to nothing."""
    threadpool_limits(1, user_api="blas")  # sums in another order would be another model
    rng = np.random.default_rng(seed)
    weights = initial(rows, rng)
    adam = Adam(weights)
    steps = epochs * -(-len(examples.asked) // BATCH)
    for step, batch in enumerate(_batches(len(examples.asked), epochs, rng)):
        adam.step(weights, gradients(weights, examples, batch, rng), RATE * (1 - step / steps))
    return weights


def gradients(weights: Parameters, examples: Examples, batch: Indices, rng: np.random.Generator) -> Parameters:
    """Of the mean cross entropy over a batch of what is asked."""
    windows = examples.places[examples.asked[batch][:, None] + _WINDOW]
    words, at = np.unique(windows, return_inverse=True)
    rows, shares, starts = examples.words.of(words)
    shares *= _alive(shares.shape, rng)
    word_vectors = _sums(weights.vectors[rows] * shares[:, None], starts)
    seen = word_vectors[at.reshape(windows.shape)].reshape(len(batch), -1)

    raw: Vectors = seen @ weights.hidden + weights.hidden_bias
    alive = _alive(raw.shape, rng)
    alive[raw <= 0] = 0
    hidden: Vectors = raw * alive
    error: Vectors = _softmax(hidden @ weights.output + weights.output_bias)
    error -= SMOOTHING / CLASSES
    error[np.arange(len(batch)), examples.classes[batch]] -= 1 - SMOOTHING
    error /= len(batch)

    raw_error = (error @ weights.output.T) * alive
    seen_error = (raw_error @ weights.hidden.T).reshape(-1, WIDTH)
    word_error = _scatter(at.ravel(), seen_error, len(words))
    row_error = np.repeat(word_error, np.diff(starts), axis=0) * shares[:, None]
    return Parameters(
        _scatter(rows, row_error, len(weights.vectors)),
        seen.T @ raw_error,
        raw_error.sum(axis=0),
        hidden.T @ error,
        error.sum(axis=0),
    )


class Adam:
    """Adam (Kingma and Ba, 2015) with its usual constants."""

    def __init__(self, weights: Parameters) -> None:
        self._mean = [np.zeros_like(getattr(weights, each.name)) for each in fields(weights)]
        self._square = [np.zeros_like(each) for each in self._mean]
        self._steps = 0

    def step(self, weights: Parameters, gradient: Parameters, rate: float) -> None:
        """Moves the weights against the gradient."""
        self._steps += 1
        rate *= (1 - 0.999**self._steps) ** 0.5 / (1 - 0.9**self._steps)
        for each, mean, square in zip(fields(weights), self._mean, self._square, strict=True):
            slope = getattr(gradient, each.name)
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope * slope - square)
            getattr(weights, each.name)[...] -= rate * mean / (np.sqrt(square) + 1e-8)


def _batches(count: int, epochs: int, rng: np.random.Generator) -> Iterator[Indices]:
    for _ in range(epochs):
        order = rng.permutation(count)
        for start in range(0, count, BATCH):
            yield order[start : start + BATCH]


def _sums(values: Vectors, starts: Indices) -> Vectors:
    """Sums of the stretches between starts, empty ones too."""
    padded = np.concatenate([values, np.zeros((1, values.shape[1]), dtype=values.dtype)])
    sums: Vectors = np.add.reduceat(padded, starts[:-1], axis=0)
    sums[np.diff(starts) == 0] = 0
    return sums


def _scatter(rows: Indices, values: NDArray[np.floating], count: int) -> Vectors:
    """Sums of the values that go to each row."""
    columns = [np.bincount(rows, weights=column, minlength=count) for column in values.T]
    return np.stack(columns, axis=1).astype(np.float32)


def _alive(shape: tuple[int, ...], rng: np.random.Generator) -> Vectors:
    kept: Vectors = (rng.random(shape, dtype=np.float32) >= DROPOUT).astype(np.float32)
    kept /= 1 - DROPOUT
    return kept


def _softmax(logits: Vectors) -> Vectors:
    powers: Vectors = np.exp(logits - logits.max(axis=1, keepdims=True))
    powers /= powers.sum(axis=1, keepdims=True)
    return powers
