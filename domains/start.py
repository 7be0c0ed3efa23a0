"""What a new domain begins with: facts and rules read off example traces, or a pair of rules to be replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.trace import Trace

MIN_SHARE = 0.8
"""Of the examples that must have a value before a rule is made of it."""
MAX_FACTS = 12
MAX_VALUES = 8

_CODE = re.compile(r"[a-z][a-z0-9_]{0,23}")
_WORD = re.compile(r"[a-z][a-z0-9_]*")

Declaration = dict[str, Any]

PROMISE: Declaration = {
    "name": "unfounded_promise",
    "type": "forbidden",
    "claim": "Nothing is promised that nobody can promise.",
    "cites": ["house_rules"],
    "phrases": ["guarantee*", "risk-free", "100% safe", "nothing can go wrong"],
}
AMOUNT: Declaration = {
    "name": "unapproved_amount",
    "type": "range",
    "claim": "What nobody has approved stays at or below 1,000 dollars.",
    "when": "not default(approved, False)",
    "cites": ["house_rules"],
    "value": "amount",
    "min": "0 [USD]",
    "max": "1000 [USD]",
}
AMOUNT_FACTS: dict[str, Declaration] = {
    "amount": {"path": ["attributes.amount", "features.amount"], "unit": "USD"},
    "approved": {"path": "attributes.approved", "type": "boolean"},
}


@dataclass(frozen=True, slots=True)
class Start:
    """Facts by name, and constraints."""

    facts: Mapping[str, Declaration]
    constraints: Sequence[Declaration]


def start_from(examples: Sequence[Trace]) -> Start:
    """What good examples have in common; without any, rules that show how rules are written."""
    if not examples:
        return Start(AMOUNT_FACTS, [PROMISE, AMOUNT])
    facts: dict[str, Declaration] = {}
    spoken = [trace for trace in examples if trace.output]
    constraints: list[Declaration] = [PROMISE] if len(spoken) >= MIN_SHARE * len(examples) else []
    complete: list[str] = []
    for path, values in _common(examples):
        if len(facts) == MAX_FACTS:
            break
        name = _name(path, facts)
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            facts[name] = {"path": path}
            constraints.append(_range(name, values))
        elif _is_code(values):
            facts[name] = {"path": path, "type": "text"}
            constraints.append(_allowed(name, values))
        else:
            continue
        if "[]" not in path:
            complete.append(name)
    if complete:
        constraints.append(_complete(complete))
    return Start(facts, constraints)


def _common(examples: Sequence[Trace]) -> Iterator[tuple[str, list[Any]]]:
    """Paths that most examples have, each with all values there, in the order of the first example."""
    found: dict[str, list[Any]] = {}
    having: dict[str, int] = {}
    for trace in examples:
        steps = [{"state": step.state, "action": step.action} for step in trace.episode.steps] if trace.episode else []
        here: dict[str, list[Any]] = {}
        for root in ({"attributes": trace.attributes}, {"features": trace.features}, {"episode": {"steps": steps}}):
            for path, value in _leaves(root, ""):
                here.setdefault(path, []).append(value)
        for path, values in here.items():
            found.setdefault(path, []).extend(values)
            having[path] = having.get(path, 0) + 1
    return ((path, values) for path, values in found.items() if having[path] >= MIN_SHARE * len(examples))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if re.fullmatch(r"[\w-]+", str(key)):
                yield from _leaves(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, f"{path}[]")
    elif value is not None:
        yield path, value


def _name(path: str, taken: Mapping[str, Any]) -> str:
    parts = [part for part in re.split(r"[^a-z0-9]+", path.lower()) if part]
    for length in range(1, len(parts) + 1):
        name = "_".join(parts[-length:])
        if _WORD.fullmatch(name) and name not in taken:
            return name[:48]
    return f"value_{len(taken)}"


def _is_code(values: Sequence[Any]) -> bool:
    texts = all(isinstance(value, str) and _CODE.fullmatch(value) for value in values)
    return texts and len(set(values)) <= MAX_VALUES and len(values) >= 2 * len(set(values))


def _range(name: str, values: Sequence[float]) -> Declaration:
    """As far beyond what the examples have as they lie apart, and not below zero where none is."""
    low, high = min(values), max(values)
    margin = (high - low) or abs(high) or 1
    floor = 0 if low >= 0 else low - margin
    return {
        "name": f"implausible_{name}",
        "type": "range",
        "claim": f"`{name}` is of the size that it has in good traces.",
        "cites": ["house_rules"],
        "value": name,
        "min": round(floor, 6),
        "max": round(high + margin, 6),
    }


def _allowed(name: str, values: Sequence[str]) -> Declaration:
    return {
        "name": f"unknown_{name}",
        "type": "allowed",
        "claim": f"`{name}` is one of those that good traces have.",
        "cites": ["house_rules"],
        "value": name,
        "values": sorted(set(values)),
    }


def _complete(names: Sequence[str]) -> Declaration:
    return {
        "name": "incomplete_record",
        "type": "complete",
        "claim": "Nothing is missing that good traces have.",
        "cites": ["house_rules"],
        "facts": list(names),
    }
