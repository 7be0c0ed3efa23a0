"""Traces for the demo: hand-written cases of `cases/*.yaml` with their slots filled from a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import yaml

from schemas.issues import ISSUES
from schemas.trace import Kind, Trace

CASES = Path(__file__).parent / "cases"
TAG = "case:"
SPREAD = timedelta(hours=24)
GOOD_FOR_EACH_BAD = 2
NUMBERED_USERS = 0.8  # the others sign in with their e-mail address
CHARS_A_TOKEN = 4
USD_A_TOKEN = 2e-6

MODELS: dict[Kind, tuple[str, ...]] = {
    "llm": ("atlas-small", "atlas-large"),
    "rag": ("atlas-large", "atlas-search"),
    "agent": ("atlas-agent",),
    "episode": (),
    "asset": (),
}

# Values that nobody has: reserved names, numbers kept for fiction, documentation networks and public test numbers.
PERSONAL: dict[str, tuple[str, ...]] = {
    "email": (
        "m.okafor@example.com",
        "lena.vogt@example.org",
        "r.tanaka@example.net",
        "billing@garden.example.com",
        "ines_duarte@mail.example.org",
    ),
    "phone": ("(212) 555-0147", "+1 415-555-0132", "312-555-0178", "+44 20 7946 0958", "(617) 555-0119"),
    "ssn": ("987-65-4320", "987-65-4323", "987-65-4327", "987-65-4329"),
    "card": ("4111 1111 1111 1111", "5555 5555 5555 4444", "3782 822463 10005", "6011-1111-1111-1117"),
    "ip": ("192.0.2.44", "198.51.100.17", "203.0.113.209", "2001:db8:85a3::8a2e:370:7334"),
    "iban": ("GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "FR1420041010050500013M02606"),
}

_SLOT = re.compile(r"<([a-z_0-9]+)>")


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One hand-written case. `issues` is what is wrong with it; a case without any is a good one.

    slots: name → values to choose from, or `{from, to, digits}` for a number; names with commas take their values
    together. decision: only where no issue code says what is wrong. interesting: worth explaining.
    """

    case: str
    kind: Kind
    domain: str = ""
    input: Any = ""
    output: Any = ""
    context: list[Any] = []
    attributes: dict[str, Any] = {}
    features: dict[str, Any] = {}
    episode: Any = None
    slots: dict[str, Any] = {}
    issues: list[str] = []
    decision: str = ""
    interesting: bool = False

    @property
    def expected(self) -> dict[str, Any]:
        """The label: its writer judged it on all general codes that apply, and on those of its domain that it has."""
        decision = self.decision or ("fail" if self.issues else "pass")
        return {"decision": decision, "issues": self.issues, "labelled": self._labelled()}

    def _labelled(self) -> list[str]:
        if self.kind in ("episode", "asset"):
            return sorted(self.issues)
        beyond = {"ungrounded": not self.context, "incorrect_answer": "reference_answer" not in self.attributes}
        general = [code for code in ISSUES if not beyond.get(code)]
        return general + [code for code in self.issues if code not in general]


@cache
def cases() -> tuple[Case, ...]:
    """All cases, by file and in the order in which they stand there."""
    found = []
    for file in sorted(CASES.glob("*.yaml")):
        rows = msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), list[Case])
        found += [msgspec.structs.replace(row, domain=file.stem) for row in rows]
    return tuple(found)


def interesting_cases() -> frozenset[str]:
    """Tags of the cases that are worth explaining; see `case_tag`."""
    return frozenset(TAG + case.case for case in cases() if case.interesting)


def case_tag(trace: Trace) -> str | None:
    """`case:NAME` of a demo trace; None for any other."""
    return next((tag for tag in trace.tags if tag.startswith(TAG)), None)


def demo_traces(count: int = 300, seed: int = 7, *, now: datetime) -> list[Trace]:
    """Traces of the 24 hours before `now`, oldest first: the same for the same arguments.

    Good cases come twice as often as bad ones; in 300 each case occurs.
    """
    rng = random.Random(seed)
    chosen: list[Case] = []
    while len(chosen) < count:
        deck = [
            case for case in cases() for _ in range(1 if case.expected["decision"] == "fail" else GOOD_FOR_EACH_BAD)
        ]
        rng.shuffle(deck)
        chosen += deck
    times = sorted(now - SPREAD * rng.random() for _ in range(count))
    return [_trace(case, at, rng) for case, at in zip(chosen, times, strict=False)]


def planted_pii(trace: Trace) -> list[str]:
    """The personal values that stand somewhere in a demo trace, each once."""
    text = msgspec.json.encode(trace).decode()
    return [value for values in PERSONAL.values() for value in values if value in text]


def _trace(case: Case, at: datetime, rng: random.Random) -> Trace:
    slots = _drawn({**PERSONAL, **case.slots}, rng)
    names = ("input", "output", "context", "attributes", "features", "episode")
    filled = {name: _filled(getattr(case, name), slots) for name in names}
    fields = {
        "trace_id": UUID(int=rng.getrandbits(128), version=4),
        "domain": case.domain,
        "kind": case.kind,
        "timestamp": at,
        "tags": ["demo", TAG + case.case],
        "expected": case.expected,
        **{name: value for name, value in filled.items() if value},
        **_circumstances(case, filled, rng),
    }
    return msgspec.convert(fields, Trace)


def _circumstances(case: Case, filled: Mapping[str, Any], rng: random.Random) -> dict[str, Any]:
    """Who asked what model, and what that took."""
    if not MODELS[case.kind]:
        return {}
    tokens_in = len(str(filled["input"]) + str(filled["context"])) // CHARS_A_TOKEN
    tokens_out = len(str(filled["output"])) // CHARS_A_TOKEN
    return {
        "model": rng.choice(MODELS[case.kind]),
        "session_id": f"session-{rng.randrange(10_000):04}",
        "user_id": f"user-{rng.randrange(1_000):03}"
        if rng.random() < NUMBERED_USERS
        else rng.choice(PERSONAL["email"]),
        "latency_ms": round(rng.lognormvariate(6.4, 0.5) + 12 * tokens_out, 1),
        "usage": {
            "input_tokens": tokens_in,
            "output_tokens": tokens_out,
            "cost_usd": round((tokens_in + 4 * tokens_out) * USD_A_TOKEN, 6),
        },
    }


def _drawn(slots: Mapping[str, Any], rng: random.Random) -> dict[str, Any]:
    """One value for each slot name."""
    values: dict[str, Any] = {}
    for names, choices in slots.items():
        if isinstance(choices, Mapping):
            values[names] = _number(choices, rng)
        elif "," in names:
            values.update(zip(names.split(","), rng.choice(choices), strict=True))
        else:
            values[names] = rng.choice(choices)
    return values


def _number(bounds: Mapping[str, int], rng: random.Random) -> float:
    low, high = bounds["from"], bounds["to"]
    return round(rng.uniform(low, high), bounds["digits"]) if "digits" in bounds else rng.randint(low, high)


def _filled(value: Any, slots: Mapping[str, Any]) -> Any:
    """The value with every slot in its texts filled; a text that is one slot becomes the slot's own value."""
    if isinstance(value, dict):
        return {name: _filled(inner, slots) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, slots) for inner in value]
    if not isinstance(value, str):
        return value
    alone = _SLOT.fullmatch(value)
    if alone and not isinstance(slots[alone[1]], str):
        return slots[alone[1]]
    return _SLOT.sub(lambda found: str(slots[found[1]]), value)
