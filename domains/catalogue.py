"""The domains: those that come with the program, and those in a folder of the user's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from domains.domain import Domain, read_domain
from domains.spec import DomainSpec
from metronis.errors import Misconfigured
from processors.document import Document
from processors.policy import Policies, Policy

DOMAINS: tuple[str, ...] = ("general", "healthcare", "legal", "mining", "robotics", "trading")
"""Folders beside this file, a domain after the one that it extends."""

FOLDER = Path(__file__).parent
SPEC = "spec.yaml"


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Domains by name, and what is wrong with those that could not be loaded."""

    domains: Mapping[str, Domain]
    broken: Mapping[str, Misconfigured]

    @property
    def policies(self) -> Policies:
        """The policy of every domain."""
        return {name: domain.policy for name, domain in self.domains.items()}


def load_catalogue(folder: Path | None = None, last: Mapping[str, Domain] | None = None) -> Catalogue:
    """Load all domains, those of `folder` after the built-in ones. One that is wrong takes no other down.

    folder: has a folder with a `spec.yaml` for each domain of the user's; a folder that is not there has none. last:
    stand in for domains that have become wrong.
    """
    domains: dict[str, Domain] = {}
    broken: dict[str, Misconfigured] = {}
    for file in spec_files(folder):
        name = file.parent.name
        try:
            domains[name] = _of_folder(read_domain(file, domains), file)
        except Misconfigured as error:
            broken[name] = error
            if last and name in last:
                domains[name] = last[name]
    return Catalogue(domains, broken)


def load_domains(folder: Path | None = None) -> dict[str, Domain]:
    """All domains by name. Raises Misconfigured naming file and line where one is wrong."""
    catalogue = load_catalogue(folder)
    for error in catalogue.broken.values():
        raise error
    return dict(catalogue.domains)


def load_specs(folder: Path | None = None) -> dict[str, DomainSpec]:
    """What every domain says. Raises as `load_domains`."""
    return {name: domain.spec for name, domain in load_domains(folder).items()}


def load_policies(folder: Path | None = None) -> Policies:
    """The policy of every domain. Raises as `load_domains`."""
    return {name: domain.policy for name, domain in load_domains(folder).items()}


def load_policy_file(file: Path, folder: Path | None = None) -> Policy:
    """Another policy for a domain, from a domain file that may extend any domain here. Raises Misconfigured."""
    known = load_domains(folder)
    domain = read_domain(file, known)
    if domain.spec.name not in known:
        raise Misconfigured(f"{file}: no domain is called {domain.spec.name!r}; choose from {', '.join(known)}")
    return domain.policy


def spec_files(folder: Path | None) -> list[Path]:
    """The files of all domains, each after the one that it extends."""
    built_in = [FOLDER / name / SPEC for name in DOMAINS]
    if folder is None or not folder.is_dir():
        return built_in
    own = sorted(file for file in folder.glob(f"*/{SPEC}") if file.parent.name not in DOMAINS)
    return built_in + list(_in_order(own))


def _in_order(files: list[Path]) -> Iterator[Path]:
    """Each after the one that it extends; those that extend one another in a circle come last."""
    extends = {file.parent.name: _extends(file) for file in files}
    waiting = list(files)
    while waiting:
        names = {file.parent.name for file in waiting}
        ready = [file for file in waiting if extends[file.parent.name] not in names] or waiting
        yield from ready
        waiting = [file for file in waiting if file not in ready]


def _extends(file: Path) -> str | None:
    try:
        return Document.read(file).content.get("extends")
    except Misconfigured:
        return None  # said again, and to the user, when it is loaded


def _of_folder(domain: Domain, file: Path) -> Domain:
    """Raises Misconfigured where the domain is called otherwise than its folder."""
    if domain.spec.name != file.parent.name:
        where = domain.layers.where(("name",))
        raise Misconfigured(f"{where}: is {domain.spec.name!r} but the folder is {file.parent.name!r}; make them equal")
    return domain
