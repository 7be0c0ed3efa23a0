"""A name in part is the name in full, where nobody else can be meant."""

from __future__ import annotations

from processors.sanitize.aliases import MAX_NAMES, aliases

ODALYS = ("PERSON", "Odalys Quennell")


def test_a_part_is_the_whole() -> None:
    found = aliases([ODALYS, ("PERSON", "Quennell")])
    assert found["PERSON", "Quennell"] == ODALYS
    assert ODALYS not in found


def test_a_part_of_two_stays_itself() -> None:
    assert ("PERSON", "Quennell") not in aliases([ODALYS, ("PERSON", "Bram Quennell"), ("PERSON", "Quennell")])


def test_the_longest_of_names_within_names() -> None:
    whole = ("PERSON", "Odalys Marie Quennell")
    found = aliases([("PERSON", "Quennell"), ODALYS, whole])
    assert found["PERSON", "Quennell"] == found[ODALYS] == whole


def test_one_value_is_of_one_type() -> None:
    found = aliases([("ORGANIZATION", "Karrow Ridge"), ("LOCATION", "Karrow Ridge")])
    assert found["LOCATION", "Karrow Ridge"] == ("ORGANIZATION", "Karrow Ridge")
    assert ("ORGANIZATION", "Karrow Ridge") not in found


def test_other_types_are_left_alone() -> None:
    assert aliases([("US_SSN", "123-45-6789"), ("DATE_TIME", "March 3"), ("DATE_TIME", "March 3, 2023")]) == {}


def test_of_a_list_of_names_without_end_every_one_stays_itself() -> None:
    assert (
        aliases([ODALYS, ("PERSON", "Quennell"), *(("PERSON", f"Name{number}") for number in range(MAX_NAMES))]) == {}
    )
