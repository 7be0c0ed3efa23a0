"""The keys of the organisations: made when first wanted, kept wrapped, rotated and destroyed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cachetools import LRUCache
from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from metronis.clock import Clock
from metronis.errors import Unavailable
from storage.control.database import Database
from storage.vault.sealing import KEY_BYTES, MasterKeys
from storage.vault.tables import AUDIT, ENTRIES, KEYS

LOOKUP_KEY_ID = 0
FRESH_S = 10.0
"""How long a process goes on with an organisation's keys before it looks whether something was rotated or forgotten."""

CACHED_ORGS = 10_000


@dataclass(frozen=True, slots=True)
class OrgKeys:
    """An organisation's keys, unwrapped.

    epoch: number of the audit's last row that forgot something of the organisation; 0 where none did.
    """

    lookup: bytes
    data: bytes
    data_id: int
    epoch: int
    read_ns: int


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """About a key. master: fingerprint of the key that wraps it; entries: how many values are sealed with it."""

    org_id: str
    key_id: int
    master: str
    created_at: datetime
    entries: int

    @property
    def is_lookup(self) -> bool:
        """Whether it finds values and seals none."""
        return self.key_id == LOOKUP_KEY_ID


class Keys:
    """Reads and makes keys."""

    def __init__(self, database: Database, masters: MasterKeys, clock: Clock) -> None:
        """Raises Misconfigured where any key is wrapped with another master key, and Unavailable."""
        self._database = database
        self._masters = masters
        self._clock = clock
        self._known: LRUCache[str, OrgKeys] = LRUCache(CACHED_ORGS)
        for fingerprint in self.counts_by_master():
            masters.check(fingerprint)

    def of(self, org_id: str) -> OrgKeys:
        """The organisation's keys as they were at most FRESH_S ago, made where there are none.

        Raises Unavailable, Misconfigured where the master key has changed, Tampered.
        """
        known = self._known.get(org_id)
        if known is None or self._clock.monotonic_ns() - known.read_ns > FRESH_S * 1e9:
            return self.refreshed(org_id)
        return known

    def refreshed(self, org_id: str) -> OrgKeys:
        """The keys as they are now."""
        rows = self._read(org_id) or self._made(org_id)
        first, last = rows[0], rows[-1]
        keys = OrgKeys(
            lookup=self._unwrapped(first),
            data=self._unwrapped(last),
            data_id=last.key_id,
            epoch=last.epoch,
            read_ns=self._clock.monotonic_ns(),
        )
        self._known[org_id] = keys
        return keys

    def data_key(self, org_id: str, key_id: int) -> bytes:
        """A data key that may be an old one. Raises as `of` does."""
        query = select(KEYS).where(KEYS.c.org_id == org_id, KEYS.c.key_id == key_id)
        return self._unwrapped(self._database.read(lambda connection: connection.execute(query).one()))

    def counts_by_master(self) -> Mapping[str, int]:
        """How many keys are wrapped with the master key of each fingerprint."""
        query = select(KEYS.c.master, func.count()).group_by(KEYS.c.master)
        return self._database.read(lambda connection: {master: count for master, count in connection.execute(query)})

    def listed(self, org_id: str | None) -> Sequence[KeyFacts]:
        """About the keys of one organisation or all, in order."""
        entries = (
            select(func.count())
            .where(ENTRIES.c.org_id == KEYS.c.org_id, ENTRIES.c.key_id == KEYS.c.key_id)
            .scalar_subquery()
            .label("entries")
        )
        query = select(KEYS.c.org_id, KEYS.c.key_id, KEYS.c.master, KEYS.c.created_at, entries)
        query = query.order_by(KEYS.c.org_id, KEYS.c.key_id)
        if org_id is not None:
            query = query.where(KEYS.c.org_id == org_id)
        return self._database.read(lambda connection: [KeyFacts(*row) for row in connection.execute(query)])

    def add(self, connection: Connection, org_id: str) -> int:
        """A new data key, which entries are sealed with from now on; its number."""
        key_id: int = connection.scalars(select(func.max(KEYS.c.key_id)).where(KEYS.c.org_id == org_id)).one() + 1
        connection.execute(insert(KEYS), self._new(org_id, key_id))
        self._known.pop(org_id, None)
        return key_id

    def destroy(self, connection: Connection, org_id: str) -> None:
        """All keys: nothing that they sealed or looked up can ever be again."""
        connection.execute(delete(KEYS).where(KEYS.c.org_id == org_id))
        self._known.pop(org_id, None)

    def destroy_unused(self, connection: Connection, org_id: str) -> int:
        """Old data keys with which nothing is sealed any more; how many."""
        used = select(ENTRIES.c.key_id).where(ENTRIES.c.org_id == org_id)
        newest = select(func.max(KEYS.c.key_id)).where(KEYS.c.org_id == org_id).scalar_subquery()
        old = delete(KEYS).where(KEYS.c.org_id == org_id, KEYS.c.key_id > LOOKUP_KEY_ID, KEYS.c.key_id < newest)
        return connection.execute(old.where(KEYS.c.key_id.not_in(used))).rowcount

    def rewrap(self, connection: Connection) -> int:
        """Wrap with the current master key what is wrapped with an older one; how many. Raises as `of` does."""
        current = self._masters.current
        old = connection.execute(select(KEYS).where(KEYS.c.master != current).with_for_update()).all()
        for row in old:
            wrapped = self._masters.wrap(self._unwrapped(row), row.org_id, row.key_id)
            which = (KEYS.c.org_id == row.org_id) & (KEYS.c.key_id == row.key_id)
            connection.execute(update(KEYS).where(which).values(wrapped=wrapped, master=current))
        return len(old)

    def _made(self, org_id: str) -> Sequence[Row[Any]]:
        """The first keys of an organisation, or those that another process made first.

        Numbers of destroyed keys never come back, lest a process that has not heard of it seals with one: there never
        were more keys than acts in the audit, so the number after that of the last forgetting is free.
        """
        forgotten = _forgotten(org_id)
        epoch: int = self._database.read(lambda connection: connection.execute(forgotten).scalar_one())
        made = [self._new(org_id, key_id) for key_id in (LOOKUP_KEY_ID, epoch + 1)]
        self._database.read(lambda connection: connection.execute(_if_none(connection).values(made)))
        rows = self._read(org_id)
        if not rows:
            raise Unavailable(f"the vault forgot {org_id} this very moment")
        return rows

    def _read(self, org_id: str) -> Sequence[Row[Any]]:
        query = select(KEYS, _forgotten(org_id).scalar_subquery().label("epoch"))
        query = query.where(KEYS.c.org_id == org_id).order_by(KEYS.c.key_id)
        return self._database.read(lambda connection: connection.execute(query).all())

    def _new(self, org_id: str, key_id: int) -> dict[str, object]:
        wrapped = self._masters.wrap(secrets.token_bytes(KEY_BYTES), org_id, key_id)
        identity = {"org_id": org_id, "key_id": key_id, "created_at": self._clock.now()}
        return {**identity, "wrapped": wrapped, "master": self._masters.current}

    def _unwrapped(self, row: Row[Any]) -> bytes:
        return self._masters.unwrap(bytes(row.wrapped), row.master, row.org_id, row.key_id)


def _forgotten(org_id: str) -> Select[int]:
    """Number of the last act that forgot something of the organisation."""
    number = select(func.coalesce(func.max(AUDIT.c.number), 0))
    return number.where(AUDIT.c.org_id == org_id, AUDIT.c.action == "forget")


def _if_none(connection: Connection) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(KEYS).on_conflict_do_nothing()
    return sqlite.insert(KEYS).on_conflict_do_nothing()
