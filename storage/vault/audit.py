"""The audit of the vault: every row carries the SHA-256 of the one before, so no change of one goes unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Row, func, insert, select
from sqlalchemy.exc import IntegrityError

from metronis.clock import Clock
from metronis.errors import Tampered, Unavailable
from storage.control.database import Database
from storage.vault.tables import AUDIT

Action = Literal["reveal", "rotate", "reencrypt", "rewrap", "forget"]

BEFORE_THE_FIRST = bytes(32)
MAX_RACES = 50
PAGE = 1_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did. Without `org_id` to all organisations, without `token` to all of the organisation's."""

    actor: str
    action: Action
    org_id: str | None
    token: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An act with its place in the chain."""

    number: int
    at: datetime
    act: Act
    previous: bytes
    digest: bytes

    def expected_digest(self) -> bytes:
        """SHA-256 over the digest of the row before and this row's contents."""
        act = self.act
        contents = [self.number, self.at.isoformat(), act.actor, act.action, act.org_id, act.token, act.reason]
        return hashlib.sha256(self.previous + json.dumps(contents).encode()).digest()


class Audit:
    """Appends to the chain, reads it and proves it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def append(self, act: Act, then: Callable[[Connection], T]) -> T:
        """Write the row and do what it says in one transaction, which is durable once this returns.

        Raises Unavailable.
        """
        for _ in range(MAX_RACES):
            values = self._next(act)

            def both(connection: Connection, values: dict[str, object] = values) -> T:
                connection.execute(insert(AUDIT), values)
                return then(connection)

            try:
                return self._database.write(both)
            except IntegrityError:
                continue  # another process took the number, or wrote an entry while its key was being destroyed
        raise Unavailable("too many processes write to the vault's audit at once; try again")

    def count(self) -> int:
        """How many rows there are."""
        return self._database.read(lambda connection: connection.scalars(select(func.count()).select_from(AUDIT)).one())

    def rows(self) -> Iterator[AuditRow]:
        """All rows in order."""
        at = 0
        while page := self._database.read(_page_after(at)):
            for row in page:
                yield _row(row)
            at = page[-1].number

    def verify(self) -> AuditRow | None:
        """The last row, where every row is the one that was written. Raises Tampered naming the first that is not.

        A chain does not show that its end was cut off: compare the last row with one noted elsewhere.
        """
        last: AuditRow | None = None
        for row in self.rows():
            before = last.digest if last else BEFORE_THE_FIRST
            if row.number != (last.number if last else 0) + 1:
                raise Tampered(f"row {(last.number if last else 0) + 1} of the vault's audit is missing")
            if row.previous != before or row.digest != row.expected_digest():
                raise Tampered(f"row {row.number} of the vault's audit was changed")
            last = row
        return last

    def forgetting(self, org_id: str, token: str) -> AuditRow | None:
        """The last act that forgot this token, alone or with all of its organisation."""
        query = (
            select(AUDIT)
            .where(AUDIT.c.org_id == org_id, AUDIT.c.action == "forget")
            .where(AUDIT.c.token.is_(None) | (AUDIT.c.token == token))
            .order_by(AUDIT.c.number.desc())
            .limit(1)
        )
        found = self._database.read(lambda connection: connection.execute(query).one_or_none())
        return _row(found) if found else None

    def _next(self, act: Act) -> dict[str, object]:
        last = self._database.read(
            lambda connection: connection.execute(
                select(AUDIT.c.number, AUDIT.c.digest).order_by(AUDIT.c.number.desc()).limit(1)
            ).one_or_none()
        )
        number, previous = (last.number + 1, last.digest) if last else (1, BEFORE_THE_FIRST)
        row = AuditRow(number, self._clock.now(), act, previous, b"")
        about = {"actor": act.actor, "action": act.action, "org_id": act.org_id, "token": act.token}
        chain = {"number": number, "at": row.at, "previous": previous, "digest": row.expected_digest()}
        return {**about, **chain, "reason": act.reason}


def _page_after(number: int) -> Callable[[Connection], list[Row[Any]]]:
    query = select(AUDIT).where(AUDIT.c.number > number).order_by(AUDIT.c.number).limit(PAGE)
    return lambda connection: list(connection.execute(query))


def _row(row: Row[Any]) -> AuditRow:
    act = Act(row.actor, row.action, row.org_id, row.token, row.reason)
    return AuditRow(row.number, row.at, act, bytes(row.previous), bytes(row.digest))
