"""ASQ-PHI: clinical questions as people type them to an LLM, a fifth of them without any identifier.

The original: `data/synthetic_clinical_queries.txt` of github.com/JamesWeatherhead/asq-phi (MIT; Data in Brief 65 (2026)
112586). The paper's measures: recall counts an element as found where a mask touches it; over-redaction is the share
of the questions without identifiers in which anything is masked.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.pii.scoring import Estimate, Labelled, Scores, character_hits, characters, is_covered, scores, share
from processors.sanitize.detector import Entity

FILE = "asq_phi.dev.txt"
_QUERY, _TAGS = "===QUERY===\n", "\n===PHI_TAGS===\n"


@dataclass(frozen=True, slots=True)
class TypeScore:
    """Elements of one type: the share touched by a mask, and the share of which nothing shows."""

    elements: int
    touched: Estimate
    covered: Estimate


@dataclass(frozen=True, slots=True)
class AsqScore:
    """The whole set, its types, and how many false masks of each of our types the harmless questions have."""

    recall: Estimate
    full_recall: Estimate
    over_redaction: Estimate
    characters: Scores
    types: dict[str, TypeScore]
    false_masks: dict[str, int]


def read(file: Path) -> list[Labelled]:
    """All questions. Raises ValueError where a tag's value is not in its question."""
    blocks = file.read_text(encoding="utf-8").split(_QUERY)[1:]
    return [_labelled(number, block) for number, block in enumerate(blocks)]


def _labelled(number: int, block: str) -> Labelled:
    text, _, tags = block.partition(_TAGS)
    after: Counter[str] = Counter()  # where to look for the next of equal values
    entities = []
    for line in filter(str.strip, tags.splitlines()):
        tag = json.loads(line)
        value = tag["value"]
        start = text.index(value, after[value])
        after[value] = start + len(value)
        entities.append(Entity(tag["identifier_type"], start, start + len(value), 1.0))
    return Labelled(text, tuple(sorted(entities, key=lambda entity: entity.start)), str(number))


def score(samples: Sequence[Labelled], found: Sequence[Sequence[Entity]]) -> AsqScore:
    """How well the masks, a sequence for each question, fit."""
    elements: defaultdict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for sample, masks in zip(samples, found, strict=True):
        masked = characters(masks)
        for entity in sample.entities:
            touched = not masked.isdisjoint(range(entity.start, entity.end))
            elements[entity.type].append((touched, is_covered(sample.text, entity, masked)))
    types = {name: _type_score(each) for name, each in sorted(elements.items(), key=lambda item: -len(item[1]))}
    whole = _type_score([element for each in elements.values() for element in each])
    harmless = [masks for sample, masks in zip(samples, found, strict=True) if not sample.entities]
    return AsqScore(
        recall=whole.touched,
        full_recall=whole.covered,
        over_redaction=share(sum(map(bool, harmless)), len(harmless)),
        characters=scores(samples, list(map(character_hits, samples, found))),
        types=types,
        false_masks=dict(Counter(mask.type for masks in harmless for mask in masks).most_common()),
    )


def _type_score(elements: Sequence[tuple[bool, bool]]) -> TypeScore:
    touched, covered = (sum(column) for column in zip(*elements, strict=True)) if elements else (0, 0)
    return TypeScore(len(elements), share(touched, len(elements)), share(covered, len(elements)))


def errors(samples: Sequence[Labelled], found: Sequence[Sequence[Entity]], name: str) -> Iterator[tuple[str, Entity]]:
    """(text, entity): elements of this type that show, and masks of this type (ours) in harmless questions."""
    for sample, masks in zip(samples, found, strict=True):
        masked = characters(masks)
        for entity in sample.entities:
            if entity.type == name and not is_covered(sample.text, entity, masked):
                yield sample.text, entity
        if not sample.entities:
            yield from ((sample.text, mask) for mask in masks if mask.type == name)
