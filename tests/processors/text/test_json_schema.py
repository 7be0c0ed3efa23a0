"""A declared schema is checked as the standard says, without fetching anything and in bounded time."""

from __future__ import annotations

import time
from typing import Any

import pytest

from processors.text.json_schema import BadSchema, first_violation

# Each level refers twice to the one below: 2 ** 40 references from a schema of two kilobytes.
LEVELS = {str(level): {"allOf": [{"$ref": f"#/$defs/{level - 1}"}] * 2} for level in range(1, 41)}
DOUBLING = {"$ref": "#/$defs/40", "$defs": LEVELS | {"0": {}}}


@pytest.mark.parametrize(
    ("value", "schema", "violation"),
    [
        ({"a": 1}, {"required": ["a"]}, None),
        ({"a": {"b": "x"}}, {"properties": {"a": {"properties": {"b": {"type": "integer"}}}}}, "$.a.b: 'x' is not"),
        ("abc", {"pattern": "^b"}, "does not match"),
        ("abc", {"pattern": "^a"}, None),
        ({"x1": "a"}, {"patternProperties": {"^x": {"type": "integer"}}}, "$.x1"),
        ([1, 1.0], {"uniqueItems": True}, "non-unique"),
        ([1, True, [1], [True]], {"uniqueItems": True}, None),
        ([[1]], {"$defs": {"t": {"type": "array"}}, "items": {"$ref": "#/$defs/t"}}, None),
        ([1], {"$defs": {"t": {"type": "array"}}, "items": {"$ref": "#/$defs/t"}}, "$[0]"),
        (5, {"$schema": "http://json-schema.org/draft-04/schema#", "maximum": 5, "exclusiveMaximum": True}, "5"),
    ],
)
def test_violations(value: Any, schema: dict[str, Any], violation: str | None) -> None:
    found = first_violation(value, schema)
    assert (found is None) if violation is None else (found is not None and violation in found)


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("a" * 40 + "!", {"pattern": "^(a|a)*$"}),
        ({"a" * 40 + "!": 1}, {"patternProperties": {"^(a|a)*$": {}}}),
        (1, DOUBLING),
        (1, {"$ref": "#"}),
        (1, {"$ref": "http://198.51.100.1/schema"}),
        (1, {"type": 3}),
    ],
    ids=["pattern", "pattern of names", "doubling references", "endless reference", "remote reference", "invalid"],
)
def test_a_hostile_schema_is_refused_soon(value: Any, schema: dict[str, Any]) -> None:
    start = time.process_time()
    with pytest.raises(BadSchema):
        first_violation(value, schema)
    assert time.process_time() - start < 20.0


def test_unique_items_of_many_objects_takes_linear_time() -> None:
    start = time.process_time()
    assert first_violation([{"a": n} for n in range(20_000)], {"uniqueItems": True}) is None
    assert time.process_time() - start < 20.0
