"""The sections of a domain's file beside its constraints and facts."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from processors.constraints.declaration import InOrder, Kinds, Name, Source
from processors.evaluator import Evaluator
from processors.policy import Planned
from processors.wrong import Wrong, nearest
from schemas.evaluation import Severity
from schemas.trace import KINDS, Kind
from schemas.verdict import Decision

Codes = Annotated[frozenset[str], InOrder]
Share = Annotated[float, Field(ge=0, le=1)]
Text = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """Immutable, refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Recognise(Section):
    """A trace that names no domain is taken for this one's if it has any of these: a tag, a model's name, a key of its
    `attributes` or of its `features`."""

    tags: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


class Reference(Section):
    """A law, rule, standard or paper that constraints cite."""

    title: Text
    url: str = ""


class PlannedEvaluator(Section):
    """An evaluator written in Python, and how it is used."""

    name: str
    kinds: Kinds = frozenset(KINDS)
    sample_rate: Share = 1.0
    cached: bool = False
    parameters: dict[str, Any] = {}

    def planned(self, known: Mapping[str, type[Evaluator]]) -> Planned:
        """The one of that name. Raises Wrong where there is none, or its parameters are not of its own."""
        if self.name not in known:
            raise Wrong(["name"], f"no evaluator is called {self.name!r}; {nearest(self.name, known)}")
        evaluator = self._built(known[self.name])
        return Planned(evaluator=evaluator, kinds=self.kinds, sample_rate=self.sample_rate, cached=self.cached)

    def _built(self, evaluator: type[Evaluator]) -> Evaluator:
        if not self.parameters:
            return evaluator()
        known = [field.name for field in dataclasses.fields(evaluator)]
        for name in self.parameters:
            if name not in known:
                raise Wrong(["parameters", name], f"{self.name} has no such parameter; {nearest(name, known)}")
        try:
            return TypeAdapter(evaluator).validate_python(self.parameters)
        except ValidationError as error:
            first = error.errors()[0]
            raise Wrong(["parameters", *first["loc"]], first["msg"].removeprefix("Value error, ")) from error


class Cascade(Section):
    """When to exit; see processors.policy.Policy."""

    pass_at: Share
    fail_at: Share
    budget_us: float = Field(1_000_000, gt=0)
    required: dict[Kind, Codes] = {}


class FeatureDeclared(Section):
    """A feature of tier 2: an expression over facts."""

    name: Name
    value: Source
    description: Text


class Example(Section):
    """An output with the score that a judge should give it."""

    output: Text
    score: int
    why: Text


class Criterion(Section):
    """One question of a rubric. weight: how much it counts beside the others."""

    name: Name
    question: Text
    weight: float = Field(1.0, gt=0)
    cites: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()


class Judge(Section):
    """The rubric of tier 3. scale: what each score means, higher is better."""

    role: str = ""
    scale: dict[int, str] = {}
    criteria: tuple[Criterion, ...] = ()


class Escalation(Section):
    """Who reviews what no tier settles, and within what time."""

    review_by: str = "reviewer"
    within_hours: float = Field(24, gt=0)


class Risk(Section):
    """What calibration aims at: of the traces passed early at most a share `alpha` is bad, with this confidence."""

    alpha: float = Field(0.01, gt=0, lt=1)
    confidence: float = Field(0.95, gt=0, lt=1)


class Retention(Section):
    """For how many days traces and verdicts are kept."""

    traces_days: int = Field(365, ge=1)
    verdicts_days: int = Field(365, ge=1)
    cites: tuple[str, ...] = ()


class AlertCondition(Section):
    """A verdict of this decision and severity, or a share of failed traces above this in a window."""

    decision: Decision | None = None
    severity: Severity | None = None
    claim: str | None = None
    fail_share_above: Share | None = None
    window_minutes: float | None = Field(None, gt=0)


class AlertDefault(Section):
    """An alert that an organisation gets unless it says otherwise."""

    name: Name
    when: AlertCondition
    notify: Literal["page", "chat", "mail"]


class Space(Section):
    """One variable of an environment. shape: of an array; low and high in `unit`."""

    unit: str = "1"
    shape: tuple[int, ...] = ()
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    description: str = ""


class Environment(Section):
    """The ground of an RL domain's simulator: variables of state and action, reward, safety limits, dynamics."""

    state: dict[str, Space] = {}
    action: dict[str, Space] = {}
    reward: str = ""
    limits: dict[str, Source] = {}
    dynamics: dict[str, Source] = {}
