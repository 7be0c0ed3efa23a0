"""Brings the control plane's tables up to date: one Alembic history, applied whole or not at all."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine

from metronis.errors import Misconfigured

FOLDER = Path(__file__).parent / "migrations"

_ADVISORY_LOCK = 0x6D65_7472_6F6E_6973  # "metronis": processes that start together take turns


def migrate(engine: Engine) -> None:
    """Apply what has not been applied, in one transaction. Safe where several processes do it at once.

    Raises Misconfigured where the database has a migration that this version lacks, and DBAPIError.
    """
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # Python's driver begins none for CREATE TABLE
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise Misconfigured(
                "the control plane's database was migrated by a newer version of this program; run that version"
            ) from error
