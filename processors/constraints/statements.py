"""Statements: what a text must not say, and what it must."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field as PydanticField

from processors.constraints.base import HELD, Constraint
from processors.constraints.declaration import Declared, Scope
from processors.evaluator import Abstain, Result, Sought
from processors.extraction.negation import negated
from processors.facts.declaration import phrases_of
from processors.facts.environment import Facts
from processors.facts.places import place, sentences_with
from processors.scan.phrase import Phrase
from processors.subject import Field, Subject
from processors.text.sentences import Span, sentence_at
from processors.wrong import Wrong

_NO_TEXT = Abstain("there is no text to look at")
_NOT_CONCERNED = Abstain("nothing in the text calls for this statement")
Sources = tuple[Annotated[str, PydanticField(min_length=2)], ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Forbidden(Constraint):
    """None of `wanted` is said in `field`; see ForbiddenDeclared."""

    wanted: tuple[Phrase, ...]
    field: Field
    negated_counts: bool
    unless: tuple[Phrase, ...]

    @property
    def phrases(self) -> Sought:
        return (*super().phrases, *((self.field, phrase) for phrase in (*self.wanted, *self.unless)))

    @property
    def wakes_on(self) -> Sought | None:
        given = super().wakes_on
        return None if given is None else (*given, *((self.field, phrase) for phrase in self.wanted))

    @cached_property
    def _sought(self) -> frozenset[Phrase]:
        return frozenset(self.wanted)

    @cached_property
    def _excuses(self) -> frozenset[Phrase]:
        return frozenset(self.unless)

    def judge(self, facts: Facts) -> Result:
        subject = facts.subject
        said = list(self._said(subject))
        if not said:
            return HELD if subject.text_of(self.field).strip() else _NO_TEXT
        start, end = said[0]
        places = [place(subject, self.field, span) for span in said]
        return self.broken(f"The {self.field} says “{subject.text_of(self.field)[start:end]}”.", places)

    def _said(self, subject: Subject) -> Iterator[Span]:
        text = subject.text_of(self.field)
        found = subject.find_all(self._sought, self.field)
        spans, excused = sentences_with(subject, self._excuses, self.field) if found else ((), frozenset())
        for span, _ in found:
            meant = self.negated_counts or not negated(text, span[0])
            if meant and sentence_at(spans, span[0]) not in excused:
                yield span


class ForbiddenDeclared(Declared):
    """None of `phrases`, and no term of `vocabularies`, is said in the text `in`. What is negated there is not said,
    unless `negated: counts`. A phrase of `unless` in the same sentence excuses."""

    type: Literal["forbidden"]
    phrases: Sources = ()
    vocabularies: tuple[str, ...] = ()
    in_: Field = PydanticField("output", alias="in")
    negated: Literal["ignored", "counts"] = "ignored"
    unless: Sources = ()

    def build(self, scope: Scope) -> Forbidden:
        return Forbidden(
            **self.common(scope),
            wanted=_wanted(scope, self.phrases, self.vocabularies),
            field=self.in_,
            negated_counts=self.negated == "counts",
            unless=phrases_of("unless", self.unless),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Required(Constraint):
    """One of `wanted` is said in `fields`, where one of `if_any` is in `if_in`; see RequiredDeclared."""

    wanted: tuple[Phrase, ...]
    fields: tuple[Field, ...]
    if_any: tuple[Phrase, ...]
    if_in: tuple[Field, ...]

    @property
    def phrases(self) -> Sought:
        own = tuple((field, phrase) for field in self.fields for phrase in self.wanted)
        return (*super().phrases, *own, *self._triggers())

    def _triggers(self) -> Sought:
        return tuple((field, phrase) for field in self.if_in for phrase in self.if_any)

    @property
    def wakes_on(self) -> Sought | None:
        given = super().wakes_on
        return None if given is None or not self.if_any else (*given, *self._triggers())

    def _has_text(self, subject: Subject) -> bool:
        return any(subject.text_of(field).strip() for field in self.fields)

    def judge(self, facts: Facts) -> Result:
        subject = facts.subject
        if not self._has_text(subject):
            return _NO_TEXT
        calling = [(field, span) for field, phrase in self._triggers() for span in subject.find(phrase, field)[:1]]
        if self.if_any and not calling:
            return _NOT_CONCERNED
        if any(subject.find(phrase, field) for field in self.fields for phrase in self.wanted):
            return HELD
        called = f" although it speaks of “{subject.text_of(calling[0][0])[slice(*calling[0][1])]}”" if calling else ""
        return self.broken(
            f"The {' or '.join(self.fields)} does not say so{called}.",
            [place(subject, field, span) for field, span in calling],
        )


class RequiredDeclared(Declared):
    """One of `phrases`, or a term of `vocabularies`, is said in the text `in`; where `if_any` is given only if one of
    these is in `if_in`."""

    type: Literal["required"]
    phrases: Sources = ()
    vocabularies: tuple[str, ...] = ()
    in_: Field | tuple[Field, ...] = PydanticField("output", alias="in")
    if_any: Sources = ()
    if_in: tuple[Field, ...] = ("input", "output")

    def build(self, scope: Scope) -> Required:
        return Required(
            **self.common(scope),
            wanted=_wanted(scope, self.phrases, self.vocabularies),
            fields=(self.in_,) if isinstance(self.in_, str) else self.in_,
            if_any=phrases_of("if_any", self.if_any),
            if_in=self.if_in,
        )


def _wanted(scope: Scope, phrases: Sources, vocabularies: tuple[str, ...]) -> tuple[Phrase, ...]:
    """The phrases and the terms. Raises Wrong where there are none."""
    terms = [phrase for index, name in enumerate(vocabularies) for phrase in scope.terms(["vocabularies", index], name)]
    wanted = (*phrases_of("phrases", phrases), *terms)
    if not wanted:
        raise Wrong([], "looks for nothing; give `phrases` or `vocabularies`")
    return wanted
