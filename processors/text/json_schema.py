"""Validation against a JSON Schema that a trace declares, without ever fetching anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

import jsonschema
import jsonschema.validators
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry
from referencing.exceptions import NoSuchResource, Unresolvable

_KEPT = 256  # compiled validators; traces of one product share a handful of schemas


class BadSchema(ValueError):
    """The declared schema is none, or points outside itself."""


class _Validator(Protocol):
    def iter_errors(self, instance: Any) -> Any: ...


def _refuse(uri: str) -> Any:
    raise NoSuchResource(ref=uri)  # type: ignore[call-arg]  # attrs writes this __init__ out of mypy's sight


@lru_cache(maxsize=_KEPT)
def _compiled(schema: str) -> _Validator:
    declared = json.loads(schema)
    kind = jsonschema.validators.validator_for(declared, default=jsonschema.Draft202012Validator)
    kind.check_schema(declared)
    registry: Registry[Any] = Registry(retrieve=_refuse)  # type: ignore[call-arg]  # as above
    return kind(declared, registry=registry)


def first_violation(value: Any, schema: Mapping[str, Any]) -> str | None:
    """What is most to the point of all that the value breaks, as `$.path: message`; None where it keeps to the schema.

    Raises BadSchema where the schema is invalid, recurses without end or refers to another document.
    """
    try:
        error = best_match(_compiled(json.dumps(schema, sort_keys=True)).iter_errors(value))
    except (SchemaError, Unresolvable, RecursionError, TypeError, ValueError) as reason:
        raise BadSchema(str(reason).partition("\n")[0]) from reason
    if error is None:
        return None
    return f"{error.json_path}: {error.message[:200]}"
