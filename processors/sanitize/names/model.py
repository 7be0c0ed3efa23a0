"""The model: what it consists of, and its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from processors.sanitize.names.words import Lexicon

Vectors = NDArray[np.float32]

TYPES = ("PERSON", "TITLE", "LOCATION", "COUNTRY", "ORGANIZATION", "NRP", "STREET_ADDRESS")
CLASSES = 1 + 2 * len(TYPES)
"""Outside any name, then the beginning of each type, then the inside of each type."""

REACH = 4
"""Tokens before and after that the network sees."""


@dataclass(frozen=True, slots=True)
class Model:
    """vectors [lexicon.rows, d], hidden [(2 REACH + 1) d, h], output [h, CLASSES]; a bias for each of h and CLASSES."""

    lexicon: Lexicon
    vectors: Vectors
    hidden: Vectors
    hidden_bias: Vectors
    output: Vectors
    output_bias: Vectors


_HALVES = ("hidden", "hidden_bias", "output", "output_bias")


def save(model: Model, file: BinaryIO) -> None:
    """Writes vectors as 8-bit integers with a scale each column, the rest in half precision, hashes as differences."""
    scale = np.abs(model.vectors).max(axis=0) / 127
    arrays = {
        "steps": np.diff(model.lexicon.hashes, prepend=np.uint32(0)),
        "lists": model.lexicon.flags,
        "vectors": np.round(model.vectors / scale).astype(np.int8),
        "scale": scale,
        **{name: getattr(model, name).astype(np.float16) for name in _HALVES},
    }
    np.savez_compressed(file, allow_pickle=False, **arrays)


def load(file: BinaryIO) -> Model:
    """Reads what `save` wrote. Runs nothing that is in the file."""
    with np.load(file, allow_pickle=False) as stored:
        return Model(
            Lexicon(np.cumsum(stored["steps"], dtype=np.uint32), stored["lists"]),
            stored["vectors"] * stored["scale"],
            *(stored[name].astype(np.float32) for name in _HALVES),
        )
