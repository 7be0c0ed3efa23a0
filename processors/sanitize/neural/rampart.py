"""Rampart as a detector: its labels under our names, and its pieces of words joined to entities."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from processors.sanitize.detector import Entity
from processors.sanitize.neural.model import Model

THRESHOLD = 0.5

TYPES: Mapping[str, str] = {
    "GIVEN_NAME": "PERSON",
    "SURNAME": "PERSON",
    "CITY": "LOCATION",
    "BUILDING_NUMBER": "STREET_ADDRESS",
    "STREET_NAME": "STREET_ADDRESS",
    "SECONDARY_ADDRESS": "STREET_ADDRESS",
}
"""Of the model's labels those that no pattern knows. Its numbers, hosts and addresses of e-mail are not as sure."""

_NOTHING = "O"
_WITHIN = re.compile(r"\s*|['’-]")  # between words of one entity


class RampartDetector:
    """Finds names of people and places in seven languages; a sentence takes milliseconds.

    Raises Misconfigured where the packages of the extra `ml` are not installed.
    """

    def __init__(self, threshold: float = THRESHOLD, types: Mapping[str, str] = TYPES) -> None:
        self._model = Model()
        self._threshold = threshold
        of_labels = [types.get(label.partition("-")[2], _NOTHING) for label in self._model.labels]
        self._types = (_NOTHING, *sorted({*of_labels} - {_NOTHING}))
        self._sum_of_labels = np.array([[name == each for each in self._types] for name in of_labels], dtype=np.float32)

    def find(self, text: str) -> Sequence[Entity]:
        """Neighbouring words of one type are one entity. A word is as sure as its pieces are on average."""
        encodable = text.encode("utf-8", "replace").decode()  # of lone surrogates a question mark each
        encoding = self._model.tokenizer.encode(encodable, add_special_tokens=False)
        if not encoding.ids:
            return ()
        words = np.array(encoding.word_ids)
        first = np.flatnonzero(np.diff(words, prepend=-1))
        last = np.append(first[1:], len(words)) - 1
        of_pieces = self._model.probabilities(encoding.ids) @ self._sum_of_labels
        of_words = np.add.reduceat(of_pieces, first) / (last - first + 1)[:, None]
        kinds = of_words[:, 1:].argmax(axis=1) + 1
        scores = of_words[np.arange(len(kinds)), kinds]
        sure = np.flatnonzero(scores >= self._threshold)
        offsets = encoding.offsets
        tagged = [
            Entity(self._types[kinds[word]], offsets[first[word]][0], offsets[last[word]][1], float(scores[word]))
            for word in sure
        ]
        return tuple(_joined(text, tagged))


def _joined(text: str, words: Sequence[Entity]) -> Iterator[Entity]:
    current: Entity | None = None
    for word in words:
        if current and current.type == word.type and _WITHIN.fullmatch(text, current.end, word.start):
            current = Entity(word.type, current.start, word.end, min(current.score, word.score))
            continue
        if current:
            yield current
        current = word
    if current:
        yield current
