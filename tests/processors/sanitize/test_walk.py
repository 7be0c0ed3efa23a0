"""Every string is visited once, and the structure stays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.sanitize.walk import rewritten
from schemas.trace import Episode, Message, Step

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


def shape(value: Any) -> Any:
    """The value with strings and keys forgotten."""
    if isinstance(value, str):
        return str
    if isinstance(value, dict):
        return [shape(inner) for inner in value.values()]
    return [shape(inner) for inner in value] if isinstance(value, list) else value


@given(json_values)
def test_the_structure_stays(value: Any) -> None:
    assert shape(rewritten(value, "attributes", lambda _, text: text + "!")) == shape(value)


@given(json_values)
def test_the_same_object_comes_back_where_nothing_changes(value: Any) -> None:
    assert rewritten(value, "attributes", lambda _, text: text) is value


def test_places_name_where_a_string_stands() -> None:
    seen: list[str] = []

    def look(place: str, text: str) -> str:
        seen.append(place)
        return text.upper()

    value = Episode(policy_type="q", steps=[Step(state={"at": ["x"]})])
    clean = rewritten([Message(role="user", content="hi"), value], "it", look)
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
    clean = rewritten({"a@x.org": 1, "A@x.org": 2, "T": 3}, "m", lambda _, text: "T" if "@" in text else text)
    assert clean == {"T#2": 1, "T#3": 2, "T": 3}


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        rewritten({"raw": b"ann@example.org"}, "attributes", lambda _, text: text)
