"""A new domain: a file that is valid, with rules read off example traces, and golden traces that it passes."""

from __future__ import annotations

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
from domains.golden import read_golden
from domains.mutations import Mutant, mutants
from domains.start import start_from
from metronis.errors import Misconfigured
from metronis.settings import Settings
from processors.constraints.range import Range
from processors.constraints.statements import Forbidden
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.expressions import Absent
from processors.facts.environment import Facts
from processors.subject import Subject, plain
from schemas.trace import Trace

SCHEMA = Path(catalogue.FOLDER).parent / "docs" / "reference" / "domain.schema.json"
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

    Raises Misconfigured where the name cannot be used, is taken, or the domain to extend is not there.
    """
    known = catalogue.load_catalogue(settings.domains_dir).domains
    _check(answers, known)
    folder = settings.domains_dir / answers.name
    if folder.exists():
        raise Misconfigured(f"{folder} is there already; choose another name, or edit {folder / catalogue.SPEC}")
    (folder / "golden").mkdir(parents=True)
    try:
        file = folder / catalogue.SPEC
        file.write_text(_spec(answers, examples, folder), encoding="utf-8")
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
        raise Misconfigured(f"no domain is called {answers.extends!r}; there are {', '.join(known)}")


def _spec(answers: Answers, examples: Sequence[Trace], folder: Path) -> str:
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
        schema=os.path.relpath(SCHEMA, folder),
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
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110)


def _golden(domain: Domain, examples: Sequence[Trace]) -> Iterator[dict[str, Any]]:
    """For each constraint a passing trace, and variants with one value changed: failing, abstaining, near misses."""
    base = examples[0] if examples else EXAMPLE
    for declared in domain.spec.constraints:
        evaluator = next(each.evaluator for each in domain.policy.planned if each.evaluator.name == declared.name)
        if not isinstance(_said(evaluator, base), Pass):
            continue
        yield _case(declared.name, "pass", base)
        changed = [(mutant.trace, _said(evaluator, mutant.trace)) for mutant in _mutants(evaluator, base)]
        for outcome, kind in (("fail", Fail), ("abstain", Abstain)):
            found = next((trace for trace, result in changed if isinstance(result, kind)), None)
            if found is not None:
                yield _case(declared.name, outcome, found)
        near = _near_miss(evaluator, base)
        if near is not None:
            yield {**_case(declared.name, "pass", near), "case": f"{declared.name}-near-miss", "near_miss": True}


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
