"""Compiled databases on disk: compiling takes seconds, reading a tenth of a millisecond."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

MAX_FILES = 64
"""Of which those read or written last stay: patterns change, and every set of recognisers has its own."""

_DIGEST_BYTES = 32


def default_folder() -> Path:
    """`metronis/patterns` in the user's cache folder (XDG_CACHE_HOME, or else ~/.cache)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "metronis" / "patterns"


class DatabaseCache:
    """Bytes by key, one file each, readable by the user alone.

    Never fails: what cannot be read is not there, what cannot be written is not kept. Processes may race, for a file
    appears whole. A file that is damaged, or that another user owns or may write to, is not there: the engine that
    runs a database trusts it.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or default_folder()

    def get(self, key: str) -> bytes | None:
        """What was put there, or None."""
        with suppress(OSError), (self._folder / key).open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.geteuid() or status.st_mode & 0o077:
                return None
            digest, content = file.read(_DIGEST_BYTES), file.read()
            if digest == _digest(content):
                os.utime(file.fileno())
                return content
        return None

    def put(self, key: str, content: bytes) -> None:
        """Keep it, if that is possible."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._folder)  # of mode 0600
            try:
                with open(descriptor, "wb") as file:
                    file.write(_digest(content) + content)
                os.replace(name, self._folder / key)
            except OSError:
                os.unlink(name)
                raise
            for path in sorted(self._folder.iterdir(), key=_last_used)[:-MAX_FILES]:
                path.unlink()


def _last_used(path: Path) -> float:
    return path.stat().st_mtime


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_DIGEST_BYTES).digest()
