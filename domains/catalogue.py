"""The domains: those that come with the program, and those in a folder of the user's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from domains.domain import Domain, compiled, stamp_of
from domains.spec import DomainSpec
from metronis.errors import Misconfigured
from processors.document import Document
from processors.policy import Policies, Policy
from processors.wrong import nearest

DOMAINS: tuple[str, ...] = ("general", "healthcare", "legal", "mining", "robotics", "trading")
"""Folders beside this file, a domain after the one that it extends."""

FOLDER = Path(__file__).parent
SPEC = "spec.yaml"


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Domains by name, and what is wrong with those that could not be loaded. One may be in both: as it was before."""

    domains: Mapping[str, Domain]
    broken: Mapping[str, Misconfigured]

    @property
    def policies(self) -> Policies:
        """The policy of every domain."""
        return {name: domain.policy for name, domain in self.domains.items()}

    def domain(self, name: str) -> Domain:
        """Raises Misconfigured where there is none of that name, or it is wrong."""
        if name in self.broken:
            raise self.broken[name]
        if name not in self.domains:
            raise Misconfigured(f"no domain is called {name!r}; {nearest(name, self.domains)}")
        return self.domains[name]


def load_catalogue(folder: Path | None = None, last: Mapping[str, Domain] | None = None) -> Catalogue:
    """Load all domains, those of `folder` after the built-in ones. One that is wrong takes no other down.

    folder: has a folder with a `spec.yaml` for each domain of the user's; a folder that is not there has none. last: as
    they were loaded before; what has not changed is taken from there, and what has become wrong stays as it was.
    """
    last = last or {}
    domains: dict[str, Domain] = {}
    broken: dict[str, Misconfigured] = {}

    def note(name: str, error: Misconfigured) -> None:
        broken[name] = error
        if name in last:
            domains[name] = last[name]

    documents: dict[str, Document] = {}
    for file in spec_files(folder):
        name = file.parent.name
        try:
            documents[name] = last[name].layers.document if _unchanged(last.get(name), file) else Document.read(file)
        except Misconfigured as error:
            note(name, error)
    for name in _in_order(documents):
        before = last.get(name)
        try:
            if before and before.layers.document is documents[name] and _same_base(before, domains, last):
                domains[name] = before
            else:
                domains[name] = _loaded(documents[name], domains, documents)
        except Misconfigured as error:
            note(name, error)
    for file in _hidden(folder):
        broken[file.parent.name] = Misconfigured(f"{file}: a domain of this name comes with the program; rename yours")
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
    domain = compiled(Document.read(file), known)
    if domain.spec.name not in known:
        raise Misconfigured(f"{file}: no domain is called {domain.spec.name!r}; {nearest(domain.spec.name, known)}")
    return domain.policy


def spec_files(folder: Path | None) -> list[Path]:
    """The files of all domains."""
    built_in = [FOLDER / name / SPEC for name in DOMAINS]
    return [*built_in, *(file for file in _files(folder) if file.parent.name not in DOMAINS)]


def _files(folder: Path | None) -> list[Path]:
    return sorted(folder.glob(f"*/{SPEC}")) if folder is not None and folder.is_dir() else []


def _hidden(folder: Path | None) -> list[Path]:
    """Files of domains of the user's that have the name of a built-in one."""
    if folder is not None and folder.resolve() == FOLDER.resolve():
        return []
    return [file for file in _files(folder) if file.parent.name in DOMAINS]


def _in_order(documents: Mapping[str, Document]) -> Iterator[str]:
    """Each after the one that it extends; those that extend one another in a circle come last."""
    waiting = dict(documents)
    while waiting:
        ready = [name for name, document in waiting.items() if document.content.get("extends") not in list(waiting)]
        for name in ready or list(waiting):
            del waiting[name]
            yield name


def _unchanged(domain: Domain | None, file: Path) -> bool:
    return domain is not None and domain.stamp == stamp_of(file)


def _same_base(domain: Domain, domains: Mapping[str, Domain], last: Mapping[str, Domain]) -> bool:
    return domain.extends is None or domains.get(domain.extends) is last.get(domain.extends)


def _loaded(document: Document, loaded: Mapping[str, Domain], documents: Mapping[str, Document]) -> Domain:
    """Raises Misconfigured where the file is wrong, or what it extends, or it is called otherwise than its folder."""
    extended = document.content.get("extends")
    if isinstance(extended, str) and extended in documents and extended not in loaded:
        where = f"{document.file}, line {document.line(['extends'])}: extends"
        raise Misconfigured(f"{where}: {extended!r} is wrong itself, or extends this one in turn; mend it first")
    folder = document.file.parent.name
    domain = compiled(document, loaded, shipped=folder in DOMAINS)
    if domain.spec.name != folder:
        where = domain.layers.where(["name"])
        raise Misconfigured(f"{where}: is {domain.spec.name!r} but the folder is {folder!r}; make them equal")
    return domain
