"""Long patterns with a short core: the gate looks for the core alone, and only around it does the whole pattern run."""

from __future__ import annotations

from presidio_analyzer import Pattern


class Cored(Pattern):
    """A pattern whose every match holds a match of `core`.

    For patterns with much optional matter before and after what makes them one: the gate would have to follow each way
    to begin and to end, and report each end.
    """

    def __init__(self, name: str, regex: str, score: float, core: str) -> None:
        super().__init__(name, regex, score)
        self.core = core
