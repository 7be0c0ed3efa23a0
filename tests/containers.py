"""Whether containers can run here."""

from __future__ import annotations

import shutil
import subprocess

ANSWER_TIMEOUT_S = 10


def has_docker() -> bool:
    """Whether a Docker daemon answers: the client alone may be there without one."""
    docker = shutil.which("docker")
    if docker is None:
        return False
    try:
        asked = subprocess.run([docker, "version"], capture_output=True, timeout=ANSWER_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return False
    return asked.returncode == 0
