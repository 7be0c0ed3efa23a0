"""Labelled sets of others, their entities under our types."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator

from bench.pii.scoring import Labelled as Sample
from processors.sanitize.detector import Entity
from training.names.corpus import Labelled

_SLOTS = {
    "PERSON": ("name", "name", "first", "last", "initials"),
    "TITLE": ("prefix",),
    "LOCATION": ("city", "city", "facility"),
    "COUNTRY": ("country",),
    "ORGANIZATION": ("org",),
    "NRP": ("nrp",),
    "STREET_ADDRESS": ("street",),
}
_ASQ = {"NAME": "PERSON", "GEOGRAPHIC_LOCATION": "LOCATION"}
_TITLE = re.compile(r"(?:Dr|Mrs?|Ms|Prof)\b\.?")


def presidio_research(samples: Iterable[Sample], countries: Iterable[str]) -> list[Labelled]:
    """Sentences of synth_dataset_v2, grouped by template."""
    known = {country.casefold() for country in countries}
    return [
        Labelled(
            sample.text,
            [
                (entity.start, entity.end, type_)
                for entity in sample.entities
                if (type_ := _our_type(entity.type, sample.text[entity.start : entity.end], known))
            ],
            f"synth {sample.group}",
        )
        for sample in samples
    ]


def asq_phi(samples: Iterable[Sample]) -> list[Labelled]:
    """Queries of ASQ-PHI, each a group by itself: names, wherever they stand, and places but for postal codes."""
    return [
        Labelled(
            sample.text,
            [span for entity in sample.entities for span in _spans(sample.text, entity)],
            f"asq {sample.group}",
        )
        for sample in samples
    ]


def as_template(labelled: Labelled, rng: random.Random) -> str:
    """The text with a slot for each entity."""
    pieces, at = [], 0
    for start, end, type_ in sorted(labelled.spans):
        if start >= at:
            pieces += [labelled.text[at:start], "{" + rng.choice(_SLOTS[type_]) + "}"]
            at = end
    return "".join([*pieces, labelled.text[at:]])


def _our_type(type_: str, value: str, countries: set[str]) -> str | None:
    if type_ == "GPE":
        return "COUNTRY" if value.casefold() in countries else "LOCATION"
    if type_ == "TITLE":  # trades and offices are no forms of address
        return type_ if value.endswith(".") else None
    return type_ if type_ in _SLOTS else None


def _spans(text: str, entity: Entity) -> Iterator[tuple[int, int, str]]:
    """The entity and whatever equals it. A person's form of address is an entity of its own."""
    value, type_ = text[entity.start : entity.end], _ASQ.get(entity.type)
    if type_ is None or value.isdecimal():
        return
    title = _TITLE.match(value) if type_ == "PERSON" else None
    for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text):
        start = match.start()
        if title:
            yield start, start + title.end(), "TITLE"
            start += title.end() + (value[title.end() :].startswith(" "))
        yield start, match.end(), type_
