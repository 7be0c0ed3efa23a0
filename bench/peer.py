"""Packages that a comparison wants beside our own pins, in a cache folder that only the comparison sees."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def peer_folder(requirements: Path) -> Path:
    """Where the packages of a complete list of pins are; the first call on a machine installs them.

    Raises RuntimeError where pip fails.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "metronis" / "peers"
    folder = cache / hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _install(requirements, folder)
    return folder


def _install(requirements: Path, folder: Path) -> None:
    """Through a neighbour and a rename, so that a folder that is there is complete."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as parent:
        partial = Path(parent) / "packages"
        command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
        command += ["--target", str(partial), "-r", str(requirements)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{requirements.name} could not be installed: {done.stderr[-2_000:]}")
        partial.rename(folder)
