"""Secrets that the settings need not give: made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from metronis.errors import Misconfigured
from metronis.settings import Settings

SECRET_BYTES = 32


def master_secret(settings: Settings) -> bytes:
    """The secret that pseudonyms are keyed with. Without it those of one run would not be those of the next."""
    given = settings.sanitize.secret
    if given is not None:
        if len(given.get_secret_value()) < 16:
            raise Misconfigured("METRONIS_SANITIZE__SECRET is shorter than 16 characters; give a longer one")
        return given.get_secret_value().encode()
    if settings.kafka.bootstrap_servers:
        raise Misconfigured(
            "workers on several machines must give the same pseudonyms: set METRONIS_SANITIZE__SECRET to one secret of "
            "16 characters or more, the same for all"
        )
    return kept_secret(settings.data_dir / "pseudonym.secret")


def kept_secret(file: Path) -> bytes:
    """What the file has, 32 bytes. It is made where it is missing, and never made up twice.

    Raises Misconfigured where it is damaged.
    """
    if not file.exists():
        _make(file)
    secret = file.read_bytes()
    if len(secret) != SECRET_BYTES:
        wrong = f"{len(secret)} bytes instead of {SECRET_BYTES}"
        raise Misconfigured(f"{file} is damaged: {wrong}; restore it from a backup")
    return secret


def _make(file: Path) -> None:
    """Write a whole file first and give it its name last; where two processes race, the first name wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(secrets.token_bytes(SECRET_BYTES))
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
