"""The list of domains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from domains.spec import DomainSpec, read_spec, read_spec_file
from metronis.errors import Misconfigured
from processors.policy import Policies, Policy

DOMAINS: tuple[str, ...] = ("general", "healthcare", "legal", "mining", "robotics", "trading")
"""Folders beside this file, a domain after the one that it extends."""


def load_specs() -> dict[str, DomainSpec]:
    """All domains by name. Raises Misconfigured naming the file that is wrong."""
    return _read_all({})


def load_policies() -> Policies:
    """The policy of every domain."""
    return {name: spec.policy() for name, spec in load_specs().items()}


def load_policy_file(file: Path) -> Policy:
    """Another policy for a domain, from a domain file that may extend any domain here. Raises Misconfigured."""
    bases: dict[str, dict[str, Any]] = {}
    _read_all(bases)
    spec = read_spec_file(file, bases)
    if spec.name not in DOMAINS:
        raise Misconfigured(f"{file}: no domain is called {spec.name!r}; choose from {', '.join(DOMAINS)}")
    return spec.policy()


def _read_all(bases: dict[str, dict[str, Any]]) -> dict[str, DomainSpec]:
    folder = Path(__file__).parent
    return {name: read_spec(folder / name, bases) for name in DOMAINS}
