"""What pydantic finds wrong with a domain's file, as a sentence with file, line and mend."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic_core import ErrorDetails

from domains.layers import Layered
from domains.spec import DomainSpec
from processors.constraints import AnyConstraint
from processors.constraints.declaration import Declared


def problem(layers: Layered, error: ErrorDetails) -> str:
    """`file, line 12: constraints.tall.max: Field required`."""
    return f"{layers.where(_real(layers.content, error))}: {_words(error)}"


def _real(content: Any, error: ErrorDetails) -> list[str | int]:
    """The location without the names of unions' members, which are no part of the file."""
    place: list[str | int] = []
    value, parts = content, list(error["loc"])
    for number, part in enumerate(parts):
        inside = isinstance(part, int) and isinstance(value, list) and part < len(value)
        if inside or (isinstance(value, dict) and part in value):
            place.append(part)
            value = value[part]
        elif number == len(parts) - 1 and isinstance(value, dict) and error["type"] == "missing":
            place.append(part)
    return place


def _words(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        known = sorted(set(_keys(error)))
        near = get_close_matches(str(error["loc"][-1]), known, n=1)
        return "is no key here; " + (f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}")
    if kind == "union_tag_invalid":
        known = [tag.strip().strip("'") for tag in context["expected_tags"].split(",")]
        near = get_close_matches(str(context["tag"]), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
        return f"no type is called {context['tag']!r}; {hint}"
    if kind == "union_tag_not_found":
        return "has no `type`; give one, as in `type: range`"
    if kind == "missing":
        return "is missing; add it"
    return error["msg"].removeprefix("Value error, ")


def _keys(error: ErrorDetails) -> Iterator[str]:
    """Keys that would be right where one is not: of the constraint's type where it is known, or else of any section."""
    models = {get_args(model.model_fields["type"].annotation)[0]: model for model in _constraint_models()}
    location = error["loc"]
    if location[0] == "constraints" and len(location) > 2 and location[2] in models:
        model = models[str(location[2])]
        yield from (field.alias or name for name, field in model.model_fields.items())
        return
    if len(location) == 1:
        yield from (*DomainSpec.model_fields, "extends", "without")
        return
    for definition in DomainSpec.model_json_schema()["$defs"].values():
        yield from definition.get("properties", ())


def _constraint_models() -> tuple[type[Declared], ...]:
    union, _ = get_args(AnyConstraint)
    models: tuple[type[Declared], ...] = get_args(union)
    return models
