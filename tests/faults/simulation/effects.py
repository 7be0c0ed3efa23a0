"""Effects: what a process does to the world outside it, as a place where the simulation can step in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Effects(Protocol):
    """Does `action`, or lets something else happen in its place. `name` says what it is about."""

    def __call__(self, name: str, action: Callable[[], T]) -> T: ...


def undisturbed(name: str, action: Callable[[], T]) -> T:  # noqa: ARG001 - nothing depends on what it is
    """The effect as it is, and nothing else."""
    return action()
