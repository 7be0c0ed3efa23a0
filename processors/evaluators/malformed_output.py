"""Malformed output: not the structure that was declared, structure that does not parse, or a text that was cut off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from processors.text.json_schema import BadSchema, first_violation
from processors.text.structure import Unparsable, cut_off_at, fences, looks_like_json, parse_json
from schemas.evaluation import Evidence, Severity

_CUT_OFF_REASONS = frozenset({"length", "max_tokens", "max_output_tokens", "MAX_TOKENS"})
_LEAST_PROSE = 40  # characters; a shorter plain text has no structure to judge
_TAIL = 80  # characters shown of a text that was cut off


@dataclass(frozen=True, kw_only=True)
class MalformedOutput(Evaluator):
    """Checks what the producer declared, then what the text itself shows.

    Attributes read: `output_schema` (a JSON Schema), `response_format` (`"json"`, `{"type": "json_object"}` or
    `{"type": "json_schema", "json_schema": {"schema": …}}`), `finish_reason` (or the list `finish_reasons`).
    Abstains on an empty output, on a declared schema that is none, and on a short plain text with nothing declared.
    """

    name: ClassVar[str] = "malformed_output"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "format"

    def evaluate(self, subject: Subject) -> Result:
        output = subject.output_text
        if not output.strip():
            return Abstain("the output is empty")
        attributes = subject.trace.attributes
        if attributes and (result := _as_declared(output, attributes)):
            return result
        if looks_like_json(output):
            return _check_json_like(output)
        return _check_prose(output)


def _as_declared(output: str, attributes: Mapping[str, Any]) -> Result | None:
    """What the attributes alone decide, or None."""
    if not _CUT_OFF_REASONS.isdisjoint(_finish_reasons(attributes)):
        return _cut_off(output, 0.95, "The model stopped at its limit of tokens.")
    wants_json, schema = _declared(attributes)
    return _check_json(output, schema) if wants_json else None


def _finish_reasons(attributes: Mapping[str, Any]) -> Iterator[str]:
    for given in (attributes.get("finish_reason"), attributes.get("finish_reasons")):
        yield from (reason for reason in (given if isinstance(given, list) else [given]) if isinstance(reason, str))


def _declared(attributes: Mapping[str, Any]) -> tuple[bool, dict[str, Any] | None]:
    """Whether JSON was declared, and the schema if there is one."""
    schema = attributes.get("output_schema")
    if isinstance(schema, dict):
        return True, schema
    wanted = attributes.get("response_format")
    if not isinstance(wanted, dict):
        return wanted in ("json", "json_object"), None
    wrapper = wanted.get("json_schema")
    inner = wrapper.get("schema") if isinstance(wrapper, dict) else None
    return wanted.get("type") in ("json_object", "json_schema"), inner if isinstance(inner, dict) else None


def _check_json(output: str, schema: dict[str, Any] | None) -> Result:
    blocks = fences(output)[0] if output.lstrip().startswith(("```", "~~~")) else []
    start, end = blocks[0][1] if len(blocks) == 1 else (0, len(output))
    try:
        value = parse_json(output[start:end])
    except Unparsable as problem:
        return _unparsable(output, start, problem, "JSON was declared, but the output is none")
    if schema is not None:
        try:
            violation = first_violation(value, schema)
        except BadSchema as problem:
            return Abstain(f"the declared schema cannot be used: {problem}")
        if violation:
            return _fail(0.95, "schema", f"The output breaks the declared schema at {violation}.", (0, len(output)))
    if start:
        return _fail(0.7, "fenced", "JSON was declared, but it stands in a code fence.", (0, start), severity="low")
    return Pass()


def _check_json_like(output: str) -> Result:
    try:
        parse_json(output)
    except Unparsable as problem:
        if problem.cut_off:
            return _unparsable(output, 0, problem, "The output opens as JSON")
        return Pass(score=0.4, explanation=f"The output opens as JSON but does not parse: {problem}.")
    return Pass()


def _check_prose(output: str) -> Result:
    if "```" in output or "~~~" in output:
        blocks, unclosed = fences(output)
        if unclosed is not None:
            return _fail(0.85, "unclosed fence", "A code fence opens and never closes.", (unclosed, len(output)))
        for language, (start, end) in blocks:
            if language == "json" and (problem := _json_problem(output[start:end])):
                return _unparsable(output, start, problem, "A code block is marked as JSON, but is none")
    elif len(output) < _LEAST_PROSE:
        return Abstain("no structure is declared and the output is a short plain text")
    if span := cut_off_at(output):
        return _cut_off(output, 0.8, "The output ends in the middle of a sentence.", span)
    return Pass()


def _json_problem(text: str) -> Unparsable | None:
    """What keeps a block from being JSON. Blocks that show comments or leave parts out are examples, not data."""
    if "//" in text or "..." in text:
        return None
    try:
        parse_json(text)
    except Unparsable as problem:
        return problem
    return None


def _unparsable(output: str, offset: int, problem: Unparsable, claim: str) -> Fail:
    if problem.cut_off:
        return _cut_off(output, 0.95, f"{claim}: it ends too early ({problem}).")
    at = min(offset + problem.at, len(output) - 1)
    return _fail(0.9, "unparsable", f"{claim}: {problem} at character {at}.", (at, min(at + _TAIL, len(output))))


def _cut_off(output: str, score: float, explanation: str, span: tuple[int, int] | None = None) -> Fail:
    end = len(output.rstrip())
    return _fail(score, "truncated", explanation, span or (max(end - _TAIL, 0), end))


def _fail(score: float, label: str, explanation: str, span: tuple[int, int], *, severity: Severity = "medium") -> Fail:
    return Fail(
        score=score, severity=severity, label=label, explanation=explanation, evidence=(Evidence("output", *span),)
    )
