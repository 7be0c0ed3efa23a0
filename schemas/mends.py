"""Turns what the JSON decoder says into a problem, the field it is in, and the mend."""

from __future__ import annotations

import difflib
import re

import msgspec

from metronis.errors import InvalidTrace
from schemas.limits import MAX_ECHO_CHARS, clipped
from schemas.trace import KINDS, Document, Episode, Expected, Message, Step, Trace, Usage


class MalformedJson(InvalidTrace):
    """The bytes are no JSON at all; the problem gives the offset."""

    code = "malformed_json"


_STRUCTS: dict[str, type[msgspec.Struct]] = {
    "$": Trace,
    "$.input[]": Message,
    "$.output[]": Message,
    "$.context[]": Document,
    "$.usage": Usage,
    "$.episode": Episode,
    "$.episode.steps[]": Step,
    "$.expected": Expected,
}

# What other tools call our fields.
_ALIASES = {
    "id": "trace_id",
    "messages": "input",
    "prompt": "input",
    "question": "input",
    "query": "input",
    "answer": "output",
    "completion": "output",
    "response": "output",
    "documents": "context",
    "contexts": "context",
    "created_at": "timestamp",
    "time": "timestamp",
    "metadata": "attributes",
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
}

_MESSAGES = '"text" or [{"role": "user", "content": "text"}]'
_EXAMPLES = {
    "$": '{"input": "What is 2 + 2?", "output": "4"}',
    "$.trace_id": '"3f2b8c1e-5a4d-4c6b-9e7f-0a1b2c3d4e5f"',
    "$.org_id": '"default"',
    "$.domain": '"general"',
    "$.kind": '"llm"',
    "$.timestamp": '"2026-01-31T12:00:00Z"',
    "$.model": '"my-model-1"',
    "$.input": _MESSAGES,
    "$.output": _MESSAGES,
    "$.context": '["text"] or [{"id": "doc-1", "content": "text"}]',
    "$.tags": '["nightly"]',
    "$.usage": '{"input_tokens": 12, "output_tokens": 34, "cost_usd": 0.001}',
    "$.latency_ms": "123.4",
    "$.attributes": '{"your_key": "any JSON"}',
    "$.features": '{"grade": 0.5}',
    "$.features[]": "0.5",
    "$.episode": '{"steps": [{"state": [0], "action": 1, "reward": 0.5, "done": true}]}',
    "$.expected": '{"decision": "fail", "issues": ["ungrounded"], "labelled": ["ungrounded"]}',
}
_EXAMPLES["$.input[]"] = _EXAMPLES["$.output[]"] = '{"role": "user", "content": "text"}'
_EXAMPLES["$.context[]"] = '"text" or {"id": "doc-1", "content": "text"}'

_TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "uuid": "a UUID",
    "datetime": "a timestamp",
    "null": "null",
}

_AT = " - at `"
_PATH = re.compile(r"(\$[\w.\[\]]*)`", re.ASCII)
_EXPECTED = re.compile(r"Expected `(.+)`, got `(.+)`")
_NAMED = re.compile(r"Object (contains unknown|missing required) field `(.*)`", re.DOTALL)
_BYTE = re.compile(r"(.*) \(byte (\d+)\)$", re.DOTALL)
_LONE_SURROGATE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")


def explain(error: Exception, data: bytes) -> InvalidTrace:
    """What the decoder's error means for the sender of `data`. Never repeats more than 40 characters of a value."""
    if isinstance(error, RecursionError):
        return InvalidTrace("nested too deeply", mend="Flatten it, or send the inner part as text")
    if isinstance(error, UnicodeDecodeError):
        return _broken_utf8(data)
    if isinstance(error, msgspec.ValidationError):
        return _wrong_shape(str(error))
    return _malformed(str(error), data)


def _broken_utf8(data: bytes) -> MalformedJson:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return MalformedJson(f"broken UTF-8 at byte {error.start}", mend="Encode the JSON as UTF-8")
    return MalformedJson("broken UTF-8", mend="Encode the JSON as UTF-8")


