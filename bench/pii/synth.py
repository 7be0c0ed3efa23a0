"""synth_dataset_v2 of presidio-research: sentences made from templates, scored as presidio-evaluator 0.3.2 scores.

The original: `data/synth_dataset_v2.json` of github.com/data-privacy-stack/presidio-research (MIT). The score is its
`SpanEvaluator`'s as its notebooks call it: any type against none, IoU 0.75 in characters, beta 2. `span_hits` gives the
counts that the evaluator gives, without it; `bench.pii.official` runs the evaluator itself.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.lang.en.stop_words import STOP_WORDS
from spacy.language import Language

from bench.pii.scoring import Estimate, Hits, Labelled, Scores, character_hits, characters, is_covered, scores
from processors.sanitize.detector import Entity

FILE = "synth_dataset_v2.dev.json"
IOU = 0.75

# Words that the evaluator leaves out of account beside spaCy's stop words (its evaluation/skipwords.py).
_SKIPPED = """'s street st. st de rue via and a the or do as of day address country state city zip po apt unit corner
p.o. box suite mr. mrs. miss year years y/o month months old morning noon afternoon night evening this first last week
weeks weekend days age ago inc inc. ltd >> >>> >>>> >>>>> >>>>>>"""
_BLANKS = (*string.whitespace, *(blank * count for blank in "\n\t" for count in range(2, 5)))
_SKIPPED_WORDS = frozenset({*_SKIPPED.split(), *STOP_WORDS, *string.punctuation, *_BLANKS})

_TYPES: Mapping[str, str] = {  # ours → theirs, where the names differ
    "COUNTRY": "GPE",
    "LOCATION": "GPE",
    "URL": "DOMAIN_NAME",
    "LICENSE_NUMBER": "US_DRIVER_LICENSE",
    "FAX_NUMBER": "PHONE_NUMBER",
}


@dataclass(frozen=True, slots=True)
class TypeScore:
    """One type: the share of its spans found whatever they were taken for, and the scores where the type counts."""

    found: Estimate
    typed: Scores


@dataclass(frozen=True, slots=True)
class SynthScore:
    """The official score of the whole set, the same in characters, and of each of the set's types."""

    spans: Scores
    characters: Scores
    types: dict[str, TypeScore]


def read(file: Path) -> list[Labelled]:
    """All sentences."""
    rows = json.loads(file.read_text(encoding="utf-8"))
    return [Labelled(row["full_text"], _entities(row["spans"]), str(row["template_id"])) for row in rows]


def _entities(spans: Sequence[Mapping[str, str | int]]) -> tuple[Entity, ...]:
    found = (Entity(str(s["entity_type"]), int(s["start_position"]), int(s["end_position"]), 1.0) for s in spans)
    return tuple(sorted(found, key=lambda entity: entity.start))


def score(samples: Sequence[Labelled], found: Sequence[Sequence[Entity]]) -> SynthScore:
    """How well the masks, a disjoint sequence for each sentence, fit."""
    names = sorted({entity.type for sample in samples for entity in sample.entities})
    return SynthScore(
        spans=scores(samples, list(map(span_hits, samples, found))),
        characters=scores(samples, list(map(character_hits, samples, found))),
        types={name: _type_score(samples, found, name) for name in names},
    )


def _type_score(samples: Sequence[Labelled], found: Sequence[Sequence[Entity]], name: str) -> TypeScore:
    only = [Labelled(s.text, tuple(e for e in s.entities if e.type == name), s.group) for s in samples]
    named = [[mask for mask in masks if _TYPES.get(mask.type, mask.type) == name] for masks in found]
    return TypeScore(
        found=scores(only, list(map(span_hits, only, found))).recall,
        typed=scores(only, list(map(span_hits, only, named))),
    )


class Word(NamedTuple):
    """Characters [start, end) of a text. Blanks that are tagged count as a word, and others do not."""

    start: int
    end: int
    is_blank: bool


class Run(NamedTuple):
    """Characters [start, end) of neighbouring tagged words, from the first to the last that counts."""

    start: int
    end: int


def span_hits(sample: Labelled, found: Sequence[Entity]) -> Hits:
    """Hits as the evaluator counts them: all masks that overlap an annotation count once, and again for the next."""
    words = _words(sample.text)
    annotations, masks = _runs(words, sample.entities), _runs(words, found)
    touching = [[mask for mask in masks if _overlap(annotation, mask)] for annotation in annotations]
    touched = {mask for each in touching for mask in each}
    return Hits(
        right=sum(_iou(*pair) >= IOU for pair in zip(annotations, touching, strict=True)),
        found=sum(map(bool, touching)) + len(masks) - len(touched),
        there=len(annotations),
    )


def _overlap(one: Run, other: Run) -> int:
    return max(min(one.end, other.end) - max(one.start, other.start), 0)


def _iou(annotation: Run, masks: Sequence[Run]) -> float:
    if len(masks) == 1:
        (mask,) = masks
        return _overlap(annotation, mask) / (max(annotation.end, mask.end) - min(annotation.start, mask.start))
    # Of several masks, the evaluator counts ends in, and all but the first one character early.
    there = set(range(annotation.start, annotation.end + 1))
    masked = {
        at for number, mask in enumerate(masks) for at in range(mask.start - bool(number), mask.end + (not number))
    }
    return len(there & masked) / len(there | masked)


def _runs(words: Sequence[Word], entities: Sequence[Entity]) -> list[Run]:
    """Neighbouring words are one run where all are tagged: those that are skipped do not part them."""
    tagged = ((any(_is_tagged(word, entity) for entity in entities), word) for word in words)
    counted = ((is_tagged, word) for is_tagged, word in tagged if is_tagged or not word.is_blank)
    groups = ([word for _, word in group] for is_tagged, group in groupby(counted, itemgetter(0)) if is_tagged)
    return [Run(group[0].start, group[-1].end) for group in groups]


def _is_tagged(word: Word, entity: Entity) -> bool:
    begins_within = entity.start <= word.start < entity.end
    return begins_within or (word.start <= entity.start <= word.end and word.start <= entity.end <= word.end)


@cache
def _words(text: str) -> tuple[Word, ...]:
    """The words that count, of spaCy's tokeniser; of blanks the evaluator skips only those of one kind."""
    tokens = ((token.idx, token.text) for token in _english()(text))
    return tuple(
        Word(start, start + len(word), word.isspace()) for start, word in tokens if word.lower() not in _SKIPPED_WORDS
    )


@cache
def _english() -> Language:
    return spacy.blank("en")


def errors(samples: Sequence[Labelled], found: Sequence[Sequence[Entity]], name: str) -> Iterator[tuple[str, Entity]]:
    """(text, entity): entities of this type that show, and masks of this type (ours) that cover no entity at all."""
    for sample, masks in zip(samples, found, strict=True):
        masked, there = characters(masks), characters(sample.entities)
        for entity in sample.entities:
            if entity.type == name and not is_covered(sample.text, entity, masked):
                yield sample.text, entity
        for mask in masks:
            if mask.type == name and there.isdisjoint(range(mask.start, mask.end)):
                yield sample.text, mask
