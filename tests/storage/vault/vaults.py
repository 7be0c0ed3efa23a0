"""Vaults for tests: over any database, opened as often as there are processes."""

from __future__ import annotations

from metronis.clock import Clock, ManualClock
from processors.sanitize.pseudonyms.vaulted import random_token
from storage.control.database import Database, open_database
from storage.vault.custody import Custody
from storage.vault.sealing import MasterKeys
from storage.vault.shared_cache import SharedCache
from storage.vault.vault import Value, Vault

MASTER = b"a master key of the tests, 32 b."
OTHER_MASTER = b"another master key, 32 bytes long"

ANN = Value("PERSON", "ann smith", "Ann Smith")
BOB = Value("PERSON", "bob jones", "Bob Jones")


class Vaults:
    """One database. Everything that was opened is closed in the end."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = ManualClock()
        self._opened: list[Database] = []

    def database(self) -> Database:
        database = open_database(self.url)
        self._opened.append(database)
        return database

    def vault(
        self, masters: MasterKeys | None = None, cache: SharedCache | None = None, clock: Clock | None = None
    ) -> Vault:
        """What a worker opens."""
        return Vault(self.database(), masters or MasterKeys(MASTER), clock or self.clock, random_token, cache)

    def custody(self, masters: MasterKeys | None = None) -> Custody:
        """What the command line opens."""
        return Custody(self.database(), masters or MasterKeys(MASTER), self.clock)

    def close(self) -> None:
        for database in self._opened:
            database.close()
