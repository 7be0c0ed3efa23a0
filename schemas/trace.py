"""Trace: what an AI system did, as a producer reports it. Field names are the public JSON names and will not change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

Kind = Literal["llm", "rag", "agent", "episode", "asset"]
KINDS: tuple[Kind, ...] = ("llm", "rag", "agent", "episode", "asset")
DEFAULT_DOMAIN = "general"
DEFAULT_ORG = "default"

# Stand for "the producer gave none" until `completed` puts the real ones in.
NO_ID = UUID(int=0)
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class _Wire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Immutable, refuses unknown fields, leaves defaults out of its JSON."""


class Message(_Wire, frozen=True):
    """One turn of a conversation."""

    role: str
    content: str


class Document(_Wire, frozen=True):
    """One piece of context with a name of its own, so that evidence can point at it."""

    id: str
    content: str


class Usage(_Wire, frozen=True):
    """What the call consumed."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None


class Step(_Wire, frozen=True):
    """One step of an RL episode."""

    state: Any = None
    action: Any = None
    reward: float = 0.0
    done: bool = False
    info: dict[str, Any] = {}


class Episode(_Wire, frozen=True):
    """An RL episode: the policy that acted and what happened."""

    policy_type: str | None = None
    policy_version: str | None = None
    parameters: dict[str, Any] = {}
    steps: list[Step] = []


class Expected(_Wire, frozen=True):
    """What a labelled data set says of a trace. No evaluator ever sees it.

    `issues` are the codes present; `labelled` the codes that somebody judged: scores for a code count only over traces
    that have it here.
    """

    decision: Literal["pass", "fail"]
    issues: list[str] = []
    labelled: list[str] = []


Text = str | list[Message]


class Trace(_Wire, frozen=True):
    """What an AI system did once: an LLM call, a RAG answer, an agent run, an RL episode, or a record it scores."""

    trace_id: UUID = NO_ID
    org_id: str = DEFAULT_ORG
    domain: str = DEFAULT_DOMAIN
    kind: Kind = "llm"
    timestamp: datetime = NO_TIME
    model: str | None = None
    input: Text = ""
    output: Text = ""
    context: list[str | Document] = []
    session_id: str | None = None
    user_id: str | None = None
    tags: list[str] = []
    usage: Usage = Usage()
    latency_ms: float | None = None
    attributes: dict[str, Any] = {}
    features: dict[str, float] = {}
    episode: Episode | None = None
    expected: Expected | None = None


def completed(trace: Trace, *, trace_id: UUID, timestamp: datetime) -> Trace:
    """The trace with the given id and time where the producer gave none."""
    changes: dict[str, Any] = {}
    if trace.trace_id == NO_ID:
        changes["trace_id"] = trace_id
    if trace.timestamp == NO_TIME:
        changes["timestamp"] = timestamp
    return msgspec.structs.replace(trace, **changes) if changes else trace
