"""Which process a group member lives in, and whether that process is gone: a lease need not run out then."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

PROC = Path("/proc")


@cache
def machine() -> str:
    """This boot of this machine and its process namespace; empty where that cannot be told (not Linux)."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{(PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def identity() -> str:
    """This process among all that ever ran on this machine."""
    return f"{machine()}/{os.getpid()}/{_began(os.getpid())}"


def is_gone(process: str) -> bool:
    """Whether that process has surely ended; False where it runs or nothing can be told."""
    where, pid, began = process.rsplit("/", 2)
    return bool(where) and where == machine() and _began(int(pid)) != began


def _began(pid: int) -> str:
    """When the process began, in clock ticks since boot; empty where it has ended."""
    try:
        state, *fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in "ZX" else fields[18]
