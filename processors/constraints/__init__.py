"""Typed constraints: what a domain's file may demand of a trace, one kind a file, listed here by hand."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from processors.constraints.agreement import AgreementDeclared
from processors.constraints.allowed import AllowedDeclared
from processors.constraints.complete import CompleteDeclared
from processors.constraints.frequency import FrequencyDeclared
from processors.constraints.range import RangeDeclared
from processors.constraints.response import ResponseDeclared
from processors.constraints.rule import RuleDeclared
from processors.constraints.series import MonotonicDeclared, RateOfChangeDeclared, UniqueDeclared
from processors.constraints.statements import ForbiddenDeclared, RequiredDeclared

AnyConstraint = Annotated[
    RangeDeclared
    | RuleDeclared
    | AllowedDeclared
    | ForbiddenDeclared
    | RequiredDeclared
    | MonotonicDeclared
    | RateOfChangeDeclared
    | AgreementDeclared
    | FrequencyDeclared
    | ResponseDeclared
    | CompleteDeclared
    | UniqueDeclared,
    Field(discriminator="type"),
]
"""Any of them, told apart by `type`."""
