"""Trains the tagger and writes its file, or tells how good it is.

    python -m training.names --presidio-research FILE --asq-phi FILE [--prose FILE ...] [--folds 5]

The files are data/synth_dataset_v2.json of github.com/data-privacy-stack/presidio-research (MIT), or a part of it,
data/synthetic_clinical_queries.txt of github.com/JamesWeatherhead/asq-phi (MIT), and any English prose, as plain text
or Parquet, of which only the counts of words are used. The same files give the same model.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.pii import asq, synth
from processors.sanitize.names.detector import MODEL
from processors.sanitize.names.model import save
from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.recognizers import english
from training.names.crossvalidate import cross_validate
from training.names.fit import Settings, World, fit
from training.names.labelled import asq_phi, presidio_research
from training.names.lexicon import prose
from training.names.pools import countries, places

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def main(
    presidio_file: Annotated[Path, typer.Option("--presidio-research", exists=True, dir_okay=False)],
    asq_file: Annotated[Path, typer.Option("--asq-phi", exists=True, dir_okay=False)],
    prose_files: Annotated[list[Path] | None, typer.Option("--prose", exists=True, dir_okay=False)] = None,
    texts: Annotated[int, typer.Option(help="Texts to make of our own templates.")] = Settings.texts,
    epochs: Annotated[int, typer.Option(help="Passes over all texts.")] = Settings.epochs,
    seed: Annotated[int, typer.Option()] = Settings.seed,
    folds: Annotated[int, typer.Option(help="Cross-validate instead of writing a model.")] = 0,
    out: Annotated[Path, typer.Option(help="Where to write the model.")] = MODEL,
) -> None:
    """Train, or cross-validate."""
    settings = Settings(texts, epochs, seed)
    world = World(countries(seed), places(), prose(prose_files or ()))
    samples = asq.read(asq_file), synth.read(presidio_file)
    labelled = [*asq_phi(samples[0]), *presidio_research(samples[1], world.places.countries)]
    if not folds:
        with out.open("wb") as file:
            save(fit(labelled, world, settings), file)
        return
    outcomes = cross_validate(
        labelled, world, settings, samples, PatternDetector(english()), count=folds, thresholds=THRESHOLDS
    )
    for outcome in outcomes:
        asq_score, spans = outcome.questions, outcome.sentences.spans
        print(f"threshold {outcome.threshold}")
        print(f"  ASQ-PHI: recall {asq_score.recall}, over-redaction {asq_score.over_redaction}")
        print(f"  synth_dataset_v2: precision {spans.precision}, recall {spans.recall}, F2 {spans.f2}")


if __name__ == "__main__":
    typer.run(main)
