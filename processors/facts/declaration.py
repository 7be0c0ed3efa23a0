"""What a domain's file says of a fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as PydanticField

from processors.expressions import Type
from processors.facts.fact import DateFact, Fact, PathFact, PhraseFact, QuantityFact, TermFact
from processors.facts.path import Path
from processors.scan.phrase import Phrase
from processors.subject import Field
from processors.units import Unit, unit

_WAYS = ("path", "vocabulary", "phrases", "quantity", "date")
OneOrMore = str | tuple[str, ...]


class FactDeclared(BaseModel):
    """A named value of a trace, read in one of five ways.

    path: the first of these paths that leads to a value; `type` says what it is, `unit` what numbers are in.
    vocabulary: the first term of this vocabulary in the text `in`. phrases: whether one of these is in the text `in`.
    quantity: the numbers of this unit's dimension in the text `in`; date: the first date in the text so named; both in
    sentences with one of the phrases `near`, where that is given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: OneOrMore | None = None
    type: Literal["number", "text", "boolean", "time"] = "number"
    unit: str | None = None
    vocabulary: str | None = None
    phrases: tuple[str, ...] | None = None
    quantity: str | None = None
    date: Field | tuple[Field, ...] | None = None
    near: tuple[str, ...] = ()
    in_: Field | tuple[Field, ...] = PydanticField("output", alias="in")
    description: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> FactDeclared:
        given = [way for way in _WAYS if getattr(self, way) is not None]
        if len(given) != 1:
            raise ValueError(f"says {' and '.join(given) or 'nothing'} of where it is; give one of {', '.join(_WAYS)}")
        return self

    def build(self, name: str, vocabularies: Mapping[str, Mapping[Phrase, str]]) -> Fact:
        """The fact. Raises ValueError where a path, a unit or a phrase is wrong, KeyError for an unknown vocabulary."""
        fields = (self.in_,) if isinstance(self.in_, str) else self.in_
        if self.path is not None:
            return self._at_path(name, (self.path,) if isinstance(self.path, str) else self.path)
        if self.vocabulary is not None:
            return TermFact(name=name, type=Type("text"), terms=vocabularies[self.vocabulary], fields=fields)
        if self.phrases is not None:
            return PhraseFact(name=name, type=Type("boolean"), wanted=_phrases(self.phrases), fields=fields)
        near = _phrases(self.near)
        if self.quantity is not None:
            measure = unit(self.quantity)
            kind = Type.of_unit(self.quantity, series=True)
            return QuantityFact(name=name, type=kind, unit=measure, near=near, fields=fields)
        places: Any = (self.date,) if isinstance(self.date, str) else self.date
        return DateFact(name=name, type=Type("time"), near=near, fields=places)

    def _at_path(self, name: str, sources: tuple[str, ...]) -> PathFact:
        paths = tuple(Path.parse(source) for source in sources)
        if len({path.series for path in paths}) > 1:
            raise ValueError("some of its paths have `[]` and some have not; a fact is one value or a series")
        measure: Unit | None = None
        if self.unit is not None:
            if self.type != "number":
                raise ValueError(f"a {self.type} has no unit")
            measure = unit(self.unit)
        series = paths[0].series
        kind = Type.of_unit(self.unit, series=series) if self.unit is not None else Type(self.type, series=series)
        return PathFact(name=name, type=kind, unit=measure, paths=paths)


def _phrases(sources: tuple[str, ...]) -> tuple[Phrase, ...]:
    return tuple(Phrase(source) for source in sources)
