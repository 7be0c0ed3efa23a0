"""One process opens the embedded engine: a lock on its folder that the kernel releases when the holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from metronis.errors import Misconfigured

FILE_NAME = "lock"


class FolderLock:
    """Held from construction until `release`. Raises Misconfigured, naming the holder, where another process has it.

    The file stays behind; only the kernel's lock on it counts. A forked child would share the lock: spawn instead.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Misconfigured(
                f"the store cannot be kept in {folder} ({error.strerror}); set METRONIS_DATA_DIR to another"
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 20).decode(errors="replace") or "that is just starting"
            os.close(file)
            raise Misconfigured(
                f"the store in {folder} is open in process {holder}; stop that process, ask its gateway instead, "
                "or set METRONIS_DATA_DIR to another folder"
            ) from None
        self._file = file
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let another process open the store. Idempotent."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
