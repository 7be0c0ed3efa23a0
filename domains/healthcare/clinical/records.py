"""Records: structured parts of a trace written out as the sentences that a chart would have."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from processors.subject import Subject, once

ORDER_KEYS = frozenset({
    "order", "orders", "prescription", "prescriptions", "medication_order", "medication_orders", "action",
    "actions", "recommendation", "recommendations", "proposed_order", "proposed_orders", "new_medication",
    "new_prescription", "treatment", "plan", "tool_call", "tool_calls", "dose_order", "administration",
})  # fmt: skip
"""Keys under which a record says what is to be done, not what is so."""

_REFUSED = frozenset({
    "reject", "rejected", "hold", "held", "cancel", "cancelled", "canceled", "decline", "declined", "stop",
    "discontinue", "avoid", "flag", "flagged", "escalate", "escalated", "block", "blocked", "deny", "denied",
    "withhold", "none", "no_order",
})  # fmt: skip
_DRUG_KEYS = ("drug", "medication", "medicine", "drug_name", "medication_name", "name", "product", "substance")
_DOSE_KEYS = ("dose", "dosage", "amount", "dose_mg", "dose_mcg", "dose_g", "dose_units", "dose_value", "quantity")
_UNIT_KEYS = ("unit", "units", "dose_unit", "dosage_unit", "dose_units")
_OFTEN_KEYS = ("frequency", "freq", "schedule", "interval", "sig", "times_per_day", "doses_per_day", "every_hours")
_STATE_KEYS = ("action", "status", "decision", "type", "intent")
_DEEPEST = 6
_MOST_LINES = 400


@once
def chart(subject: Subject) -> str:
    """What `attributes` and `features` say about the patient, a line for each fact: `weight kg: 14`, `no asthma`."""
    trace = subject.trace
    told = {key: value for key, value in trace.attributes.items() if key not in ORDER_KEYS}
    lines: list[str] = []
    for source in (told, trace.features):
        for line in _lines(source, 0):
            lines.append(line)
            if len(lines) >= _MOST_LINES:
                return "\n".join(lines)
    return "\n".join(lines)


def _lines(record: Mapping[str, Any], depth: int) -> Iterator[str]:
    for key, value in record.items():
        name = str(key).replace("_", " ")
        if isinstance(value, Mapping) and depth < _DEEPEST:
            yield from _lines(value, depth + 1)
        elif isinstance(value, bool):
            yield f"{name}: yes" if value else f"no {name}"
        elif isinstance(value, list):
            yield f"{name}: {', '.join(_item(each) for each in value[:50])}"
        elif value is not None:
            yield f"{name}: {value}"


def _item(value: Any) -> str:
    if isinstance(value, Mapping):
        return _sentence(value) or " ".join(str(each) for each in value.values() if isinstance(each, str | int | float))
    return str(value)


@once
def orders_written_out(subject: Subject) -> tuple[str, ...]:
    """Each order in `attributes`, or in an output that is JSON, as a sentence: `amoxicillin 500 mg, TID, oral`."""
    found: list[str] = []
    attributes = subject.trace.attributes
    for key in attributes.keys() & ORDER_KEYS:
        found += _orders(attributes[key], 0)
    output = subject.output_text.strip()
    if output[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):  # it is no JSON; another evaluator says so
            found += _orders(json.loads(output), 0)
    return tuple(dict.fromkeys(found))


def _orders(value: Any, depth: int) -> list[str]:
    if depth > _DEEPEST:
        return []
    if isinstance(value, list):
        return [order for each in value[:50] for order in _orders(each, depth + 1)]
    if not isinstance(value, Mapping):
        return []
    if _state(value) & _REFUSED:
        return []
    own = [_sentence(value)] if _first(value, _DRUG_KEYS[:5]) or _dose(value) else []
    inner = [order for each in value.values() if isinstance(each, Mapping | list) for order in _orders(each, depth + 1)]
    return [each for each in own if each] + inner


def _state(record: Mapping[str, Any]) -> set[str]:
    stated = (record.get(key) for key in _STATE_KEYS)
    return {word for value in stated if isinstance(value, str) for word in value.lower().split()}


def _sentence(record: Mapping[str, Any]) -> str:
    """`drug dose, how often, route`, or nothing where no drug is named."""
    drug = _first(record, _DRUG_KEYS)
    if not isinstance(drug, str):
        return ""
    parts = [f"{drug} {_dose(record)}".strip(), _often(record)]
    parts += [str(record[key]) for key in ("route", "indication", "instructions", "duration", "notes") if key in record]
    return ", ".join(part for part in parts if part)


def _dose(record: Mapping[str, Any]) -> str:
    key = next((key for key in _DOSE_KEYS if isinstance(record.get(key), str | int | float)), None)
    if key is None:
        return ""
    value = record[key]
    if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
        return value
    unit = _first(record, _UNIT_KEYS) if key not in ("dose_mg", "dose_mcg", "dose_g", "dose_units") else key[5:]
    return f"{value} {unit}" if isinstance(unit, str) else ""


def _often(record: Mapping[str, Any]) -> str:
    key = next((key for key in _OFTEN_KEYS if isinstance(record.get(key), str | int | float)), None)
    if key is None:
        return ""
    value = record[key]
    if key in ("times_per_day", "doses_per_day"):
        return f"{value} times a day"
    if key == "every_hours" or (key == "interval" and not isinstance(value, str)):
        return f"every {value} hours"
    return str(value)


def _first(record: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((record[key] for key in keys if isinstance(record.get(key), str) and record[key]), None)
