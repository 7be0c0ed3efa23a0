"""Faust for the baseline, in a cache folder of its own that only the baseline's process sees."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("faust-requirements.txt")


def faust_folder() -> Path:
    """Where Faust is, to be put before all else on the path; the first call on a machine installs it.

    Raises RuntimeError where pip fails.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "metronis" / "faust"
    folder = cache / hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _install(folder)
    return folder


def _install(folder: Path) -> None:
    """Through a neighbour and a rename, so that a folder that is there is complete."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as parent:
        partial = Path(parent) / "packages"
        command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
        command += ["--target", str(partial), "-r", str(REQUIREMENTS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"Faust could not be installed: {done.stderr[-2_000:]}")
        partial.rename(folder)
