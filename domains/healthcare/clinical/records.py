"""Records: structured parts of a trace written out as the sentences that a chart would have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from processors.subject import Subject, once

ORDER_KEYS = frozenset({
    "order", "orders", "prescription", "prescriptions", "action", "actions", "recommendation", "recommendations",
    "treatment", "plan", "tool_call", "tool_calls", "administration", "new_medication", "proposed_medication",
    "medication_request", "proposal",
})  # fmt: skip
"""Keys under which a record says what is to be done, not what is so."""

_ORDER_WORDS = frozenset({"order", "orders", "rx", "prescription", "prescriptions", "erx", "mar", "administration"})
_OF_THE_PAST = frozenset({
    "active", "chart", "current", "existing", "history", "home", "known", "past", "previous", "prior", "cancelled",
    "discontinued", "rejected",
})  # fmt: skip
_REFUSED = frozenset({
    "reject", "rejected", "hold", "held", "cancel", "cancelled", "canceled", "decline", "declined", "stop",
    "discontinue", "avoid", "flag", "flagged", "escalate", "escalated", "block", "blocked", "deny", "denied",
    "withhold", "none", "no_order", "refuse", "refused", "clarify", "query", "contraindicated", "unsafe", "stopped",
    "discontinued", "intervene", "do_not_dispense", "do_not_administer", "not",
})  # fmt: skip
_ACCEPTED = frozenset({
    "accept", "accepted", "approve", "approved", "administer", "administered", "dispense", "dispensed", "proceed",
    "verified", "signed", "confirmed",
})  # fmt: skip
_DRUG_KEYS = (
    "drug", "medication", "medicine", "drug_name", "medication_name", "generic_name", "brand_name", "med", "med_name",
    "agent", "medication_codeable_concept",
)  # fmt: skip
_NAME_KEYS = ("name", "product", "substance", "item", "display", "text", "code")
_DOSE_KEYS = ("dose", "dosage", "amount", "dose_value", "dose_quantity", "single_dose", "quantity", "strength")
_UNIT_KEYS = ("unit", "units", "dose_unit", "dosage_unit", "dose_units")
_DOSE_IN = re.compile(r"(?:single_)?(?:dose|dosage|amount|strength)_(mg|mcg|ug|g|units|iu|ml|meq|mg_per_kg|mg_kg)")
_DAILY_IN = re.compile(r"(?:total_)?daily_(?:dose|amount)_(mg|mcg|ug|g|units|iu)")
_OFTEN_KEYS = ("frequency", "freq", "schedule", "interval", "sig", "timing", "how_often", "dosage_instruction")
_TIMES_KEYS = (
    "times_per_day", "doses_per_day", "times_daily", "times_a_day", "frequency_per_day", "doses_per_24h",
    "administrations_per_day", "daily_doses",
)  # fmt: skip
_HOURS_KEYS = ("every_hours", "interval_hours", "interval_h", "every_h", "q_hours", "frequency_hours", "interval")
_MORE_KEYS = ("route", "indication", "instructions", "duration", "notes", "reaction", "severity")
_STATE_KEYS = ("action", "status", "decision", "type", "intent", "verdict", "result", "outcome", "disposition")
_APPROVAL_KEYS = ("approved", "safe", "ok", "accepted", "verified", "dispense", "proceed", "appropriate", "valid")
_WORDS_OF_A_STATE = 4
_FHIR_ORDERS = frozenset({"MedicationRequest", "MedicationOrder", "MedicationAdministration"})
_PERSONAL = frozenset({
    "patient", "pt", "patient_id", "age", "age_years", "sex", "gender", "dob", "allergies", "allergy_list",
    "current_medications", "home_medications", "med_list", "problem_list", "diagnoses", "vitals",
})  # fmt: skip
"""Keys that a patient's record has and a formulary has not."""

_OF_THE_PATIENT = ("patient", "pt", "patient_info", "patient_context", "patient_summary", "demographics")
_DEEPEST = 6
_MOST_LINES = 400
_MOST_ITEMS = 50
_LONGEST_ORDER = 400  # characters
_LONGEST_RECORD = 200_000  # characters
_JSON = json.JSONDecoder()
_BORDER = re.compile(r"(?<=[a-z0-9]{2})(?=[A-Z])|[\s_-]+")


