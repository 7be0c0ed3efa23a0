"""The facts of one trace, read at their first use and remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from processors.expressions import Absent
from processors.facts.fact import Fact, Reading, Shown
from processors.facts.lookup import LookupTable
from processors.subject import Subject


@dataclass(frozen=True, eq=False)
class Schema:
    """What a domain's expressions may speak of."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    tables: Mapping[str, LookupTable] = field(default_factory=dict)


class Facts:
    """The environment that expressions are evaluated in."""

    def __init__(self, subject: Subject, schema: Schema) -> None:
        self.subject = subject
        self._schema = schema
        self._read: dict[str, Reading | str] = {}  # text: why it is absent; a kept exception would keep this alive
        self.now = subject.trace.timestamp.timestamp()

    def fact(self, name: str) -> Any:
        """The value. Raises Absent where the trace does not have it."""
        return self._reading(name).value

    def evidence(self, name: str) -> Shown:
        """Where the fact stands, one place for each element of a series; empty where that has no place in a text."""
        return self._reading(name).evidence

    def positions(self, name: str) -> tuple[int, ...]:
        """Of a series, the index of each element in the trace's own list. Raises Absent."""
        return self._reading(name).positions

    def lookup(self, table: str, column: str, key: str) -> Any:
        """A value of a table. Raises Absent."""
        return self._schema.tables[table].lookup(column, key)

    def _reading(self, name: str) -> Reading:
        reading = self._read.get(name)
        if reading is None:
            try:
                reading = self._schema.facts[name].read(self.subject)
            except Absent as absent:
                reading = str(absent)
            self._read[name] = reading
        if isinstance(reading, str):
            raise Absent(reading)
        return reading


def facts_of(subject: Subject, schema: Schema) -> Facts:
    """The facts of a trace, shared by all evaluators of a domain."""
    facts = subject.memory.get(schema)
    if facts is None:
        facts = subject.memory[schema] = Facts(subject, schema)
    found: Facts = facts
    return found
