"""Signs: symptoms in the words of those who have them, found in any order within a few words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import product

from processors.text.words import folded, words

_WINDOW = 7  # words from the first to the last of a sign
_NEGATIONS = frozenset({
    "no", "not", "denies", "denied", "without", "never", "neither", "nor", "isn't", "don't", "doesn't", "hasn't",
    "haven't",
})  # fmt: skip
_APOSTROPHES = {
    "dont": "don't",
    "cant": "can't",
    "wont": "won't",
    "isnt": "isn't",
    "doesnt": "doesn't",
    "im": "i'm",
    "ive": "i've",
}
_NEGATED_WITHIN = 3  # words before the sign
_MOST_PLACES = 12  # of one word; who repeats it more often is not told apart
_MOST_WORDS = 5_000


class Told:
    """The words of a text and where each stands."""

    def __init__(self, text: str) -> None:
        self.words: Sequence[str] = [_APOSTROPHES.get(word, word) for word in words(folded(text))[:_MOST_WORDS]]
        self._places: dict[str, list[int]] = {}
        for at, word in enumerate(self.words):
            self._places.setdefault(word, []).append(at)
        self.vocabulary = frozenset(self._places)
        self._sorted = sorted(self._places)

    def places(self, word: str) -> list[int]:
        """Where a word stands; one that ends with `*` is any that begins so."""
        if not word.endswith("*"):
            return self._places.get(word, [])[:_MOST_PLACES]
        stem = word[:-1]
        first = bisect_left(self._sorted, stem)
        found: list[int] = []
        for candidate in self._sorted[first:]:
            if not candidate.startswith(stem) or len(found) >= _MOST_PLACES:
                break
            found += self._places[candidate]
        return found[:_MOST_PLACES]

    def negated(self, at: int) -> bool:
        """Whether a negation stands shortly before a word, as in `no fever`."""
        return not _NEGATIONS.isdisjoint(self.words[max(at - _NEGATED_WITHIN, 0) : at])


class Signs:
    """One group of signs, written `chest pain | tight chest | sweat*`."""

    def __init__(self, source: str) -> None:
        signs = (tuple(words(folded(sign))) for sign in _stars_kept(source))
        self._by_word: dict[str, list[tuple[str, ...]]] = {}
        self._of_stems: list[tuple[str, ...]] = []  # that have no whole word
        for sign in signs:
            whole = max((word for word in sign if not word.endswith("_")), key=len, default=None)
            (self._of_stems if whole is None else self._by_word.setdefault(whole, [])).append(sign)

    def within(self, told: Told) -> bool:
        """Whether the text affirms one of the signs."""
        present = told.vocabulary & self._by_word.keys()
        return any(self._affirmed(told, sign) for word in present for sign in self._by_word[word]) or any(
            self._affirmed(told, sign) for sign in self._of_stems
        )

    def _affirmed(self, told: Told, sign: tuple[str, ...]) -> bool:
        places = []
        for word in sign:
            places.append(told.places(word.replace("_", "*")))
            if not places[-1]:
                return False
        negative = not _NEGATIONS.isdisjoint(sign)
        return any(
            max(at) - min(at) < _WINDOW and (negative or not told.negated(min(at))) for at in product(*places[:4])
        )


def _stars_kept(source: str) -> Iterator[str]:
    """Each sign, its stars as `_`, which belongs to words."""
    for sign in source.split("|"):
        yield sign.strip().replace("*", "_")
