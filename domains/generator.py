"""What is generated from a domain's file: judge's prompt, features of tier 2, skeleton of golden traces, a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domains.domain import Domain
from domains.golden import KINDS_OF_CASE, Golden, uncovered
from processors.constraints.base import Constraint
from processors.evaluator import Evaluator
from processors.policy import Planned
from schemas.trace import KINDS

NOTE = "# Generated from spec.yaml by `metronis domain generate {name}`; do not edit.\n"
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_TEMPLATES.filters["cell"] = lambda text: str(text).replace("|", "\\|").replace("\n", " ")


class Claim(NamedTuple):
    """A row of the page: what an evaluator or a constraint tests."""

    name: str
    claim: str
    severity: str
    kinds: str
    cites: tuple[str, ...]


def generated(domain: Domain, cases: list[Golden]) -> dict[str, str]:
    """The text of each file by its name in the folder `generated`. cases: the golden traces that there are."""
    return {
        "README.md": _page(domain),
        "judge.md": _rendered("judge.md.j2", spec=domain.spec, claims=_claims(domain)),
        "features.yaml": _features(domain),
        "golden.yaml": _skeleton(domain, cases),
    }


def claim_of(planned: Planned, domain: Domain) -> Claim:
    """What an evaluator tests, as a row."""
    evaluator = planned.evaluator
    kinds = "all" if planned.kinds == frozenset(KINDS) else ", ".join(sorted(planned.kinds))
    if isinstance(evaluator, Constraint):
        return Claim(evaluator.name, evaluator.claim, evaluator.severity, kinds, evaluator.cites)
    cites = tuple(domain.spec.references[each].title for each in getattr(evaluator, "cites", ()))
    return Claim(evaluator.name, first_sentence(type(evaluator)), "by finding", kinds, cites)


def first_sentence(evaluator: type[Evaluator]) -> str:
    """The claim of an evaluator, from its docstring."""
    paragraph = (evaluator.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(paragraph.split())


def _claims(domain: Domain) -> list[Claim]:
    return [claim_of(planned, domain) for planned in domain.policy.planned]


def _rendered(template: str, **values: Any) -> str:
    lines = _TEMPLATES.get_template(template).render(**values).splitlines()
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line.strip() or before.strip()]
    return "\n".join(line.rstrip() for line in kept).strip() + "\n"


def _page(domain: Domain) -> str:
    facts = [
        {
            "name": name,
            "type": f"{fact.type}{f' ({fact.unit.name})' if fact.unit else ''}",
            "where": _where(domain, name),
        }
        for name, fact in domain.scope.schema.facts.items()
    ]
    return _rendered(
        "page.md.j2",
        spec=domain.spec,
        claims=_claims(domain),
        marks=", ".join(_marks(domain)),
        facts=facts,
        tables=list(domain.tables.values()),
    )


def _marks(domain: Domain) -> Iterator[str]:
    marks = domain.spec.recognise
    for said, names in (("the tag", marks.tags), ("the model", marks.models)):
        if names:
            yield f"{said} {' or '.join(f'`{name}`' for name in names)}"
    for said, names in (("attributes", marks.attributes), ("features", marks.features)):
        if names:
            yield f"in its {said} {' or '.join(f'`{name}`' for name in names)}"


def _where(domain: Domain, name: str) -> str:
    said = domain.spec.facts[name].model_dump(
        exclude_unset=True, by_alias=True, exclude={"type", "unit", "description"}
    )
    return "; ".join(f"{key}: {_listed(value)}" for key, value in said.items())


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _features(domain: Domain) -> str:
    listed = [
        {
            "name": each.name,
            "value": str(each.value),
            "type": str(domain.features[each.name].type),
            "reads": sorted(domain.features[each.name].names),
            "description": each.description,
        }
        for each in domain.spec.features
    ]
    return NOTE.format(name=domain.spec.name) + _yaml(listed)


def _skeleton(domain: Domain, cases: list[Golden]) -> str:
    """An empty golden trace for each kind of case that no golden trace shows yet."""
    gaps = uncovered(domain, cases)
    text = NOTE.format(name=domain.spec.name)
    if not gaps:
        return f"{text}# Every claim has golden traces of every kind: {', '.join(KINDS_OF_CASE)}.\n[]\n"
    text += "# What golden traces do not show yet: copy an item into golden/, and fill in its trace.\n"
    return text + _yaml([_empty(name, kind) for name, kinds in gaps.items() for kind in kinds])


def _empty(claim: str, kind: str) -> dict[str, Any]:
    near = {"near_miss": True} if kind == "near miss" else {}
    outcome = "pass" if near else kind
    trace = {"kind": "llm", "input": "", "output": ""}
    return {"case": f"{claim}-{kind}".replace(" ", "-"), "claim": claim, "outcome": outcome, **near, "trace": trace}


def _yaml(content: Any) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
