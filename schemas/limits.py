"""What a trace must be beyond its types: ranges, lengths, depth, and something to judge."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from metronis.errors import InvalidTrace, UnknownDomain
from schemas.trace import NO_TIME, Document, Episode, Message, Text, Trace, Usage

MAX_ECHO_CHARS = 40  # of a sender's value, in any message
MAX_NAME_CHARS = 256  # model, session, user, feature
MAX_DOMAIN_CHARS = 64
MAX_ROLE_CHARS = 64
MAX_DOCUMENT_ID_CHARS = 2_048  # producers use addresses
MAX_TAGS = 64
MAX_TAG_CHARS = 128
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
INT64_MAX = 2**63 - 1
UINT64_MAX = 2**64 - 1

_ORG_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def clipped(value: str) -> str:
    """At most MAX_ECHO_CHARS of a sender's value, without control characters, to be repeated in a message."""
    value = _CONTROL.sub("\ufffd", value[: MAX_ECHO_CHARS + 1])
    return value if len(value) <= MAX_ECHO_CHARS else value[: MAX_ECHO_CHARS - 1] + "…"


def check_trace(trace: Trace, *, max_depth: int) -> Trace:
    """The trace with its timestamp in UTC. `max_depth` counts the trace itself as one level.

    Raises InvalidTrace. Every way in calls this, Avro and JSON alike.
    """
    _check_identity(trace)
    _check_labels(trace)
    _check_texts(trace)
    _check_numbers(trace)
    if trace.attributes:
        _check_map(trace.attributes, max_depth - 1, "$.attributes")
    if trace.episode:
        _check_episode(trace.episode, max_depth)
    if not (trace.input or trace.output or trace.context or trace.features or (trace.episode and trace.episode.steps)):
        raise InvalidTrace(
            "there is nothing to judge",
            mend="Give at least one of `input`, `output`, `context`, `features` or `episode` with steps",
        )
    return _in_utc(trace)


def check_domain(trace: Trace, known: Collection[str]) -> None:
    """Raise UnknownDomain, listing the known ones, where the trace's domain is not loaded."""
    if trace.domain not in known:
        raise UnknownDomain(
            f"unknown domain {clipped(trace.domain)!r}",
            field="$.domain",
            mend=f"Use one of: {', '.join(sorted(known))}",
        )


def _check_identity(trace: Trace) -> None:
    if not _ORG_ID.fullmatch(trace.org_id):
        raise InvalidTrace(
            "not an organisation's id",
            field="$.org_id",
            mend="Use 1 to 128 letters, digits, dots, underscores or hyphens",
        )
    _check_name(trace.domain, "$.domain", MAX_DOMAIN_CHARS)
    for field in ("model", "session_id", "user_id"):
        value = getattr(trace, field)
        if value:
            _check_name(value, f"$.{field}", MAX_NAME_CHARS)


def _check_labels(trace: Trace) -> None:
    if len(trace.tags) > MAX_TAGS:
        raise InvalidTrace(
            f"{len(trace.tags)} tags, at most {MAX_TAGS} are taken",
            field="$.tags",
            mend="Put data of your own under `attributes`",
        )
    for index, tag in enumerate(trace.tags):
        _check_name(tag, f"$.tags[{index}]", MAX_TAG_CHARS)
    if trace.expected:
        for field in ("issues", "labelled"):
            for index, code in enumerate(getattr(trace.expected, field)):
                _check_name(code, f"$.expected.{field}[{index}]", MAX_TAG_CHARS)


def _check_texts(trace: Trace) -> None:
    for field, message in (*_messages(trace.input, "$.input"), *_messages(trace.output, "$.output")):
        _check_name(message.role, f"{field}.role", MAX_ROLE_CHARS)
    for index, piece in enumerate(trace.context):
        if isinstance(piece, Document):
            _check_name(piece.id, f"$.context[{index}].id", MAX_DOCUMENT_ID_CHARS)


def _messages(text: Text, field: str) -> Iterator[tuple[str, Message]]:
    if not isinstance(text, str):
        yield from ((f"{field}[{index}]", message) for index, message in enumerate(text))


def _check_name(value: str, field: str, max_chars: int) -> None:
    if len(value) > max_chars:
        raise InvalidTrace(
            f"{len(value)} characters, at most {max_chars} are taken", field=field, mend="Use a shorter name"
        )
    if _CONTROL.search(value):
        raise InvalidTrace(
            "a name may not hold NUL or other control characters", field=field, mend="Remove those characters"
        )


def _check_numbers(trace: Trace) -> None:
    _check_amount(trace.latency_ms, "$.latency_ms")
    usage: Usage = trace.usage
    _check_amount(usage.cost_usd, "$.usage.cost_usd")
    _check_amount(usage.input_tokens, "$.usage.input_tokens", INT64_MAX)
    _check_amount(usage.output_tokens, "$.usage.output_tokens", INT64_MAX)
    for name, value in trace.features.items():
        _check_name(name, f"$.features.{clipped(name)}", MAX_NAME_CHARS)
        _check_finite(value, f"$.features.{clipped(name)}")


def _check_amount(value: float | None, field: str, largest: float = math.inf) -> None:
    if value is None:
        return
    _check_finite(value, field)
    if not 0 <= value <= largest:
        problem = "a number below zero" if value < 0 else "a number that does not fit 64 bits"
        raise InvalidTrace(problem, field=field, mend="Give a number of zero or more, or leave the field out")


def _check_finite(value: float, field: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):  # only Avro can hold these
        raise InvalidTrace("not a finite number", field=field, mend="Leave it out where there is no number")


def _check_episode(episode: Episode, max_depth: int) -> None:
    _check_map(episode.parameters, max_depth - 2, "$.episode.parameters")
    for field in ("policy_type", "policy_version"):
        _check_name(getattr(episode, field) or "", f"$.episode.{field}", MAX_NAME_CHARS)
    for index, step in enumerate(episode.steps):
        field = f"$.episode.steps[{index}]"
        _check_finite(step.reward, f"{field}.reward")
        for name in ("state", "action", "info"):
            _check_json(getattr(step, name), max_depth - 4, f"{field}.{name}")


def _check_map(values: dict[str, Any], levels: int, field: str) -> None:
    for key, value in values.items():
        _check_json(value, levels - 1, f"{field}.{clipped(key)}")


def _check_json(value: Any, levels: int, field: str) -> None:
    kind = type(value)
    if kind is dict or kind is list:
        if levels <= 0:
            raise InvalidTrace("nested too deeply", field=field, mend="Flatten it, or send it as text")
        for inner in value.values() if kind is dict else value:
            _check_json(inner, levels - 1, field)
    elif kind is int and not -INT64_MAX - 1 <= value <= UINT64_MAX:
        raise InvalidTrace("an integer that does not fit 64 bits", field=field, mend="Send it as text")


def _in_utc(trace: Trace) -> Trace:
    timestamp = trace.timestamp
    if timestamp == NO_TIME:
        return trace
    if timestamp.tzinfo is None:
        raise InvalidTrace("no time zone", field="$.timestamp", mend='Add `Z` or an offset: "2026-01-31T12:00:00Z"')
    if not EARLIEST <= timestamp < LATEST:
        raise InvalidTrace(
            "outside the years 1990 to 2099", field="$.timestamp", mend="Send the time of the call in RFC 3339"
        )
    if timestamp.tzinfo is UTC:
        return trace
    return msgspec.structs.replace(trace, timestamp=timestamp.astimezone(UTC))
