"""MalformedOutput holds an output to what was declared, and a text to its own structure."""

from __future__ import annotations

import socket

import pytest

from processors.evaluators.malformed_output import MalformedOutput
from tests.processors.evaluators.cases import Case, check

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
    "required": ["name"],
}
JSON = {"response_format": {"type": "json_object"}}
OPENAI = {"response_format": {"type": "json_schema", "json_schema": {"name": "person", "schema": PERSON}}}
PROSE = "The museum opens at nine in the morning and closes at six, and on Fridays it stays open for three hours longer"

CASES = [
    Case("keeps the schema", "pass", output='{"name": "Ada", "age": 36}', attributes={"output_schema": PERSON}),
    Case(
        "misses a field",
        "fail",
        output='{"age": 36}',
        attributes={"output_schema": PERSON},
        label="schema",
        says="name",
    ),
    Case("a wrong type", "fail", output='{"name": "Ada", "age": "old"}', attributes=OPENAI, says="$.age"),
    Case("JSON", "pass", output="[1, 2]", attributes={"response_format": "json"}),
    Case("prose for JSON", "fail", output="Here you are!", attributes=JSON, label="unparsable"),
    Case("JSON cut off", "fail", output='{"name": "Ada", "tags": ["a", "b', attributes=JSON, label="truncated"),
    Case("JSON in a fence", "fail", output='```json\n{"name": "Ada"}\n```', attributes=JSON, label="fenced"),
    Case("a text was declared", "pass", output=PROSE + ".", attributes={"response_format": {"type": "text"}}),
    Case("nothing declared, JSON cut off", "fail", output='{"a": [1, 2, {"b": "x', label="truncated"),
    Case("nothing declared, JSON whole", "pass", output='{"a": [1, 2]}'),
    Case("a bracket is no JSON", "pass", output="[Ada]: I will take the train at nine, and be there before you are."),
    Case("stopped at the limit", "fail", output=PROSE, attributes={"finish_reason": "length"}, says="limit of tokens"),
    Case("stopped, by OpenTelemetry", "fail", output=PROSE, attributes={"finish_reasons": ["max_tokens"]}),
    Case("ended by itself", "pass", output=PROSE, attributes={"finish_reason": "stop"}),
    Case("mid-sentence", "fail", output=PROSE + " because of the", label="truncated", shows="of the"),
    Case("a colon before a list", "pass", output=PROSE + ":\n- Monday\n- Tuesday"),
    Case("an open fence", "fail", output="Run this:\n```python\nprint(1)\n", label="unclosed fence", shows="print(1)"),
    Case("a closed fence", "pass", output="Run this:\n```python\nprint(1)\n```\nThat is all."),
    Case("a fence within a longer one", "pass", output="````md\n```\nx\n```\n````\nThat is how a fence is written."),
    Case("broken JSON block", "fail", output='So:\n```json\n{"a": 1,}\n```\n', label="unparsable"),
    Case("empty", "abstain", attributes=JSON),
    Case("a short word", "abstain", output="Paris"),
    Case("an invalid schema", "abstain", output="{}", attributes={"output_schema": {"type": "nonsense"}}),
    Case("a schema elsewhere", "abstain", output="{}", attributes={"output_schema": {"$ref": "http://host/schema"}}),
    Case("too deep", "fail", output="[" * 100_000, attributes=JSON),
    Case("endless digits", "fail", output="[" + "9" * 10_000 + "]", attributes=JSON),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check(MalformedOutput(), case)


@pytest.mark.parametrize(
    "uri", ["http://198.51.100.1/s", "https://198.51.100.1/s", "file:///etc/hostname", "other.json"]
)
def test_a_remote_reference_is_never_fetched(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the schema was fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    check(MalformedOutput(), Case("remote", "abstain", output="{}", attributes={"output_schema": {"$ref": uri}}))


def test_a_schema_that_refers_to_itself_without_end_is_no_error() -> None:
    looping = {"$ref": "#"}
    check(MalformedOutput(), Case("loop", "abstain", output="{}", attributes={"output_schema": looping}))
