"""The vault as the pipeline knows it: random tokens for values, the same for ever."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from metronis.clock import Clock
from metronis.errors import Unavailable, VaultUnavailable
from storage.control.database import Database
from storage.vault.keys import Keys, OrgKeys
from storage.vault.sealing import MasterKeys, seal
from storage.vault.shared_cache import SharedCache
from storage.vault.tables import ENTRIES

MAX_RACES = 5
MAX_IN_STATEMENT = 1_000

Found = dict[bytes, str]
"""Look-up → token."""


class Value(NamedTuple):
    """A value as it was found, and the one spelling by which it is looked up."""

    type: str
    spelling: str
    value: str


class Vault:
    """Gives tokens. What it cannot do is give values back: see `Custody`.

    `mint` makes a new token of a type at random. The database decides which of several processes was first. One of
    these serves one thread.
    """

    def __init__(
        self,
        database: Database,
        masters: MasterKeys,
        clock: Clock,
        mint: Callable[[str], str],
        cache: SharedCache | None = None,
    ) -> None:
        """Raises Misconfigured where the vault was made with another master key, and VaultUnavailable."""
        self._database = database
        self._clock = clock
        self._mint = mint
        self._cache = cache
        with _needed():
            self._keys = Keys(database, masters, clock)

    def epoch(self, org_id: str) -> int:
        """Another number once something of the organisation was forgotten: tokens of an older one may be no more.

        At most keys.FRESH_S behind. Raises as `tokens` does.
        """
        with _needed():
            return self._keys.of(org_id).epoch

    def subject_key(self, org_id: str) -> bytes:
        """A key to derive things of subjects with; destroyed with the others. Raises as `tokens` does."""
        with _needed():
            return hmac.digest(self._keys.of(org_id).lookup, b"subjects", "sha256")

    def tokens(self, org_id: str, values: Sequence[Value]) -> list[str]:
        """The token of each value, durable when this returns.

        However many values, it asks the shared cache once, then the database once, and writes once where some are new.
        Raises VaultUnavailable where the database does not answer, Misconfigured, Tampered.
        """
        with _needed():
            try:
                return self._tokens(org_id, self._keys.of(org_id), values)
            except IntegrityError:  # the key was destroyed since it was read
                return self._tokens(org_id, self._keys.refreshed(org_id), values)

    def _tokens(self, org_id: str, keys: OrgKeys, values: Sequence[Value]) -> list[str]:
        lookups = [_lookup(keys.lookup, value) for value in values]
        wanted = dict(zip(reversed(lookups), reversed(values), strict=True))  # of two spellings the first is kept
        found = self._cache.found(keys.epoch, wanted) if self._cache else {}
        misses = {lookup: value for lookup, value in wanted.items() if lookup not in found}
        if misses:
            stored = self._stored(org_id, keys, misses)
            if self._cache:
                self._cache.keep(keys.epoch, stored)
            found |= stored
        return [found[lookup] for lookup in lookups]

    def _stored(self, org_id: str, keys: OrgKeys, wanted: Mapping[bytes, Value]) -> Found:
        """What the database has once all of these are in it: another process's tokens where that was first."""
        found: Found = {}
        for _ in range(MAX_RACES):
            found |= self._read(org_id, _without(wanted, found))
            new = [self._entry(org_id, keys, lookup, wanted[lookup]) for lookup in _without(wanted, found)]
            if new:
                found |= self._database.read(lambda connection, rows=new: _inserted(connection, rows))  # type: ignore[misc]  # no type for defaults
            if len(found) == len(wanted):
                return found
        raise Unavailable("the vault's entries are deleted as fast as they are made")

    def _read(self, org_id: str, lookups: Sequence[bytes]) -> Found:
        found: Found = {}
        for at in range(0, len(lookups), MAX_IN_STATEMENT):
            which = ENTRIES.c.lookup.in_(lookups[at : at + MAX_IN_STATEMENT])
            query = select(ENTRIES.c.lookup, ENTRIES.c.token).where(ENTRIES.c.org_id == org_id, which)
            found |= self._database.read(lambda connection, query=query: _by_lookup(connection.execute(query)))  # type: ignore[misc]  # no type for defaults
        return found

    def _entry(self, org_id: str, keys: OrgKeys, lookup: bytes, value: Value) -> dict[str, object]:
        token = self._mint(value.type)
        return {
            "org_id": org_id,
            "lookup": lookup,
            "type": value.type,
            "token": token,
            "ciphertext": seal(keys.data, value.value.encode("utf-8", "surrogatepass"), org_id, value.type, token),
            "key_id": keys.data_id,
            "created_at": self._clock.now(),
        }

    def close(self) -> None:
        """Idempotent."""
        self._database.close()
        if self._cache:
            self._cache.close()


def _lookup(key: bytes, value: Value) -> bytes:
    return hmac.digest(key, f"{value.type}\0{value.spelling}".encode("utf-8", "surrogatepass"), "sha256")


def _without(wanted: Iterable[bytes], found: Found) -> list[bytes]:
    """In one order everywhere: two statements that insert the same in different orders would wait for each other."""
    return sorted(lookup for lookup in wanted if lookup not in found)


def _inserted(connection: Connection, rows: Sequence[Mapping[str, object]]) -> Found:
    """Those of the rows that were not there: of others the look-up was, or, once in a billion billion, the token."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(ENTRIES).on_conflict_do_nothing().returning(ENTRIES.c.lookup, ENTRIES.c.token)
    return _by_lookup(connection.execute(statement, rows))


def _by_lookup(rows: Iterable[Any]) -> Found:
    return {bytes(lookup): token for lookup, token in rows}


@contextmanager
def _needed() -> Iterator[None]:
    """To whoever needs a token, the database being away is the vault being away."""
    try:
        yield
    except Unavailable as error:
        raise VaultUnavailable(f"no pseudonyms: {error}") from error
