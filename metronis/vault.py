"""Opens the vault that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from metronis.clock import Clock
from metronis.errors import MetronisError, Misconfigured
from metronis.secret import kept_secret
from metronis.settings import Settings
from monitoring.metrics import VAULT_CACHE_FAILURES

if TYPE_CHECKING:  # loading SQLAlchemy takes a quarter of a second, which most commands do without
    from storage.control.database import Database
    from storage.vault.custody import Custody
    from storage.vault.sealing import MasterKeys
    from storage.vault.shared_cache import SharedCache
    from storage.vault.vault import Vault

DATABASE_FILE = "control.db"
MASTER_KEY_FILE = "vault.key"


def open_vault(settings: Settings, clock: Clock) -> Vault:
    """The vault, its tables brought up to date.

    Raises Misconfigured where it cannot be opened or was made with another master key.
    """
    from processors.sanitize.pseudonyms.vaulted import random_token
    from storage.vault.vault import Vault

    masters = master_keys(settings)
    cache = _shared_cache(settings, clock)
    with _database(settings) as database:
        return Vault(database, masters, clock, random_token, cache)


def open_custody(settings: Settings, clock: Clock) -> Custody:
    """The same for revealing, rotating and forgetting."""
    from storage.vault.custody import Custody

    masters = master_keys(settings)
    with _database(settings) as database:
        return Custody(database, masters, clock)


def master_keys(settings: Settings) -> MasterKeys:
    """The key that wraps all others, and older ones. Raises Misconfigured where there is none or it is too short."""
    from storage.vault.sealing import MasterKeys

    older = [each.get_secret_value().encode() for each in settings.vault.older_master_keys]
    given = settings.vault.master_key
    if given is not None:
        return MasterKeys(given.get_secret_value().encode(), *older)
    if settings.vault.url is not None:
        raise Misconfigured(
            "the vault's key is not kept in its database: set METRONIS_VAULT__MASTER_KEY, the same for all that use "
            "the vault at METRONIS_VAULT__URL"
        )
    return MasterKeys(kept_secret(settings.data_dir / MASTER_KEY_FILE), *older)


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    """Open, and closed again where what is to use it fails to start."""
    from storage.control.database import open_database

    given = settings.vault.url
    if given is None and settings.kafka.bootstrap_servers:
        raise Misconfigured(
            "workers on several machines must share one vault: set METRONIS_VAULT__URL to a PostgreSQL database and "
            "METRONIS_VAULT__MASTER_KEY, the same for all; or let no domain's policy ask for one (`pseudonyms: keyed`)"
        )
    database = open_database(given.get_secret_value() if given else f"sqlite:///{settings.data_dir / DATABASE_FILE}")
    try:
        yield database
    except MetronisError:
        database.close()
        raise


def _shared_cache(settings: Settings, clock: Clock) -> SharedCache | None:
    from storage.vault.shared_cache import SharedCache, connect

    given = settings.vault.redis_url
    return SharedCache(connect(given.get_secret_value()), clock, VAULT_CACHE_FAILURES.inc) if given else None
