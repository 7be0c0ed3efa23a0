"""Labelled text from templates: values in their slots, some words changed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.names.values import Piece, Values

TEMPLATES = Path(__file__).with_name("templates")
OTHER_WORDS, OTHER_FIRST_WORDS = 0.1, 0.25
"""Shares of the words outside names that are changed for others: of all, and of those that begin a sentence."""

_WORD = re.compile(r"(^|[.!?:]\s+|\n)?([^\W\d_]{3,})")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, its entities as (start, end, type), and the group of texts that it must not be parted from in a split."""

    text: str
    spans: Sequence[tuple[int, int, str]]
    group: str = ""


def templates() -> list[str]:
    """Our own, one a line, `\\n` for a new line, `{{` for a brace."""
    lines = [line for path in sorted(TEMPLATES.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    return [line.replace("\\n", "\n").replace("\\t", "\t") for line in lines if line and not line.startswith("# ")]


def fill(template: str, values: Values) -> Labelled:
    """The template with a fresh value in each slot."""
    return _joined(values.fill(template))


def generated(
    count: int, templates: Sequence[str], values: Values, words: Sequence[str], rng: random.Random
) -> Iterator[Labelled]:
    """Texts of one to three templates, some in capitals or in small letters alone, some of their words others.

    words: small words that are no names, common and rare.
    """
    for _ in range(count):
        parts = [fill(rng.choice(templates), values) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
        parts = [_reworded(part, words, rng) for part in parts]
        yield _recased(joined(parts, rng.choice((" ", " ", "\n", "\n\n"))), rng)


def joined(parts: Sequence[Labelled], gap: str) -> Labelled:
    """One text of several."""
    text, spans = "", []
    for part in parts:
        text = text + gap if text else text
        spans += [(start + len(text), end + len(text), type_) for start, end, type_ in part.spans]
        text += part.text
    return Labelled(text, spans)


def _joined(pieces: Iterable[Piece]) -> Labelled:
    text, spans = "", []
    for piece, type_ in pieces:
        if type_ is not None:
            spans.append((len(text), len(text) + len(piece), type_))
        text += piece
    return Labelled(text.replace("{{", "{ ").replace("}}", " }"), spans)


def _reworded(labelled: Labelled, words: Sequence[str], rng: random.Random) -> Labelled:
    """Some words outside names changed for any others, so that a word never seen is not taken for a name."""

    def reworded(text: str) -> str:
        return _WORD.sub(lambda word: (word[1] or "") + _other(word[2], word[1] is not None, words, rng), text)

    pieces: list[Piece] = []
    at = 0
    for start, end, type_ in labelled.spans:
        pieces += [(reworded(labelled.text[at:start]), None), (labelled.text[start:end], type_)]
        at = end
    return _joined([*pieces, (reworded(labelled.text[at:]), None)])


def _other(word: str, begins: bool, words: Sequence[str], rng: random.Random) -> str:
    if rng.random() > (OTHER_FIRST_WORDS if begins else OTHER_WORDS):
        return word
    other = rng.choice(words)
    if word.islower():
        return other
    if begins:
        return other.capitalize()
    return other.upper() if word.isupper() else word


def _recased(labelled: Labelled, rng: random.Random) -> Labelled:
    case = rng.random()
    change = str.upper if case < 0.03 else str.lower if case < 0.08 else str
    text = change(labelled.text)
    return Labelled(text if len(text) == len(labelled.text) else labelled.text, labelled.spans)
