"""Seeded histories of the real tiers and the real sink, with a fault around any effect: nothing lost, nothing doubled.

A failing seed prints its history; `pytest tests/faults --sim-seed N` runs it again, step by step the same.
METRONIS_TEST_SEEDS=N runs that many.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import pytest
import structlog

from schemas.trace import NO_ID
from storage.queries import Query
from storage.records import TraceKey
from storage.tables import TRACE_KEYS, Table
from streams.broker import Committed, Message, Partition
from tests.faults.simulation.broker import SimulatedConsumer
from tests.faults.simulation.faults import Fault
from tests.faults.simulation.store import WINDOW, SimulatedStore, SimulatedTables
from tests.faults.simulation.verify import Broken, verify
from tests.faults.simulation.world import HONEST, Sides

SHORT = 200
LONG = 5_000
REPEATED = "written again"
PATIENCE = 400
"""Seeds within which a sabotaged side must be caught."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of retries are logged otherwise."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int | None:
    """The one that was asked for."""
    given: int | None = request.config.getoption("--sim-seed", default=None)
    return given


def verify_all(seeds: Iterable[int], sides: Sides = HONEST) -> Counter[str]:
    """How often each fault came up, and how often the store was given a range again."""
    happened: Counter[str] = Counter()
    for each in seeds:
        world = verify(each, sides)
        happened.update(world.faults.happened)
        happened[REPEATED] += world.tables.repeated
    return happened


def test_no_history_loses_or_doubles_anything(seed: int | None) -> None:
    if seed is not None:
        verify(seed)
        return
    happened = verify_all(range(SHORT))
    assert set(happened) == {*Fault, REPEATED}, "each kind of fault should have come up"


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_no_history_of_thousands_does(seed: int | None) -> None:
    if seed is None:
        first = SHORT
        verify_all(range(first, first + int(os.environ.get("METRONIS_TEST_SEEDS", LONG))))


def test_a_seed_always_gives_the_same_history() -> None:
    for each in range(10):
        assert verify(each).faults.history == verify(each).faults.history


# What the simulation would catch: each side below breaks one thing that the promises rest on.


class ForgetsRanges(SimulatedConsumer):
    """Commits without the note: after a crash nobody knows which range was under way."""

    def commit(self, offsets: Mapping[Partition, Committed], outputs: Sequence[Message] = ()) -> None:
        super().commit({partition: Committed(at.offset) for partition, at in offsets.items()}, outputs)


class ForgetsFailures(SimulatedConsumer):
    """Commits of a note only which range is under way: nobody knows what failed before it, or what of it is stored."""

    def commit(self, offsets: Mapping[Partition, Committed], outputs: Sequence[Message] = ()) -> None:
        ranges = {partition: at._replace(note=at.note.partition("/")[0]) for partition, at in offsets.items()}
        super().commit(ranges, outputs)


class CommitsInTwo(SimulatedConsumer):
    """Outputs first, offsets after them."""

    def commit(self, offsets: Mapping[Partition, Committed], outputs: Sequence[Message] = ()) -> None:
        if outputs:
            super().commit({}, outputs)
        super().commit(offsets)


class Unfenced(SimulatedConsumer):
    """Lets anybody commit."""

    def _commit(self, offsets: Mapping[Partition, Committed], outputs: Sequence[Message]) -> None:
        self._log.append(outputs)
        self._log.groups[self._group].committed |= offsets


class HidesRebalances(SimulatedConsumer):
    """Never says that its partitions changed."""

    @property
    def generation(self) -> int:
        return min(self._generation, 1)


class OtherTokens(SimulatedStore):
    """Inserts each time under another token."""

    _numbers = count()

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        super().insert(table, rows, f"{token}-{next(self._numbers)}")


class NobodyClaims(SimulatedStore):
    """Knows nobody who owns a trace id."""

    def query(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:  # noqa: ARG002 - it never knows
        return []


class AcksInVain(SimulatedStore):
    """Says that rows are in which are not."""

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        super().insert(table, rows[: len(rows) - (table is not TRACE_KEYS and len(rows) > 2)], token)


@pytest.mark.parametrize(
    "sides",
    [
        pytest.param(Sides(consumer=ForgetsRanges), id="forgets ranges"),
        pytest.param(Sides(consumer=ForgetsFailures), id="forgets failures"),
        pytest.param(Sides(consumer=CommitsInTwo), id="commits in two"),
        pytest.param(Sides(consumer=Unfenced), id="unfenced"),
        pytest.param(Sides(consumer=HidesRebalances), id="hides rebalances"),
        pytest.param(Sides(store=OtherTokens), id="other tokens"),
        pytest.param(Sides(store=NobodyClaims), id="nobody claims"),
        pytest.param(Sides(store=AcksInVain), id="acks in vain"),
    ],
)
def test_a_broken_side_is_caught(sides: Sides) -> None:
    with pytest.raises(Broken):
        verify_all(range(PATIENCE), sides)


def test_a_simulated_table_takes_a_token_once_and_forgets_it_after_its_window() -> None:
    tables = SimulatedTables()
    key = TraceKey("north", NO_ID, "raw/0/0")
    for token in ("first", "first", *map(str, range(WINDOW)), "first"):
        SimulatedStore(tables).insert(TRACE_KEYS, [key], token)
    assert len(tables.rows[TRACE_KEYS.name]) == WINDOW + 2
