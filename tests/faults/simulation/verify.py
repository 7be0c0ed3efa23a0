"""Runs one seed and says, with its history, which promise it broke."""

from __future__ import annotations

from tests.faults.simulation.invariants import violations
from tests.faults.simulation.world import HONEST, Sides, World

LAST_LINES = 300


class Broken(AssertionError):
    """A history that broke a promise."""


def verify(seed: int, sides: Sides = HONEST) -> World:
    """The world after its history. Raises Broken with the history's last lines."""
    world = World(seed, sides)
    try:
        broken = list(violations(world)) if world.run() else ["it never comes to rest"]
    except Exception as error:  # noqa: BLE001 - whatever it is, the history is what explains it
        broken = [f"a process ended by itself: {error!r}"]
    if broken:
        history = world.faults.history[-LAST_LINES:]
        raise Broken("\n".join(["", *history, "", *broken, f"again: pytest tests/faults --sim-seed {seed}"]))
    return world
