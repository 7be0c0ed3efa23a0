"""Every string is visited once, and the structure stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.sanitize.walk import GONE, collect, rewritten
from schemas.trace import Episode, Message, Step

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


class Each:
    """Rewrites every text with a function; keys say what their value is where they begin with `is_`."""

    def __init__(self, change: Callable[[str, str], str]) -> None:
        self.text = change

    def label(self, key: str) -> str | None:
        return key if key.startswith("is_") else None

    def labelled(self, place: str, label: str, _value: str | int | float) -> Any:
        return GONE if label == "is_gone" else f"<{label} at {place}>"


def shape(value: Any) -> Any:
    """The value with strings and keys forgotten."""
    if isinstance(value, str):
        return str
    if isinstance(value, dict):
        return [shape(inner) for inner in value.values()]
    return [shape(inner) for inner in value] if isinstance(value, list) else value


@given(json_values)
def test_the_structure_stays(value: Any) -> None:
    assert shape(rewritten(value, "attributes", Each(lambda _, text: text + "!"))) == shape(value)


@given(json_values)
def test_the_same_object_comes_back_where_nothing_changes(value: Any) -> None:
    assert rewritten(value, "attributes", Each(lambda _, text: text)) is value


def test_places_name_where_a_string_stands() -> None:
    seen: list[str] = []

    def look(place: str, text: str) -> str:
        seen.append(place)
        return text.upper()

    value = Episode(policy_type="q", steps=[Step(state={"at": ["x"]})])
    clean = rewritten([Message(role="user", content="hi"), value], "it", Each(look))
    assert clean[0] == Message(role="USER", content="HI")
    assert clean[1].steps[0].state == {"AT": ["X"]}
    assert seen == [
        "it[0].role",
        "it[0].content",
        "it[1].policy_type",
        "it[1].steps[0].state.(key)",
        "it[1].steps[0].state.AT[0]",
    ]


def test_keys_that_become_one_stay_two() -> None:
    clean = rewritten({"a@x.org": 1, "A@x.org": 2, "T": 3}, "m", Each(lambda _, text: "T" if "@" in text else text))
    assert clean == {"T#2": 1, "T#3": 2, "T": 3}


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        rewritten({"raw": b"ann@example.org"}, "attributes", Each(lambda _, text: text))


def test_what_stands_under_a_key_that_says_what_it_is() -> None:
    value = {"is_mrn": 4471, "is_tags": ["a", 2, None, True], "is_gone": 1.5, "is_map": {"x": "y"}, "is_none": None}
    assert rewritten(value, "m", Each(lambda _, text: text)) == {
        "is_mrn": "<is_mrn at m.is_mrn>",
        "is_tags": ["<is_tags at m.is_tags[0]>", "<is_tags at m.is_tags[1]>", None, True],
        "is_map": {"x": "y"},
        "is_none": None,
    }


@given(json_values)
def test_all_that_is_rewritten_was_collected_before(value: Any) -> None:
    collected: list[str] = []
    collect(value, lambda _: None, collected, {})
    visited: list[str] = []

    def visit(_: str, text: str) -> str:
        visited.append(text)
        return text

    rewritten(value, "m", Each(visit))
    assert sorted(visited) == sorted(collected)


def test_collecting_takes_what_stands_under_labels_and_refuses_what_is_not_json() -> None:
    labelled: dict[str, str] = {}
    collect(
        [{"deep": {"is_mrn": 4471, "is_name": ["Ann", "Bob"], "x": "y"}}],
        Each(lambda _, text: text).label,
        [],
        labelled,
    )
    assert labelled == {"4471": "is_mrn", "Ann": "is_name", "Bob": "is_name"}
    with pytest.raises(TypeError, match="bytes"):
        collect({"raw": b"x"}, lambda _: None, [], {})
