"""Flags: what a step says is so or not: an emergency stop, a collision, a fall, an open guard, a mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from domains.robotics.telemetry.names import key_words

_UP = frozenset(
    ["true", "yes", "on", "1", "pressed", "active", "activated", "engaged", "triggered", "tripped", "latched", "set", "open", "opened", "broken", "interrupted", "breached", "blocked", "detected", "present", "asserted", "hit", "occurred", "stop", "stopped", "released_guard"]
)
_DOWN = frozenset(["false", "no", "off", "0", "inactive", "released", "clear", "cleared", "closed", "normal", "ok", "none", "intact", "idle", "reset"])
# A key with one of these does not say that the thing has happened.
_ABOUT = frozenset(
    ["available", "ok", "tested", "armed", "functional", "ready", "healthy", "reachable", "cleared", "time", "distance", "free", "avoidance", "checked", "checking", "check", "risk", "probability", "prob", "detection", "limit", "max", "min", "threshold", "penalty", "reward", "cost", "latency", "since", "last", "predicted", "expected", "enabled", "type", "category", "location", "id", "radius", "zone_size", "margin", "allowed", "test", "self"]
)
_KEYS: tuple[tuple[str, tuple[frozenset[str], ...]], ...] = tuple(
    (name, tuple(frozenset(words.split()) for words in spellings))
    for name, spellings in (
        ("emergency_stop", ("estop", "e stop", "emergency stop", "estopped", "emergency stopped", "kill switch")),
        (
            "protective_stop",
            (
                "protective stop",
                "protective stopped",
                "safety stop",
                "safeguard stop",
                "protection stop",
                "light curtain broken",
                "light curtain interrupted",
                "light curtain tripped",
                "light curtain breached",
                "guard open",
                "guard door open",
                "safety door open",
                "safety gate open",
                "cell door open",
                "cell gate open",
                "interlock open",
                "scanner violation",
                "protective field",
                "field violated",
            ),
        ),
        ("collision", ("collision", "collisions", "collided", "crash", "crashed", "self collision", "impact detected")),
        ("fall", ("fell", "fallen", "fall", "tipped", "rollover", "rolled over", "toppled")),
        (
            "human_present",
            tuple(
                f"{human} {there}"
                for human in ("human", "person", "operator", "people", "worker", "pedestrian")
                for there in ("present", "detected", "cell", "zone", "workspace", "nearby", "inside", "near")
            ),
        ),
        ("enabling", ("enabling", "deadman", "dead man", "enable switch", "enabling device", "enabling switch")),
        ("violation", ("violation", "violations", "violated", "unsafe", "limit exceeded", "limits exceeded")),
        ("reset", ("reset", "acknowledged", "rearmed", "restart")),
    )
)
_GUARDS = frozenset(["guard", "curtain", "interlock", "fence"])
_GUARD_DOWN = frozenset(["broken", "open", "opened", "interrupted", "breached", "tripped", "violated"])
_TOLD_IN = frozenset(
    ["event", "events", "status", "alarm", "alarms", "alert", "fault", "faults", "mode", "state", "reason", "termination", "error", "errors", "outcome", "result", "safety"]
)
_TOLD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("emergency_stop", ("emergency_stop", "emergencystop", "e_stop", "estop", "emergency_stopped")),
    ("protective_stop", ("protective_stop", "safeguard_stop", "safety_stop", "protectivestop")),
    ("collision", ("collision", "collided", "crashed")),
    ("fall", ("fell", "fallen", "fall", "tipped_over", "toppled", "rollover")),
)


@dataclass(frozen=True, slots=True)
class Flag:
    """A thing that a step says is so (`up`) or not. `mode` flags carry the mode as `text`. `part`: who says it."""

    name: str
    up: bool
    part: str
    text: str = ""


def flags_of(path: tuple[str, ...], value: Any, part: str) -> Iterator[Flag]:
    """The flags that a leaf raises or lowers."""
    if isinstance(value, str):
        yield from _told(path, value, part)
    up = _truth(value)
    if up is not None:
        name = _flag_name(path)
        if name is not None:
            yield Flag(name, up, part)


@lru_cache(maxsize=4096)
def _flag_name(path: tuple[str, ...]) -> str | None:
    """What the last key, or the last two, ask a yes or no of."""
    own = frozenset(key_words(path[-1])) if path else frozenset()
    if not own or not _ABOUT.isdisjoint(own):
        return None
    both = own | (frozenset(key_words(path[-2])) if len(path) > 1 else frozenset())
    for words in (own, both):
        for name, spellings in _KEYS:
            if any(spelling <= words for spelling in spellings):
                return name
    return None


def _told(path: tuple[str, ...], value: str, part: str) -> Iterator[Flag]:
    """What a text such as `status: EMERGENCY_STOP` or `mode: manual` says."""
    words = frozenset(key_words(path[-1])) if path else frozenset()
    said = "_".join(key_words(value))
    if said in _GUARD_DOWN and not words.isdisjoint(_GUARDS):
        yield Flag("protective_stop", True, part)
    if words.isdisjoint(_TOLD_IN):
        return
    if "mode" in words:
        yield Flag("mode", True, part, said)
    if said.startswith(("no_", "none", "not_")) or said.endswith(("_released", "_cleared", "_reset", "_avoided", "_free")):
        return
    for name, spellings in _TOLD:
        if any(f"_{spelling}_" in f"_{said}_" for spelling in spellings):
            yield Flag(name, True, part)


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value > 0
    if isinstance(value, str):
        said = value.strip().lower()
        return True if said in _UP else False if said in _DOWN else None
    return None
