"""presidio-evaluator itself, on the same sentences and masks: the figure that ours must equal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pandas as pd
import spacy

from bench.peer import peer_folder
from bench.pii.scoring import BETA, Hits, Labelled
from bench.pii.synth import IOU
from processors.sanitize.detector import Entity

REQUIREMENTS = Path(__file__).with_name("peer-requirements.txt")


def official_hits(samples: Sequence[Labelled], found: Sequence[Sequence[Entity]]) -> Hits:
    """The binary counts of its SpanEvaluator over all samples. Installs it where it is not yet."""
    add_peer_packages()
    evaluation = import_module("presidio_evaluator.evaluation")
    skip_words = import_module("presidio_evaluator.evaluation.skipwords").get_skip_words()
    evaluator = evaluation.SpanEvaluator(iou_threshold=IOU, skip_words=skip_words)
    result = evaluator.calculate_score_on_df(_tagged_tokens(samples, found), beta=BETA, level="pii")
    return Hits(result.pii_true_positives, result.pii_predicted, result.pii_annotated)


def add_peer_packages() -> None:
    """Make the comparison's packages importable, behind all others."""
    folder = str(peer_folder(REQUIREMENTS))
    if folder not in sys.path:
        sys.path.append(folder)


def _tagged_tokens(samples: Sequence[Labelled], found: Sequence[Sequence[Entity]]) -> pd.DataFrame:
    span_to_tag = import_module("presidio_evaluator").span_to_tag
    english = spacy.blank("en")
    rows = []
    for number, (sample, masks) in enumerate(zip(samples, found, strict=True)):
        tokens = english(sample.text)
        columns = [
            span_to_tag(
                scheme="IO",
                text=sample.text,
                starts=[entity.start for entity in entities],
                ends=[entity.end for entity in entities],
                tags=["PII"] * len(entities),
                scores=[entity.score for entity in entities],
                tokens=tokens,
            )
            for entities in (sample.entities, masks)
        ]
        for token, annotation, prediction in zip(tokens, *columns, strict=True):
            rows.append((number, token.text, annotation, prediction, token.idx))
    return pd.DataFrame(rows, columns=["sentence_id", "token", "annotation", "prediction", "start_indices"])
