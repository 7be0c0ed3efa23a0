"""Validation against a JSON Schema that a trace declares: it fetches nothing, and gives up where one costs too much."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import lru_cache
from itertools import islice
from typing import Any

import jsonschema.validators
import regex
from jsonschema.exceptions import SchemaError, ValidationError, best_match
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.exceptions import NoSuchResource, Unresolvable

from processors.text.json_shape import surely_fits

_KEPT = 256  # compiled validators; traces of one product share a handful of schemas
_MOST_ERRORS = 200  # looked at for the one that is most to the point
_MOST_REFERENCES = 20_000  # followed for one value; references to references can double without end
_PATTERN_TIMEOUT_S = 0.05
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")

_canonical_text = json.JSONEncoder(sort_keys=True).encode

Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError]]


class BadSchema(ValueError):
    """The declared schema is none, points outside itself, or costs too much to check."""


_references_left: ContextVar[list[int]] = ContextVar("references_left")


def first_violation(value: Any, schema: Mapping[str, Any]) -> str | None:
    """What is most to the point of all that the value breaks, as `$.path: message`; None where it keeps to the schema.

    Raises BadSchema where the schema is invalid, recurses without end, refers to another document or costs too much.
    """
    try:
        validator = _compiled(_canonical_text(schema))
        if surely_fits(value, schema):
            return None
        _references_left.set([_MOST_REFERENCES])
        error = best_match(islice(validator.iter_errors(value), _MOST_ERRORS))
    except (SchemaError, Unresolvable, RecursionError, TypeError, ValueError, TimeoutError, regex.error) as reason:
        raise BadSchema(str(reason).partition("\n")[0]) from reason
    if error is None:
        return None
    return f"{error.json_path}: {error.message[:200]}"


@lru_cache(maxsize=_KEPT)
def _compiled(schema: str) -> Validator:
    declared = json.loads(schema)
    draft = jsonschema.validators.validator_for(declared, default=jsonschema.Draft202012Validator)
    draft.check_schema(declared)
    registry: Registry[Any] = Registry(retrieve=_refuse)  # type: ignore[call-arg]  # attrs hides this __init__ from mypy
    return _bounded(draft)(declared, registry=registry)


def _refuse(uri: str) -> Any:
    raise NoSuchResource(ref=uri)  # type: ignore[call-arg]  # as above


@lru_cache
def _bounded(draft: type[Validator]) -> type[Validator]:
    """The draft with those keywords replaced through which a small schema or value could cost very much time."""
    keywords: dict[str, Keyword] = {
        name: _counted(draft.VALIDATORS[name]) for name in _REFERENCES if name in draft.VALIDATORS
    }
    keywords |= {"pattern": _pattern, "patternProperties": _pattern_properties, "uniqueItems": _unique_items}
    bounded: type[Validator] = jsonschema.validators.extend(draft, keywords)  # type: ignore[no-untyped-call]  # untyped there
    return bounded


def _counted(follow: Keyword) -> Keyword:
    def reference(validator: Any, target: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        left = _references_left.get()
        left[0] -= 1
        if left[0] < 0:
            raise BadSchema(f"it follows more than {_MOST_REFERENCES} references")
        yield from follow(validator, target, value, schema)

    return reference


def _matches(pattern: str, text: str) -> bool:
    return regex.search(pattern, text, timeout=_PATTERN_TIMEOUT_S) is not None


def _pattern(validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(value, "string") and not _matches(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(value, "object"):
        return
    for pattern, subschema in patterns.items():
        for name, item in value.items():
            if _matches(pattern, name):
                yield from validator.descend(item, subschema, path=name, schema_path=pattern)


def _unique_items(validator: Any, wanted: bool, value: Any, _schema: Any) -> Iterator[ValidationError]:
    """By canonical text, in linear time: 1 and 1.0 are the same number, and neither is `true`."""
    if not wanted or not validator.is_type(value, "array"):
        return
    if len({_canonical_text(_canonical(item)) for item in value}) < len(value):
        yield ValidationError(f"{value!r} has non-unique elements")


def _canonical(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    if isinstance(value, dict):
        return {name: _canonical(item) for name, item in value.items()}
    return value
