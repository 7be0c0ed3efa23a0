"""What pydantic finds wrong with a domain's file, as sentences with file, line and mend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from pydantic_core import ErrorDetails

from domains.layers import Layered, Place
from domains.spec import DomainSpec
from processors.wrong import nearest

_BEFORE = "Input should be "
Schema = dict[str, Any]


def problems(layers: Layered, errors: Sequence[ErrorDetails]) -> Iterator[str]:
    """`file, line 12: constraints.tall.max: is missing; add it`, one for each place."""
    at_place: dict[Place, list[ErrorDetails]] = {}
    for error in errors:
        at_place.setdefault(_place(layers.content, error), []).append(error)
    for place, found in at_place.items():
        yield f"{layers.where(place)}: {_words(layers.content, place, found)}"


def _place(content: Any, error: ErrorDetails) -> Place:
    """The location without the names of unions' members, which are no part of the file."""
    place: list[str | int] = []
    value = content
    for part in error["loc"]:
        in_list = isinstance(part, int) and isinstance(value, list) and part < len(value)
        if in_list or (isinstance(value, dict) and part in value):
            value = value[part]
        elif not (error["type"] == "missing" and part == error["loc"][-1]):
            continue
        place.append(part)
    return tuple(place)


def _words(content: Any, place: Place, errors: Sequence[ErrorDetails]) -> str:
    first = errors[0]
    context = first.get("ctx", {})
    match first["type"]:
        case "extra_forbidden":
            return f"is no key here; {nearest(place[-1], _keys(content, place[:-1]))}"
        case "union_tag_invalid":
            return f"no type is called {context['tag']!r}; {nearest(context['tag'], _quoted(context['expected_tags']))}"
        case "union_tag_not_found":
            return "has no `type`; give one, as in `type: range`"
        case "missing":
            return "is missing; add it"
        case "literal_error" if len(errors) == 1:
            return f"{first['input']!r} is none of them; {nearest(first['input'], _quoted(context['expected']))}"
    said = [error["msg"].removeprefix("Value error, ").removeprefix(_BEFORE) for error in errors]
    wanted = " or ".join(dict.fromkeys(said))
    return f"must be {wanted}" if first["msg"].startswith(_BEFORE) else wanted


def _quoted(listed: str) -> list[str]:
    """The words in `'low', 'medium' or 'high'`."""
    return listed.split("'")[1::2]


def _keys(content: Any, place: Place) -> set[str]:
    """The keys that may stand at a place."""
    schemas, value = [domain_schema()], content
    for part in place:
        schemas = [inner for schema in schemas for inner in _inner(schema, part, value)]
        value = value[part]
    return {key for schema in schemas for each in _plain(schema, value) for key in each.get("properties", ())}


def _inner(schema: Schema, part: str | int, value: Any) -> Iterator[Schema]:
    for each in _plain(schema, value):
        if isinstance(part, int):
            yield each.get("items", {})
        elif part in each.get("properties", {}):
            yield each["properties"][part]
        else:
            yield from each.get("patternProperties", {}).values()
            yield from [each["additionalProperties"]] if isinstance(each.get("additionalProperties"), dict) else []


def _plain(schema: Schema, value: Any) -> Iterator[Schema]:
    """A schema without references; of a choice that which the `type` of the value tells, or else all."""
    if "$ref" in schema:
        yield from _plain(domain_schema()["$defs"][schema["$ref"].rpartition("/")[2]], value)
        return
    choices = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    told = schema.get("discriminator", {}).get("mapping", {})
    if isinstance(value, dict) and value.get("type") in told:
        choices = [{"$ref": told[value["type"]]}]
    for choice in choices:
        yield from _plain(choice, value)
    if not choices:
        yield schema


@cache
def domain_schema() -> Schema:
    """The JSON Schema of a domain's file, for editors."""
    schema = DomainSpec.model_json_schema()
    inheritance: Schema = {
        "extends": {"type": "string", "description": "Name of the domain whose content this one begins with."},
        "without": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Names of inherited evaluators and constraints that do not apply here.",
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Domain",
        "properties": {**inheritance, **schema["properties"]},
        "required": ["name"],
    }
