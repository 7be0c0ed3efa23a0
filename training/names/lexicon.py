"""The lists that the tagger carries: who is in them, and which words get a vector of their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from processors.sanitize.names.words import LONGEST, TOKEN, Known, Lexicon, word_hash
from training.names.corpus import Labelled
from training.names.pools import Country, Places
from training.names.vocabulary import VOCABULARY

COMMON_AFTER = 2
"""Times that prose must have a word in small letters for it to be common."""

CONTEXT_AFTER = 12
INSIDE_AFTER = 25
_WORD = re.compile(r"[^\W\d_]+")


def prose(paths: Iterable[Path]) -> Counter[str]:
    """Words of plain text and of the text columns of Parquet files, as they are written."""
    words: Counter[str] = Counter()
    for path in paths:
        if path.suffix != ".parquet":
            words.update(_WORD.findall(path.read_text("utf-8")))
            continue
        for column in pq.read_table(path).columns:
            words.update(
                word for value in column.to_pylist() if isinstance(value, str) for word in _WORD.findall(value)
            )
    return words


def lexicon(corpus: Sequence[Labelled], words: Counter[str], pools: Sequence[Country], world: Places) -> Lexicon:
    """Names and places from the pools, common words from prose, words of context from the corpus."""
    lists: dict[str, int] = {}
    for flag, members in _members(pools, world):
        for member in members:
            for word in _WORD.findall(member):
                _add(lists, word, flag)
    for word in small_words(words, COMMON_AFTER):
        _add(lists, word, Known.COMMON)
    outside, inside = _around(corpus)
    for word, count in outside.items():
        if count >= CONTEXT_AFTER:
            _add(lists, word, Known.CONTEXT)
    for word, count in inside.items():
        small = len(word) == 1 or not word[:1].isalpha() or lists.get(word, 0) & Known.COMMON
        if count >= INSIDE_AFTER and small:
            _add(lists, word, Known.INSIDE | Known.CONTEXT)
    hashes = {word_hash(word): flags for word, flags in sorted(lists.items())}
    ordered = sorted(hashes)
    return Lexicon(np.array(ordered, dtype=np.uint32), np.array([hashes[each] for each in ordered], dtype=np.uint16))


def _members(pools: Sequence[Country], world: Places) -> Iterable[tuple[Known, Iterable[str]]]:
    distinct = {pool.first[0] + pool.last[0]: pool for pool in pools}.values()
    yield Known.FIRST_NAME, (name for pool in distinct for name in pool.first)
    yield Known.LAST_NAME, (name for pool in distinct for name in pool.last)
    yield Known.PLACE, world.large_cities
    yield Known.PLACE, (*VOCABULARY["hospital_acronyms"], *VOCABULARY["hospital_names"])
    yield Known.COUNTRY, (*world.countries, *VOCABULARY["states"])
    for nationality in (*VOCABULARY["nationalities"], *VOCABULARY["people"]):
        yield Known.NATIONALITY, (nationality, f"{nationality}s")
    yield Known.EPONYM, VOCABULARY["eponyms"]


def small_words(words: Counter[str], count: int) -> list[str]:
    """Words of at least this count that are written small more often than not."""
    folded: Counter[str] = Counter()
    for word, each in words.items():
        folded[word.casefold()] += each
    return [word for word, each in words.items() if word.islower() and each >= count and 2 * each >= folded[word]]


def _around(corpus: Iterable[Labelled]) -> tuple[Counter[str], Counter[str]]:
    """How often each word is outside entities, and how often each small one within."""
    outside: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for labelled in corpus:
        at, covered = 0, {each for start, end, _ in labelled.spans for each in range(start, end)}
        for token in TOKEN.findall(labelled.text):
            word = token.strip()
            if word.isdecimal():
                pass
            elif at not in covered:
                outside[word.casefold()] += 1
            elif word.islower() or not word[:1].isalpha():
                inside[word] += 1
            at += len(token)
    return outside, inside


def _add(lists: dict[str, int], word: str, flag: int) -> None:
    folded = word[:LONGEST].casefold()
    if len(folded) > 1 or flag in (Known.CONTEXT, Known.INSIDE | Known.CONTEXT):
        lists[folded] = lists.get(folded, 0) | int(flag)
