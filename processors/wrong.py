"""Wrong: what is wrong with something declared in a file, and where in the declaration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_MOST_LISTED = 20


class Wrong(ValueError):
    """Something in a declaration is wrong; `path` leads to it from the declaration, `column` into its text."""

    def __init__(self, path: Sequence[str | int], problem: str, column: int | None = None) -> None:
        super().__init__(problem)
        self.path = tuple(path)
        self.problem = problem
        self.column = column


def nearest(name: object, known: Iterable[str]) -> str:
    """`did you mean 'leverage'?`, or what there is."""
    there = sorted(known)
    near = get_close_matches(str(name), there, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    listed = ", ".join(there[:_MOST_LISTED]) + (" and others" if len(there) > _MOST_LISTED else "")
    return f"there are {listed}" if there else "there are none"
