"""From labelled sets to a model file."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from io import BytesIO

from processors.sanitize.names.model import Model, load, save
from training.names.corpus import Labelled, generated, templates
from training.names.examples import Encoder
from training.names.labelled import as_template
from training.names.lexicon import lexicon, small_words
from training.names.network import train
from training.names.pools import Country, Places
from training.names.values import Values


@dataclass(frozen=True, slots=True)
class World:
    """What does not depend on the labelled sets: values, and words of plain text."""

    pools: Sequence[Country]
    places: Places
    prose: Counter[str]


@dataclass(frozen=True)
class Settings:
    """texts: how many to make of our own templates; a third as many come from the labelled ones."""

    texts: int = 40_000
    epochs: int = 8
    seed: int = 1


def fit(labelled: Sequence[Labelled], world: World, settings: Settings) -> Model:
    """A model of our own templates, of the labelled texts, and of these texts with other values."""
    texts, rng = settings.texts, random.Random(settings.seed)
    values, words = Values(rng, world.pools, world.places), small_words(world.prose, 1)
    corpus = list(generated(texts, templates(), values, words, rng))
    if labelled:
        patterns = [as_template(each, rng) for each in labelled]
        corpus += generated(texts // 3, patterns, values, words, rng)
        corpus += list(labelled) * 2
    known = lexicon(corpus, world.prose, world.pools, world.places)
    examples = Encoder(known, rng).encode(corpus)
    weights = train(examples, known.rows, epochs=settings.epochs, seed=settings.seed)
    return _rounded(Model(known, **{each.name: getattr(weights, each.name) for each in fields(weights)}))


def _rounded(model: Model) -> Model:
    """The model as it will be read back, so that what is measured is what ships."""
    file = BytesIO()
    save(model, file)
    file.seek(0)
    return load(file)
