"""A new domain: a file that is valid, with rules read off example traces, and golden traces that it passes."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domains import catalogue
from domains.domain import Domain
from domains.generator import generated
from domains.golden import own_claims, read_golden
from domains.mutations import Mutant, mutants
from domains.problems import domain_schema
from domains.start import start_from
from metronis.clock import SystemClock
from metronis.errors import Misconfigured
from metronis.pipeline import build_sanitizer
from metronis.settings import Settings
from processors.constraints.range import Range
from processors.constraints.statements import Forbidden
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.expressions import Absent
from processors.facts.environment import Facts
from processors.subject import Subject, plain
from processors.wrong import nearest
from schemas.trace import Trace

SCHEMA = catalogue.FOLDER.parent / "docs" / "reference" / "domain.schema.json"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_RESERVED = frozenset(file.name for file in catalogue.FOLDER.iterdir() if file.is_dir())
EXAMPLE = Trace(
    input="May we refund 250 dollars for the late delivery?",
    output="Yes. A refund of 250 dollars is within what may be paid without approval.",
    attributes={"amount": 250, "approved": False},
)
"""A good trace of the domain that is begun without examples."""
_SHOWN = ("kind", "input", "output", "context", "attributes", "features", "episode", "tags")


@dataclass(frozen=True, slots=True)
class Answers:
    """What is asked about a new domain."""

    name: str
    title: str
    description: str
    extends: str = "general"


def write_domain(settings: Settings, answers: Answers, examples: Sequence[Trace]) -> Path:
    """Write the domain's file with golden traces and generated files beside it; the path of the file.

    Of examples nothing is written but what tier 0 leaves of them.

    Raises Misconfigured where the name cannot be used, is taken, or the domain to extend is not there.
    """
    known = catalogue.load_catalogue(settings.domains_dir).domains
    _check(answers, known)
    folder = settings.domains_dir / answers.name
    if folder.exists():
        raise Misconfigured(f"{folder} is there already; choose another name, or edit {folder / catalogue.SPEC}")
    examples = _sanitised(settings, answers, examples)
    (folder / "golden").mkdir(parents=True)
    try:
        file = folder / catalogue.SPEC
        file.write_text(_spec(answers, examples, _schema(folder)), encoding="utf-8")
        domain = catalogue.load_catalogue(settings.domains_dir).domain(answers.name)
        (folder / "golden" / "start.yaml").write_text(_yaml(list(_golden(domain, examples))), encoding="utf-8")
        (folder / "generated").mkdir()
        for name, text in generated(domain, read_golden(domain)).items():
            (folder / "generated" / name).write_text(text, encoding="utf-8")
    except BaseException:
        shutil.rmtree(folder)  # a half-made domain would be in the way of the next try
        raise
    return file


def _check(answers: Answers, known: Any) -> None:
    if not _NAME.fullmatch(answers.name):
        raise Misconfigured(f"{answers.name!r} cannot be a domain's name; use lower-case letters, digits, `_` and `-`")
    if answers.name in known or answers.name in _RESERVED:
        raise Misconfigured(f"{answers.name!r} is taken; choose another name")
    if answers.extends not in known:
        raise Misconfigured(f"no domain is called {answers.extends!r}; {nearest(answers.extends, known)}")


def _sanitised(settings: Settings, answers: Answers, examples: Sequence[Trace]) -> list[Trace]:
    """The traces as tier 1 would see them in the domain that is extended."""
    if not examples:
        return []
    sanitizer = build_sanitizer(settings, SystemClock())
    traces = (msgspec.structs.replace(each, domain=answers.extends) for each in examples)
    return [sanitizer.sanitize(each).trace for each in traces]


def _schema(folder: Path) -> str:
    """The way from a domain's folder to the schema for editors, which is written beside it where it is not ours."""
    if folder.resolve().is_relative_to(catalogue.FOLDER):
        return os.path.relpath(SCHEMA, folder.resolve())
    (folder.parent / SCHEMA.name).write_text(json.dumps(domain_schema(), indent=2) + "\n", encoding="utf-8")
    return f"../{SCHEMA.name}"


def _spec(answers: Answers, examples: Sequence[Trace], schema: str) -> str:
    templates = Environment(
        loader=FileSystemLoader(catalogue.FOLDER / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["yaml"] = _flow
    templates.filters["yaml_block"] = lambda value: _yaml(value).rstrip("\n")
    start = start_from(examples)
    return templates.get_template("spec.yaml.j2").render(
        schema=schema,
        name=answers.name,
        extends=answers.extends,
        title=answers.title,
        description=answers.description,
        facts=start.facts,
        constraints=start.constraints,
    )


def _flow(value: Any) -> str:
    """A value on one line."""
    return (
        yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
        .removesuffix("\n...\n")
        .rstrip("\n")
    )


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)


def _golden(domain: Domain, examples: Sequence[Trace]) -> Iterator[dict[str, Any]]:
    """For each constraint a passing trace, and variants with one value changed: failing, abstaining, near misses."""
    own = own_claims(domain)
    for evaluator in (each.evaluator for each in domain.policy.planned if each.evaluator.name in own):
        name = evaluator.name
        base = next((trace for trace in examples or [EXAMPLE] if isinstance(_said(evaluator, trace), Pass)), None)
        if base is None:
            continue
        yield _case(name, "pass", base)
        near = _near_miss(evaluator, base)
        changed = [(mutant.trace, _said(evaluator, mutant.trace)) for mutant in _mutants(evaluator, base)]
        for outcome, kind in (("fail", Fail), ("abstain", Abstain)):
            found = next((trace for trace, result in changed if isinstance(result, kind)), None)
            if found is not None:  # what fails differs in one value from what passes
                nearly = {"near_miss": True} if near is None and outcome == "fail" else {}
                yield {**_case(name, outcome, found), **nearly}
        if near is not None:
            yield {**_case(name, "pass", near), "case": f"{name}-near-miss", "near_miss": True}


def _said(evaluator: Evaluator, trace: Trace) -> Result:
    return evaluator.evaluate(Subject(trace))


def _mutants(evaluator: Evaluator, trace: Trace) -> Iterator[Mutant]:
    yield from mutants(trace, [phrase for _, phrase in evaluator.phrases])
    yield Mutant("nothing said", Trace(kind="asset", features={"nothing": 0.0}))


def _near_miss(evaluator: Evaluator, trace: Trace) -> Trace | None:
    """The trace with the value at its upper bound, or with a promise that is denied."""
    text = plain(trace.output)
    if isinstance(evaluator, Forbidden):
        denied = msgspec.structs.replace(trace, output=f"{text} We cannot guarantee more than that.".strip())
        return denied if isinstance(_said(evaluator, denied), Pass) else None
    if isinstance(evaluator, Range) and evaluator.high is not None:
        bound = evaluator.high.evaluate(Facts(Subject(trace), evaluator.schema))
        for mutant in mutants(trace, values=(bound,)):
            if isinstance(_said(evaluator, mutant.trace), Pass) and _at_bound(evaluator, mutant.trace, bound):
                return mutant.trace
    return None


def _at_bound(evaluator: Range, trace: Trace, bound: float) -> bool:
    try:
        value = evaluator.value.evaluate(Facts(Subject(trace), evaluator.schema))
    except Absent:
        return False
    return bool(np.any(value == bound))


def _case(claim: str, outcome: str, trace: Trace) -> dict[str, Any]:
    content = msgspec.to_builtins(trace)
    shown = {name: content[name] for name in _SHOWN if name in content}
    return {"case": f"{claim}-{outcome}", "claim": claim, "outcome": outcome, "trace": shown}