def _wrong_shape(message: str) -> InvalidTrace:
    problem, _, rest = message.rpartition(_AT)
    match = _PATH.fullmatch(rest)
    # Without a path the error is in the trace itself, or a hostile field name only looks like one.
    path, problem = (clipped(match[1]), problem) if problem and match else ("$", message)
    place = re.sub(r"\[(\d+|\.\.\.)\]", "[]", path)
    if named := _NAMED.fullmatch(problem):
        return _wrong_field(named[1], named[2], path, place)
    if expected := _EXPECTED.fullmatch(problem):
        return _wrong_type(expected[1], expected[2], path, place)
    if problem.startswith("Invalid enum value"):
        allowed = KINDS if place == "$.kind" else ("pass", "fail")
        return InvalidTrace("not an allowed value", field=path, mend=f"Use one of: {', '.join(allowed)}")
    example = _EXAMPLES.get(place)
    return InvalidTrace(
        problem[:MAX_ECHO_CHARS].lower().replace("uuid", "UUID").replace("rfc3339", "RFC 3339"),
        field=path,
        mend=f"Example: {example}" if example else "Send a smaller number, or send it as text",
    )


def _wrong_field(what: str, name: str, path: str, place: str) -> InvalidTrace:
    field = f"{path}.{clipped(name)}"
    if what == "missing required":
        return InvalidTrace(f"`{name}` is missing", field=field, mend=f"Example: {_EXAMPLES[place]}")
    known = _STRUCTS[place].__struct_fields__ if place in _STRUCTS else ()
    near = [_ALIASES[name]] if _ALIASES.get(name) in known else difflib.get_close_matches(name[:80], known, n=1)
    meant = f"Did you mean `{near[0]}`? " if near else ""
    return InvalidTrace(
        f"unknown field `{clipped(name)}`", field=field, mend=f"{meant}Put data of your own under `attributes`"
    )


def _wrong_type(expected: str, got: str, path: str, place: str) -> InvalidTrace:
    problem = f"expected {_words(expected)}, got {_words(got)}"
    if got == "null" and path != "$":
        return InvalidTrace(problem, field=path, mend="Leave the field out where there is no value")
    example = _EXAMPLES.get(place)
    return InvalidTrace(problem, field=path, mend=f"Example: {example}" if example else f"Send {_words(expected)}")


def _words(types: str) -> str:
    return " or ".join(_TYPES.get(name, name) for name in types.split(" | "))


def _malformed(message: str, data: bytes) -> MalformedJson:
    if not data.strip():
        return MalformedJson("nothing was sent", mend=f"Example: {_EXAMPLES['$']}")
    match = _BYTE.match(message)
    what, offset = (match[1].removeprefix("JSON is malformed: "), int(match[2])) if match else (message, len(data))
    half = _LONE_SURROGATE.search(data) if "truncated" in what or "hex escape" in what else None
    if half or "surrogate" in what:
        return MalformedJson(
            f"half of a surrogate pair before byte {half.end() if half else offset}",
            mend="Replace lone surrogates before you encode the text",
        )
    if "truncated" in what:
        return MalformedJson(f"the JSON ends at byte {offset} before it is complete", mend="Send all of it")
    return MalformedJson(f"{what} at byte {offset}", mend=_malformed_mend(what, data[offset : offset + 8]))


def _malformed_mend(what: str, found: bytes) -> str:
    if "trailing characters" in what:
        return "Send one trace and nothing after it"
    if found.startswith((b"NaN", b"Inf")):
        return "JSON knows neither NaN nor Infinity: leave the field out"
    if found.startswith(b"'") or "keys must be strings" in what:
        return "Use double quotes"
    if found and found < b" " and "invalid character" in what:
        return "Write control characters inside text as escapes such as \\n or \\u0000"
    return "Mend the JSON there; any JSON checker will show the place"
