"""Training from end to end, on few texts of a small world."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from io import BytesIO

import numpy as np

from processors.sanitize.names import NameDetector
from processors.sanitize.names.model import CLASSES, Model, load, save
from processors.sanitize.names.tagger import Tagger
from processors.sanitize.names.words import TOKEN, likely_enough
from training.names.corpus import generated, templates
from training.names.examples import Encoder
from training.names.fit import Settings, World, fit
from training.names.pools import Country, Places
from training.names.values import Values

GIVEN = ["Adalind", "Borislav", "Celestine", "Dragomir", "Ermengard"]
FAMILY = ["Byrnholt", "Castellane", "Drăgulescu", "Eikenbroek"]
HOME = Country("xx", GIVEN, FAMILY, ["Mill Lane", "Kirkgata"], ["Engines Ltd"], ["AB1 2CD"])
WORLD = World(
    [HOME], Places(["Nether Wallop"], ["Gravesend"], ["Malta"]), Counter({"weather": 9, "engine": 9, "talked": 9})
)


@cache
def model(seed: int = 1) -> Model:
    return fit([], WORLD, Settings(texts=1_500, epochs=6, seed=seed))


def file_of(model: Model) -> bytes:
    file = BytesIO()
    save(model, file)
    return file.getvalue()


def test_it_learns() -> None:
    text = "We talked to Borislav Eikenbroek about the weather in Gravesend."
    found = [text[entity.start : entity.end].rstrip(".") for entity in NameDetector(model()).find(text)]
    assert found == ["Borislav Eikenbroek", "Gravesend"]


def test_the_same_seed_gives_the_same_file() -> None:
    again = fit([], WORLD, Settings(texts=1_500, epochs=6, seed=1))
    assert file_of(again) == file_of(model())


def test_a_model_is_read_as_it_was_written() -> None:
    read = load(BytesIO(file_of(model())))
    assert np.array_equal(read.vectors, model().vectors)
    assert np.array_equal(read.lexicon.hashes, model().lexicon.hashes)
    assert file_of(read) == file_of(model())


def test_training_asks_about_the_tokens_that_the_tagger_asks_about() -> None:
    """What is left out here is never looked at there, and what is asked there was trained here."""
    rng = random.Random(3)
    texts = list(generated(200, templates(), Values(rng, WORLD.pools, WORLD.places), ["plain"], rng))
    examples = Encoder(model().lexicon, rng).encode(texts)
    tagger, asked = Tagger(model()), 0
    for labelled in texts:
        tokens = TOKEN.findall(labelled.text)
        tags = tagger.tags(tokens, np.full(len(tokens), likely_enough(labelled.text), dtype=np.int8))
        asked += 0 if tags is None else len(tags.places)
    assert asked == len(examples.asked)
    assert examples.classes.max() < CLASSES
