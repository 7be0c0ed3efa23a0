"""How good the tagger is on texts of templates and queries that it was not trained on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.pii import asq, synth
from bench.pii.scoring import Labelled as Sample
from processors.sanitize.detector import Detector, Entity
from processors.sanitize.names import NameDetector
from processors.sanitize.spans import disjoint
from training.names.corpus import Labelled
from training.names.fit import Settings, World, fit


@dataclass(frozen=True, slots=True)
class Outcome:
    """Figures at one threshold, each text tagged by the model that has not seen its group."""

    threshold: float
    questions: asq.AsqScore
    sentences: synth.SynthScore


def folds(labelled: Sequence[Labelled], count: int, seed: int) -> dict[str, int]:
    """Fold of each text. Texts of one group stay together."""
    groups = sorted({each.group for each in labelled})
    random.Random(seed).shuffle(groups)
    fold_of = {group: number % count for number, group in enumerate(groups)}
    return {each.text: fold_of[each.group] for each in labelled}


def cross_validate(
    labelled: Sequence[Labelled],
    world: World,
    settings: Settings,
    samples: tuple[Sequence[Sample], Sequence[Sample]],
    others: Detector,
    *,
    count: int,
    thresholds: Sequence[float],
) -> Iterator[Outcome]:
    """Outcomes on both sets, ASQ-PHI's samples and presidio-research's, together with what other detectors find."""
    fold_of = folds(labelled, count, settings.seed)
    models = [fit([each for each in labelled if fold_of[each.text] != fold], world, settings) for fold in range(count)]
    for threshold in thresholds:
        taggers = [NameDetector(model, threshold) for model in models]

        def masks(sample: Sample, taggers: Sequence[Detector] = taggers) -> list[Entity]:
            named = taggers[fold_of[sample.text]].find(sample.text)
            return list(disjoint([*others.find(sample.text), *named]))

        questions, sentences = samples
        yield Outcome(
            threshold,
            asq.score(questions, list(map(masks, questions))),
            synth.score(sentences, list(map(masks, sentences))),
        )
