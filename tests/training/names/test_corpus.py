"""What the tagger is trained on: templates that are filled right, and the same corpus from the same seed."""

from __future__ import annotations

import random

from processors.sanitize.names.model import TYPES
from training.names.corpus import Labelled, fill, generated, joined, templates
from training.names.labelled import as_template
from training.names.pools import Country, Places
from training.names.values import Values

HOME = Country("xx", ["Ada"], ["Byron"], ["Mill Lane"], ["Engines Ltd"], ["AB1 2CD"])
WORLD = Places(["Nether Wallop"], ["London"], ["Malta"])


def values(seed: int = 1) -> Values:
    return Values(random.Random(seed), [HOME], WORLD)


def parts(labelled: Labelled) -> list[tuple[str, str]]:
    return [(labelled.text[start:end].casefold(), type_) for start, end, type_ in labelled.spans]


def test_a_slot_is_an_entity_and_the_rest_is_none() -> None:
    labelled = fill("On {date}, {first} met {last} in {country}.", values())
    assert [type_ for _, type_ in parts(labelled)] == ["PERSON", "PERSON", "COUNTRY"]
    assert {value for value, _ in parts(labelled)} <= {"ada", "byron", "malta", "usa", "uk", "holland", "korea"}


def test_braces_that_are_no_slots_stay() -> None:
    assert fill('{{"total": {{}}, "{unknown}": 1}}', values()).text.replace(" ", "") == '{"total":{},"{unknown}":1}'


def test_an_address_is_entities_from_end_to_end() -> None:
    for seed in range(50):
        labelled = fill("{address}", values(seed))
        covered = {at for start, end, _ in labelled.spans for at in range(start, end)}
        between = {char for at, char in enumerate(labelled.text) if at not in covered}
        assert between <= set(" ,\n")


def test_every_template_fills_and_its_entities_have_known_types() -> None:
    drawn = values()
    for template in templates():
        labelled = fill(template, drawn)
        assert not any(slot in labelled.text for slot in ("{name}", "{first}", "{last}", "{city}", "{org}"))
        for start, end, type_ in labelled.spans:
            assert type_ in TYPES
            assert labelled.text[start:end].strip()


def test_the_same_seed_gives_the_same_texts() -> None:
    def texts() -> list[Labelled]:
        return list(generated(50, templates(), values(7), ["plain", "words"], random.Random(7)))

    assert texts() == texts()


def test_joined_texts_keep_their_entities() -> None:
    both = joined([fill("{first}!", values()), fill("Ask {last}.", values())], "\n")
    assert [type_ for _, type_ in parts(both)] == ["PERSON", "PERSON"]
    assert [value for value, _ in parts(both)] == ["ada", "byron"]


def test_a_labelled_text_becomes_a_template() -> None:
    labelled = Labelled("Ada went to Malta.", [(0, 3, "PERSON"), (12, 17, "COUNTRY")])
    template = as_template(labelled, random.Random(1))
    assert template.endswith(" went to {country}.")
    assert [type_ for _, type_ in parts(fill(template, values()))][-1] == "COUNTRY"
