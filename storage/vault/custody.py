"""Custody of the vault: revealing, rotating and forgetting, every act of it in the audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from metronis.clock import Clock
from metronis.errors import Forgotten, NotFound
from storage.control.database import Database
from storage.vault.audit import Act, Audit
from storage.vault.keys import KeyFacts, Keys
from storage.vault.sealing import MasterKeys, seal, unseal
from storage.vault.tables import ENTRIES

PAGE = 500

_RESEAL = (
    update(ENTRIES)
    .where(ENTRIES.c.org_id == bindparam("org"), ENTRIES.c.lookup == bindparam("entry"))
    .values(ciphertext=bindparam("sealed"), key_id=bindparam("key"))
)


@dataclass(frozen=True, slots=True)
class Status:
    """What the vault holds. keys_by_master: how many keys are wrapped with the master key of each fingerprint."""

    address: str
    organisations: int
    entries: int
    master: str
    keys_by_master: Mapping[str, int]
    audit_rows: int


class Custody:
    """What only a person may do, by name and with a reason. Every method may raise Unavailable."""

    def __init__(self, database: Database, masters: MasterKeys, clock: Clock) -> None:
        """Raises Misconfigured where the vault was made with another master key."""
        self._database = database
        self._masters = masters
        self._keys = Keys(database, masters, clock)
        self.audit = Audit(database, clock)

    def reveal(self, org_id: str, token: str, *, actor: str, reason: str) -> str:
        """The value, once the audit has durably who asked and why, whether or not there is such a token.

        Raises Forgotten, NotFound, Tampered.
        """
        self.audit.append(Act(actor, "reveal", org_id, token, reason), lambda _: None)
        query = select(ENTRIES).where(ENTRIES.c.org_id == org_id, ENTRIES.c.token == token)
        row = self._database.read(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            raise self._missing(org_id, token)
        return self._opened(row).decode("utf-8", "surrogatepass")

    def forget(self, org_id: str, token: str | None = None, *, actor: str, reason: str) -> int:
        """Destroy one value, or without a token all of an organisation's together with its keys; how many.

        Running processes go on giving the old tokens for up to keys.FRESH_S; nobody can reveal them. Raises Forgotten
        and NotFound where there is no such token.
        """
        which = ENTRIES.c.org_id == org_id
        if token is not None:
            which &= ENTRIES.c.token == token
            if not self.count(org_id, token):
                raise self._missing(org_id, token)

        def destroy(connection: Connection) -> int:
            count: int = connection.execute(delete(ENTRIES).where(which)).rowcount
            if token is None:
                self._keys.destroy(connection, org_id)
            return count

        count = self.audit.append(Act(actor, "forget", org_id, token, reason), destroy)
        self._database.erase_deleted()
        return count

    def rotate(self, org_id: str, *, actor: str, reason: str) -> int:
        """A new key for the organisation's new entries; its number. Tokens stay. Raises NotFound."""
        if not self.keys(org_id):
            raise NotFound(f"the vault has nothing of organisation {org_id}")
        act = Act(actor, "rotate", org_id, None, reason)
        return self.audit.append(act, lambda connection: self._keys.add(connection, org_id))

    def reencrypt(self, org_id: str, *, actor: str, reason: str) -> Iterator[int]:
        """Seal all the organisation's entries with its last key and destroy the older ones; yields how many are done.

        May be stopped and begun again. Raises Tampered at an entry that does not open.
        """
        self.audit.append(Act(actor, "reencrypt", org_id, None, reason), lambda _: None)
        newest = self._keys.refreshed(org_id).data_id
        done = 0
        for key in self.keys(org_id):
            while key.key_id < newest and (page := self._sealed_with(org_id, key.key_id)):
                self._reseal(page, newest)
                done += len(page)
                yield done
        self._database.write(lambda connection: self._keys.destroy_unused(connection, org_id))
        self._database.erase_deleted()

    def rewrap(self, *, actor: str, reason: str) -> int:
        """Wrap all keys with the current master key; how many were not. Raises Misconfigured, Tampered."""
        return self.audit.append(Act(actor, "rewrap", None, None, reason), self._keys.rewrap)

    def keys(self, org_id: str | None = None) -> Sequence[KeyFacts]:
        """About the keys of one organisation or all, in order."""
        return self._keys.listed(org_id)

    def count(self, org_id: str, token: str | None = None) -> int:
        """How many values the vault has of an organisation, or of this token: 1 or 0."""
        query = select(func.count()).select_from(ENTRIES).where(ENTRIES.c.org_id == org_id)
        if token is not None:
            query = query.where(ENTRIES.c.token == token)
        return self._database.read(lambda connection: connection.scalars(query).one())

    def status(self) -> Status:
        """What the vault holds now."""
        query = select(func.count(ENTRIES.c.org_id.distinct()), func.count()).select_from(ENTRIES)
        organisations, entries = self._database.read(lambda connection: connection.execute(query).one())
        return Status(
            address=self._database.address,
            organisations=organisations,
            entries=entries,
            master=self._masters.current,
            keys_by_master=self._keys.counts_by_master(),
            audit_rows=self.audit.count(),
        )

    def close(self) -> None:
        """Idempotent."""
        self._database.close()

    def _missing(self, org_id: str, token: str) -> NotFound:
        forgotten = self.audit.forgetting(org_id, token)
        if forgotten is None:
            return NotFound(f"organisation {org_id} has no token {token}")
        what = token if forgotten.act.token else f"all of organisation {org_id}"
        return Forgotten(f"{what} was forgotten on {forgotten.at:%Y-%m-%d} by {forgotten.act.actor}")

    def _sealed_with(self, org_id: str, key_id: int) -> Sequence[Row[Any]]:
        query = select(ENTRIES).where(ENTRIES.c.org_id == org_id, ENTRIES.c.key_id == key_id).limit(PAGE)
        return self._database.read(lambda connection: connection.execute(query).all())

    def _reseal(self, page: Sequence[Row[Any]], key_id: int) -> None:
        key = self._keys.data_key(page[0].org_id, key_id)
        rows = [
            {
                "org": row.org_id,
                "entry": row.lookup,
                "sealed": seal(key, self._opened(row), row.org_id, row.type, row.token),
                "key": key_id,
            }
            for row in page
        ]
        self._database.write(lambda connection: connection.execute(_RESEAL, rows))

    def _opened(self, row: Row[Any]) -> bytes:
        key = self._keys.data_key(row.org_id, row.key_id)
        return unseal(key, bytes(row.ciphertext), row.org_id, row.type, row.token)
