"""The list of domains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from domains.spec import DomainSpec, read_spec
from processors.policy import Policies

DOMAINS: tuple[str, ...] = ("general", "healthcare", "legal", "mining", "robotics", "trading")
"""Folders beside this file, a domain after the one that it extends."""


def load_specs() -> dict[str, DomainSpec]:
    """All domains by name. Raises Misconfigured naming the file that is wrong."""
    bases: dict[str, dict[str, Any]] = {}
    folder = Path(__file__).parent
    return {name: read_spec(folder / name, bases) for name in DOMAINS}


def load_policies() -> Policies:
    """The policy of every domain."""
    return {name: spec.policy() for name, spec in load_specs().items()}
