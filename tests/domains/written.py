"""Writes the files of domains for tests."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from domains.catalogue import Catalogue, load_catalogue
from domains.domain import Domain

SPACE = """\
name: space
version: 1
extends: general
title: Space
description: Traces from far away.
references:
  treaty: {title: Outer Space Treaty}
tables:
  planets: knowledge/planets.yaml
vocabularies:
  planet: {table: planets}
  promise: ["guarantee*", "can't fail"]
facts:
  speed: {path: attributes.speed, unit: km/s}
  planet: {path: attributes.planet, type: text}
  speeds: {path: "attributes.legs[].speed", unit: km/s}
constraints:
  - name: too_slow
    type: range
    claim: The probe reaches the speed at which it escapes.
    cites: [treaty]
    value: speed
    min: planets.escape[planet]
  - name: empty_promise
    type: forbidden
    claim: No success is promised.
    vocabularies: [promise]
features:
  - {name: margin, value: "speed / (11.2 [km/s])", description: Share of what Earth asks for.}
judge:
  scale: {1: wrong, 5: right}
  criteria:
    - name: correct
      question: Is it right?
      examples:
        - {output: "11.2 km/s", score: 5, why: True.}
alerts:
  - {name: slow, when: {claim: too_slow, decision: fail}, notify: page}
cascade: {pass_at: 0.3, fail_at: 0.7}
"""
"""A domain in which everything is right; its parts are replaced by wrong ones."""

PLANETS = """\
source: NASA planetary fact sheet
url: https://nssdc.gsfc.nasa.gov/planetary/factsheet/
compiled: 2026-11-21
columns:
  escape: km/s
  ringed: boolean
rows:
  earth:
    synonyms: [terra]
    escape: 11.2
    ringed: false
  mars:
    escape: 5.0
"""


@cache
def built_in() -> Mapping[str, Domain]:
    """The domains that come with the program, loaded once: it takes half a second."""
    return load_catalogue().domains


def catalogue(folder: Path) -> Catalogue:
    """The built-in domains, and those of a folder."""
    return load_catalogue(folder, last=built_in())


def write(folder: Path, text: str = SPACE, name: str = "space", planets: str = PLANETS) -> Path:
    """A domain's file in a folder of its name, with the table beside it; the path of the file."""
    home = folder / name
    (home / "knowledge").mkdir(parents=True, exist_ok=True)
    (home / "knowledge" / "planets.yaml").write_text(planets)
    file = home / "spec.yaml"
    file.write_text(text)
    return file


def changed(old: str, new: str) -> str:
    """The domain with one part replaced."""
    assert SPACE.count(old) == 1, f"{old!r} is there {SPACE.count(old)} times"
    return SPACE.replace(old, new)


def line_of(text: str, part: str) -> int:
    """The line, from 1, on which a part of the text first stands."""
    return text[: text.index(part)].count("\n") + 1