@lru_cache(maxsize=4096)
def plain_key(key: str) -> str:
    """A key as words joined by underscores: `drugName` is `drug_name`; `eGFR` and `SpO2` stay one word."""
    return "_".join(filter(None, _BORDER.split(key))).lower()


def plain(value: Any, depth: int = 0) -> Any:
    """A record with plain keys at every depth."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, Mapping):
        return {plain_key(str(key)): plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each, depth + 1) for each in value]
    return value


@once
def attributes(subject: Subject) -> dict[str, Any]:
    """The attributes of the trace with plain keys."""
    held: dict[str, Any] = plain(subject.trace.attributes)
    return held


@once
def output_record(subject: Subject) -> Any:
    """The output read as JSON, with plain keys; None where it is none."""
    return _read(subject.output_text)


@once
def input_record(subject: Subject) -> dict[str, Any]:
    """The input read as JSON, after any words before it, with plain keys; empty where it is no object."""
    return _object_in(subject.input_text)


def _object_in(text: str) -> dict[str, Any]:
    at = text.find("{")
    record = _read(text[at:]) if at >= 0 else None
    return record if isinstance(record, dict) else {}


def _read(text: str) -> Any:
    """The JSON that a text begins with, with plain keys; None where it begins otherwise."""
    text = text[:_LONGEST_RECORD].strip()
    if text[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):  # it is no JSON; another evaluator says so
            return plain(_JSON.raw_decode(text)[0])
    return None


@once
def chart(subject: Subject) -> str:
    """What the records of a trace say about the patient, a line for each fact: `weight kg: 14`, `no asthma`.

    They are `attributes`, `features`, an input that is JSON, those pieces of context that are JSON about a person, and
    what an output that is JSON repeats of the patient.
    """
    lines: list[str] = []
    for source in _about_the_patient(subject):
        for line in _lines(source, 0):
            lines.append(line)
            if len(lines) >= _MOST_LINES:
                return "\n".join(lines)
    return "\n".join(lines)


def _about_the_patient(subject: Subject) -> Iterator[Mapping[str, Any]]:
    yield attributes(subject)
    yield plain(subject.trace.features)
    yield input_record(subject)
    pieces = map(_object_in, subject.context_texts[:_MOST_ITEMS])
    yield from (piece for piece in pieces if not _PERSONAL.isdisjoint(piece))
    output = output_record(subject)
    if isinstance(output, Mapping):
        yield {key: output[key] for key in _OF_THE_PATIENT if isinstance(output.get(key), Mapping)}


def _lines(record: Mapping[str, Any], depth: int) -> Iterator[str]:
    for key, value in record.items():
        if _says_what_to_do(key, depth):
            continue
        name = key.replace("_", " ")
        if isinstance(value, Mapping) and depth < _DEEPEST:
            yield from _lines(value, depth + 1)
        elif isinstance(value, bool):
            yield f"{name}: yes" if value else f"no {name}"
        elif isinstance(value, list):
            yield f"{name}: {', '.join(_item(each) for each in value[:_MOST_ITEMS])}"
        elif value is not None:
            yield f"{name}: {value}"


def _says_what_to_do(key: str, depth: int) -> bool:
    words = set(key.split("_"))
    return (depth == 0 and key in ORDER_KEYS) or bool(words & _ORDER_WORDS and not words & _OF_THE_PAST)


def _item(value: Any) -> str:
    if isinstance(value, Mapping):
        return _sentence(value) or " ".join(str(each) for each in value.values() if isinstance(each, str | int | float))
    return str(value)


@once
def orders_written_out(subject: Subject) -> tuple[str, ...]:
    """Each order in `attributes`, or in an output that is JSON, as a sentence: `amoxicillin 500 mg, TID, oral`.

    Those of `attributes` are left out where the output is a record that turns them down; those of an input that is JSON
    count where it is one that lets them pass.
    """
    output = output_record(subject)
    found = [] if turned_down(subject) else list(_placed(attributes(subject), 0))
    if _let_pass(subject):
        found += _placed(input_record(subject), 0)
    found += _orders(output, 0)
    return tuple(dict.fromkeys(found))


def _placed(record: Mapping[str, Any], depth: int) -> Iterator[str]:
    """The orders under keys that say what is to be done, at any depth."""
    for key, value in record.items():
        if _says_what_to_do(key, depth) or (isinstance(value, Mapping) and value.get("resource_type") in _FHIR_ORDERS):
            yield from _orders(value, 0)
            yield from _in_words(value)
        elif isinstance(value, Mapping) and depth < _DEEPEST:
            yield from _placed(value, depth + 1)


def _in_words(value: Any) -> Iterator[str]:
    """Orders that are texts: `metformin 500 mg BID`."""
    for each in value[:_MOST_ITEMS] if isinstance(value, list) else [value]:
        if isinstance(each, str) and any(map(str.isdigit, each)) and _REFUSED.isdisjoint(each.lower().split()):
            yield each[:_LONGEST_ORDER]


@once
def turned_down(subject: Subject) -> bool:
    """Whether the output is a record that says no to what is ordered."""
    output = output_record(subject)
    if not isinstance(output, Mapping):
        return False
    return bool(_state(output) & _REFUSED) or any(output.get(key) is False for key in _APPROVAL_KEYS)


def _let_pass(subject: Subject) -> bool:
    """Whether the output is a record that says yes to what is ordered."""
    output = output_record(subject)
    if not isinstance(output, Mapping) or turned_down(subject):
        return False
    return bool(_state(output) & _ACCEPTED) or any(output.get(key) is True for key in _APPROVAL_KEYS)


def _orders(value: Any, depth: int) -> list[str]:
    if depth > _DEEPEST:
        return []
    if isinstance(value, list):
        return [order for each in value[:_MOST_ITEMS] for order in _orders(each, depth + 1)]
    if not isinstance(value, Mapping) or _state(value) & _REFUSED:
        return []
    own = [_sentence(value)] if _first(value, _DRUG_KEYS) or _dose(value) else []
    inner = [order for each in value.values() if isinstance(each, Mapping | list) for order in _orders(each, depth + 1)]
    return [each for each in own if each] + inner


def _state(record: Mapping[str, Any]) -> set[str]:
    """The words of what a record says became of it; a sentence is none."""
    stated = [value.lower().split() for key in _STATE_KEYS if isinstance(value := record.get(key), str)]
    return {word.strip(".,;:") for words in stated if len(words) <= _WORDS_OF_A_STATE for word in words}


def _sentence(record: Mapping[str, Any]) -> str:
    """`drug dose, how often, route`, or nothing where no drug is named."""
    drug = _first(record, _DRUG_KEYS) or _first(record, _NAME_KEYS)
    if not drug:
        return ""
    parts = [f"{drug} {_dose(record)}".strip(), _often(record)]
    parts += [str(record[key]) for key in _MORE_KEYS if isinstance(record.get(key), str | int | float)]
    return ", ".join(part for part in parts if part)


def _dose(record: Mapping[str, Any]) -> str:
    for key, value in record.items():
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            if found := _DOSE_IN.fullmatch(key):
                return f"{value} {found[1].replace('_per_', '/').replace('_kg', '/kg')}"
            if found := _DAILY_IN.fullmatch(key):
                return f"{value} {found[1]} a day"
    amount = _first(record, _DOSE_KEYS)
    if not amount.replace(".", "", 1).isdigit():
        return amount
    unit = _first(record, _UNIT_KEYS)
    return f"{amount} {unit}" if unit else ""


def _often(record: Mapping[str, Any]) -> str:
    for key in _TIMES_KEYS:
        if isinstance(record.get(key), int | float):
            return f"{record[key]} times a day"
    for key in _HOURS_KEYS:
        if isinstance(record.get(key), int | float):
            return f"every {record[key]} hours"
    return _first(record, _OFTEN_KEYS)


def _first(record: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    """What stands under the first of the keys that says something; the empty text where none does."""
    return next((written for key in keys if (written := _written(record.get(key)))), "")


def _written(value: Any) -> str:
    """A value in words: `{value: 80, unit: mg}` is `80 mg`, `{text: one tablet daily}` is its text."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_written, value[:_MOST_ITEMS])))
    if isinstance(value, Mapping):
        if "value" in value:
            return f"{value['value']} {value.get('unit') or ''}".strip()
        return next((str(value[key]) for key in _NAME_KEYS if isinstance(value.get(key), str)), "")
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
