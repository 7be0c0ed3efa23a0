"""Recognition: a trace that names no domain is put into the one whose marks it has."""

from __future__ import annotations

from typing import Any

import pytest

from domains.recognition import Recogniser
from tests.builders import trace
from tests.domains.written import SPACE, catalogue, write

MARKS = """
recognise:
  tags: [space]
  models: [probe-1]
  attributes: [orbit]
  features: [delta_v]
"""


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory: pytest.TempPathFactory) -> Recogniser:
    folder = tmp_path_factory.mktemp("domains")
    write(folder, SPACE + MARKS)
    write(folder, "name: moon\nextends: space\nrecognise: {tags: [moon]}\n", "moon")
    write(folder, "name: mars\nextends: space\n", "mars")
    write(folder, "name: sea\nextends: general\nrecognise: {tags: [sea], attributes: [Depth, probe]}\n", "sea")
    write(folder, "name: deep\nextends: general\nrecognise: {attributes: [probe]}\n", "deep")
    return Recogniser(catalogue(folder).domains)


@pytest.mark.parametrize(
    ("fields", "domain"),
    [
        ({"tags": ["space"]}, "space"),
        ({"tags": ["urgent", "Space"]}, "space"),
        ({"model": "Probe 1"}, "space"),
        ({"attributes": {"orbit": {}}}, "space"),
        ({"features": {"deltaV": 3.0}}, "space"),
        ({"tags": ["space"], "attributes": {"orbit": 1}}, "space"),
        ({"tags": ["moon"]}, "moon"),
        ({"tags": ["sea"]}, "sea"),
        ({"attributes": {"depth": 3}}, "sea"),
        ({"tags": ["space", "sea"]}, "general"),
        ({"tags": ["space"], "attributes": {"depth": 3}}, "general"),
        ({"attributes": {"probe": 1}}, "general"),
        ({"tags": ["other"]}, "general"),
        ({}, "general"),
        ({"domain": "legal", "tags": ["space"]}, "legal"),
        ({"domain": "unheard-of", "tags": ["space"]}, "unheard-of"),
    ],
)
def test_of_which_domain_a_trace_is(recogniser: Recogniser, fields: dict[str, Any], domain: str) -> None:
    assert recogniser.recognised(trace(**fields)).domain == domain
