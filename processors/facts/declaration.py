"""What a domain's file says of a fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as PydanticField

from processors.expressions import Type
from processors.facts.fact import Fact
from processors.facts.field_facts import PathFact
from processors.facts.path import Path
from processors.facts.text_facts import DateFact, PhraseFact, QuantityFact, TermFact
from processors.scan.phrase import Phrase
from processors.subject import Field
from processors.units import UnknownUnit, unit
from processors.wrong import Wrong, nearest

_WAYS = ("path", "vocabulary", "phrases", "quantity", "date")
T = TypeVar("T", str, Field)

Texts = Annotated[tuple[str, ...], PydanticField(min_length=1)]
Fields = Field | Annotated[tuple[Field, ...], PydanticField(min_length=1)]


class FactDeclared(BaseModel):
    """A named value of a trace, read in one of five ways.

    path: the first of these paths that leads to a value; `type` says what it is, `unit` what numbers are in.
    vocabulary: the first term of this vocabulary in the text `in`. phrases: whether one of these is in the text `in`.
    quantity: the numbers of this unit's dimension in the text `in`; date: the first date in the text so named; both in
    sentences with one of the phrases `near`, where that is given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str | Texts | None = None
    type: Literal["number", "text", "boolean", "time"] = "number"
    unit: str | None = None
    vocabulary: str | None = None
    phrases: Texts | None = None
    quantity: str | None = None
    date: Fields | None = None
    near: tuple[str, ...] = ()
    in_: Fields = PydanticField("output", alias="in")
    description: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> FactDeclared:
        given = [way for way in _WAYS if getattr(self, way) is not None]
        if len(given) != 1:
            raise ValueError(f"says {' and '.join(given) or 'nothing'} of where it is; give one of {', '.join(_WAYS)}")
        return self

    def build(self, name: str, vocabularies: Mapping[str, Mapping[Phrase, str]]) -> Fact:
        """The fact. Raises Wrong where a path, a unit, a phrase or the vocabulary's name is."""
        if self.path is not None:
            return self._of_field(name)
        if self.unit is not None:
            raise Wrong(["unit"], "is for what has a `path`; leave it out")
        if self.vocabulary is not None:
            if self.vocabulary not in vocabularies:
                hint = nearest(self.vocabulary, vocabularies)
                raise Wrong(["vocabulary"], f"no vocabulary is called {self.vocabulary!r}; {hint}")
            terms = vocabularies[self.vocabulary]
            return TermFact(name=name, type=Type("text"), terms=terms, fields=_listed(self.in_))
        if self.phrases is not None:
            wanted = phrases_of("phrases", self.phrases)
            return PhraseFact(name=name, type=Type("boolean"), wanted=wanted, fields=_listed(self.in_))
        near = phrases_of("near", self.near)
        if self.quantity is not None:
            kind = _of_unit("quantity", self.quantity, series=True)
            return QuantityFact(name=name, type=kind, unit=unit(self.quantity), near=near, fields=_listed(self.in_))
        return DateFact(name=name, type=Type("time"), near=near, fields=_listed(self.date or ()))

    def _of_field(self, name: str) -> PathFact:
        paths = tuple(_path(index, source) for index, source in enumerate(_listed(self.path or ())))
        if len({path.series for path in paths}) > 1:
            raise Wrong(["path"], "some have `[]` and some have not; a fact is one value or a series")
        series = paths[0].series
        if self.unit is None:
            return PathFact(name=name, type=Type(self.type, series=series), paths=paths)
        if self.type != "number":
            raise Wrong(["unit"], f"a {self.type} has no unit")
        kind = _of_unit("unit", self.unit, series=series)
        return PathFact(name=name, type=kind, unit=unit(self.unit), paths=paths)


def phrases_of(key: str, sources: Sequence[str]) -> tuple[Phrase, ...]:
    """Raises Wrong at the phrase that is none."""
    made = []
    for index, source in enumerate(sources):
        try:
            made.append(Phrase(source))
        except ValueError as error:
            raise Wrong([key, index], str(error)) from error
    return tuple(made)


def _path(index: int, source: str) -> Path:
    try:
        return Path.parse(source)
    except ValueError as error:
        raise Wrong(["path", index], str(error)) from error


def _of_unit(key: str, name: str, *, series: bool) -> Type:
    try:
        return Type.of_unit(name, series=series)
    except UnknownUnit as error:
        raise Wrong([key], str(error)) from error


def _listed(one_or_more: T | tuple[T, ...]) -> tuple[T, ...]:
    return one_or_more if isinstance(one_or_more, tuple) else (one_or_more,)
