"""A consumer group: who is in it, which member owns which partition, and how far the group has come.

There is no coordinator. Each member settles its own part in one write transaction: it renews its lease, puts out
members whose lease ran out, gives back what is beyond its fair share, and takes what is free. The group's epoch tells
others when to settle again. What counts is the table of owners, not the clock: a member owns a partition until it gave
it back or was put out, and only the owner can commit.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from metronis.clock import Clock
from metronis.errors import Fenced
from streams.broker import Committed, Partition
from streams.embedded.log import Slot, now_ms
from streams.embedded.process import identity, is_gone

RENEWALS_PER_LEASE = 3


@dataclass(frozen=True, slots=True)
class Seat:
    """What a member holds since it settled last."""

    member: int = 0  # no member has the number 0: this one has not entered yet
    epoch: int = -1
    slot_ids: frozenset[int] = frozenset()
    renewed_ms: int = 0


class Group:
    """One group, as seen by a member that subscribes to `topics`."""

    def __init__(self, name: str, topics: Mapping[str, Sequence[Slot]], *, lease_s: float, clock: Clock) -> None:
        self.name = name
        self._topics = topics
        self._lease_ms = int(lease_s * 1_000)
        self._clock = clock

    def slots(self) -> Iterator[Slot]:
        """Every partition of the topics."""
        return chain.from_iterable(self._topics.values())

    def must_renew(self, seat: Seat) -> bool:
        """Whether a third of the lease has passed, or the wall clock was set back."""
        return not 0 <= now_ms(self._clock) - seat.renewed_ms < self._lease_ms / RENEWALS_PER_LEASE

    def epoch(self, connection: sqlite3.Connection) -> int:
        """Rises when members come or go and when partitions become free."""
        row = connection.execute("SELECT epoch FROM groups WHERE name = ?", (self.name,)).fetchone()
        return row[0] if row else 0

    def settle(self, connection: sqlite3.Connection, seat: Seat) -> Seat:
        """Enter or stay in the group, and move towards a fair share of its partitions."""
        renewed_ms = now_ms(self._clock)
        disturbed = self._put_out_silent(connection, seat.member, renewed_ms)
        member = seat.member
        if not self._renew(connection, member):
            member = self._enter(connection, renewed_ms)
            disturbed = True
        disturbed |= self._balance(connection, member)
        if disturbed:
            self._raise_epoch(connection)
        return Seat(member, self.epoch(connection), self._owned_by(connection, member), renewed_ms)

    def leave(self, connection: sqlite3.Connection, seat: Seat) -> None:
        """Free this member's partitions at once."""
        if connection.execute("DELETE FROM members WHERE id = ?", (seat.member,)).rowcount:
            self._raise_epoch(connection)

    def commit(self, connection: sqlite3.Connection, seat: Seat, offsets: Mapping[Partition, Committed]) -> None:
        """Move the group to `offsets` and renew the lease. Raises Fenced where one of the partitions is not owned."""
        owned = self._owned_by(connection, seat.member)
        ids = {slot.partition: slot.id for slot in self.slots() if slot.id in owned}
        if lost := [partition for partition in offsets if partition not in ids]:
            raise Fenced(f"{lost[0].topic}/{lost[0].number} belongs to another member of group {self.name} now")
        connection.executemany(
            "INSERT OR REPLACE INTO committed VALUES (?, ?, ?, ?)",
            [(self.name, ids[partition], offset, note) for partition, (offset, note) in offsets.items()],
        )
        self._renew(connection, seat.member)

    def _renew(self, connection: sqlite3.Connection, member: int) -> bool:
        """Returns False where there is no such member: it has not entered, or was put out."""
        renewed = connection.execute("UPDATE members SET renewed_ms = ? WHERE id = ?", (now_ms(self._clock), member))
        return renewed.rowcount > 0

    def _put_out_silent(self, connection: sqlite3.Connection, member: int, at_ms: int) -> bool:
        """Remove members whose process is gone or whose lease ran out.

        A lease from before the clock was set back has run out.
        """
        others = connection.execute(
            "SELECT id, process, abs(? - renewed_ms) >= lease_ms FROM members WHERE group_name = ? AND id != ?",
            (at_ms, self.name, member),
        ).fetchall()
        silent = [(id_,) for id_, process, lapsed in others if lapsed or is_gone(process)]
        connection.executemany("DELETE FROM members WHERE id = ?", silent)
        return bool(silent)

    def _enter(self, connection: sqlite3.Connection, at_ms: int) -> int:
        """A new member, whose number was never used before: what an earlier self owned is not this one's."""
        row = connection.execute(
            "INSERT INTO members (group_name, topics, process, renewed_ms, lease_ms)"
            " VALUES (?, ?, ?, ?, ?) RETURNING id",
            (self.name, json.dumps(list(self._topics)), identity(), at_ms, self._lease_ms),
        ).fetchone()
        member: int = row[0]
        return member

    def _balance(self, connection: sqlite3.Connection, member: int) -> bool:
        """Give back what is beyond the fair share, take what is free up to it; returns whether any was given back."""
        owners: dict[int, int] = dict(
            connection.execute("SELECT partition_id, member FROM owners WHERE group_name = ?", (self.name,))
        )
        rows = connection.execute("SELECT id, topics FROM members WHERE group_name = ? ORDER BY id", (self.name,))
        subscriptions = {id_: set(json.loads(topics)) for id_, topics in rows}
        gave_back = False
        for topic, slots in self._topics.items():
            subscribers = [id_ for id_, topics in subscriptions.items() if topic in topics]
            fair = _fair_share(slots, len(subscribers), subscribers.index(member))
            mine = [slot.id for slot in slots if owners.get(slot.id) == member]
            free = [slot.id for slot in slots if slot.id not in owners]
            gave_back |= self._give_back(connection, mine[fair:])
            self._take(connection, member, free[: max(0, fair - len(mine))])
        return gave_back

    def _give_back(self, connection: sqlite3.Connection, slot_ids: Iterable[int]) -> bool:
        rows = [(self.name, slot_id) for slot_id in slot_ids]
        connection.executemany("DELETE FROM owners WHERE group_name = ? AND partition_id = ?", rows)
        return bool(rows)

    def _take(self, connection: sqlite3.Connection, member: int, slot_ids: Iterable[int]) -> None:
        connection.executemany(
            "INSERT INTO owners VALUES (?, ?, ?)", [(self.name, slot_id, member) for slot_id in slot_ids]
        )

    def _owned_by(self, connection: sqlite3.Connection, member: int) -> frozenset[int]:
        rows = connection.execute(
            "SELECT partition_id FROM owners WHERE group_name = ? AND member = ?", (self.name, member)
        )
        return frozenset(slot_id for (slot_id,) in rows)

    def _raise_epoch(self, connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO groups VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET epoch = epoch + 1", (self.name,)
        )


def committed_offsets(connection: sqlite3.Connection, group: str) -> dict[int, Committed]:
    """How far the group has come, by slot id."""
    rows = connection.execute("SELECT partition_id, next_offset, note FROM committed WHERE group_name = ?", (group,))
    return {slot_id: Committed(offset, note) for slot_id, offset, note in rows}


def _fair_share(slots: Sequence[Slot], members: int, rank: int) -> int:
    """How many partitions of a topic the member at `rank` should own.

    Slot ids run on through all topics, so dealing them out like cards evens the remainders out over the topics.
    """
    return sum(1 for slot in slots if slot.id % members == rank)
