"""What the shipped model finds and leaves alone, in sentences written for this test."""

from __future__ import annotations

import pytest

from processors.sanitize.names import NameDetector

DETECTOR = NameDetector()


def found(text: str) -> dict[str, str]:
    """Types by what was found."""
    return {text[entity.start : entity.end]: entity.type for entity in DETECTOR.find(text)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Please forward the minutes to Ingeborg Halvorsen before lunch.", {"Ingeborg Halvorsen": "PERSON"}),
        ("I was told by Oyelaran Adebayo that the pump is broken.", {"Oyelaran Adebayo": "PERSON"}),
        ("ask Wojciechowska whether she signed", {"Wojciechowska": "PERSON"}),
        ("Mrs. Delacroix-Fontaine missed her appointment.", {"Mrs.": "TITLE", "Delacroix-Fontaine": "PERSON"}),
        ("Is ibuprofen fine for Gwendolyn T., who weighs 41 kg?", {"Gwendolyn T.": "PERSON"}),
        ("Ο κ. Παπαδόπουλος wrote to Kristina Vasiljeva.", {"Kristina Vasiljeva": "PERSON"}),
        ("She flew from Maracaibo to Trondheim.", {"Maracaibo": "LOCATION", "Trondheim": "LOCATION"}),
        ("He was transferred to St. Brendan's Hospital overnight.", {"St. Brendan's Hospital": "LOCATION"}),
        ("They emigrated from Paraguay in 1974.", {"Paraguay": "COUNTRY"}),
        ("Her neighbours are Lithuanian.", {"Lithuanian": "NRP"}),
        ("Our supplier, Brightwell Logistics Ltd, went bankrupt.", {"Brightwell Logistics Ltd": "ORGANIZATION"}),
        ("The flat is at 27 Thornbury Crescent, Leicester.", {"27 Thornbury Crescent": "STREET_ADDRESS"}),
        ('{"surname": "Okonkwo", "town": "Salzburg"}', {"Okonkwo": "PERSON", "Salzburg": "LOCATION"}),
    ],
)
def test_finds(text: str, names: dict[str, str]) -> None:
    assert names.items() <= found(text).items()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t ",
        "The committee approved the budget without discussion.",
        "Patients with Parkinson's disease and a positive Babinski sign were excluded.",
        "Does a Glasgow Coma Scale of 9 call for intubation in a 54-year-old man with Addison's disease?",
        "Is clopidogrel better than aspirin in African American women with hypertension diagnosed in 2019?",
        "In March the invoice was paid, in May it was not.",
        "Restart the worker, clear the cache and run the migration again.",
        "for (int i = 0; i < n; i++) { total += prices[i]; } // sum of all",
        '{"temperature": 0.2, "top_p": 1, "finish_reason": "stop", "total_tokens": 1644}',
        "HTTP 503 Service Unavailable, retry after 30 seconds",
        "SELECT count(*) FROM orders WHERE status = 'open' AND total > 100",
        "PLEASE READ THE TERMS AND CONDITIONS BEFORE YOU CONTINUE",
    ],
)
def test_leaves_alone(text: str) -> None:
    assert found(text) == {}


def test_names_that_are_in_no_list() -> None:
    """Invented ones, of no country."""
    text = "Dear Tharvold Quenneby,\n\nI spoke to Jessamine Orloquist about your claim.\n\nRegards,\nPirmin Zdrallek"
    assert set(found(text)) == {"Tharvold Quenneby", "Jessamine Orloquist", "Pirmin Zdrallek"}


def test_an_address_over_several_lines_is_covered() -> None:
    text = "Ship it to:\nHalina Brzezińska\nul. Kwiatowa 14\n30-001 Kraków\nPoland\n\nThanks!"
    covered = set().union(*(range(entity.start, entity.end) for entity in DETECTOR.find(text)))
    shown = "".join(char for at, char in enumerate(text) if at not in covered)
    assert shown.split() == ["Ship", "it", "to:", "Thanks!"]


def test_borders_hold_the_name_alone() -> None:
    text = "(cf. Marguerite Duval's note)  Anneliese Vogt, too."
    assert list(found(text)) == ["Marguerite Duval", "Anneliese Vogt"]


def test_scores_are_probabilities_above_the_threshold() -> None:
    entities = NameDetector(threshold=0.7).find("Rasmus Lindqvist met Chiara Bellandi in Antwerp.")
    assert entities
    assert all(0.7 <= entity.score <= 1 for entity in entities)
