"""Whose policy applies: the domain's, and on top of it what the organisation's own file says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from metronis.errors import Misconfigured
from processors.document import Document
from processors.sanitize.policy.custom import CustomRecognizer, Examples
from processors.sanitize.policy.policy import SanitizePolicy
from processors.sanitize.policy.spec import SanitizeSpec

DOMAINS = "domains"
"""Key of a policy file under which it says, by name, what is meant for one domain alone."""

_ORG_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class SanitizePolicies:
    """The policy of every organisation in every domain.

    domains: what each domain says. folder: has a file `<org_id>.yaml` for each organisation that wants something else;
    see `load_policy`. Raises Misconfigured naming file, line, key and mend.
    """

    def __init__(self, domains: Mapping[str, SanitizeSpec], folder: Path | None = None) -> None:
        self.domains = domains
        self._of_domain = {name: spec.policy(name) for name, spec in domains.items()}
        self._of_org = {
            (file.stem, domain): policy
            for file in (_files(folder) if folder else ())
            for domain, policy in load_policy(file, domains).items()
        }

    def use(self, org_id: str, file: Path) -> None:
        """Take this file for the organisation's, whatever the folder has. Raises as `load_policy` does."""
        self._of_org |= {(org_id, domain): policy for domain, policy in load_policy(file, self.domains).items()}

    def of(self, org_id: str, domain: str) -> SanitizePolicy:
        """Raises KeyError where there is no such domain."""
        return self._of_org.get((org_id, domain)) or self._of_domain[domain]

    def __iter__(self) -> Iterator[SanitizePolicy]:
        """Every policy that may apply to anything."""
        yield from self._of_domain.values()
        yield from self._of_org.values()


def load_policy(file: Path, domains: Mapping[str, SanitizeSpec]) -> dict[str, SanitizePolicy]:
    """What a policy file makes of the policy of each domain.

    What it says is laid over the section of the domain, maps key by key, and what it says of it below `domains` over
    both. Raises Misconfigured naming file, line, key and mend.
    """
    document = Document.read(file)
    own = document.content.get(DOMAINS) or {}
    if not isinstance(own, dict):
        raise Misconfigured(f"{_at(document, [DOMAINS])}: is no map; give the names of domains as keys below it")
    for name in own:
        if name not in domains:
            near = get_close_matches(str(name), domains, n=1)
            raise Misconfigured(
                f"{_at(document, [DOMAINS, name])}: no domain is called {name!r}; "
                + (f"did you mean {near[0]}?" if near else f"there are {', '.join(domains)}")
            )
    return {name: _policy(document, spec, name) for name, spec in domains.items()}


def _policy(document: Document, spec: SanitizeSpec, domain: str) -> SanitizePolicy:
    general = {key: value for key, value in document.content.items() if key != DOMAINS}
    own = (document.content.get(DOMAINS) or {}).get(domain) or {}
    content = _laid_over(_laid_over(spec.model_dump(exclude_unset=True), general), own)
    try:
        laid = SanitizeSpec.model_validate(content)
    except ValidationError as error:
        raise Misconfigured("; ".join(_problem(document, domain, each) for each in error.errors())) from error
    return laid.policy(f"{document.file.stem}/{domain}")


def _laid_over(below: Any, above: Any) -> Any:
    """Maps key by key; anything else above hides what is below."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{key: _laid_over(below.get(key), value) for key, value in above.items()}}


def _problem(document: Document, domain: str, error: ErrorDetails) -> str:
    path = [part for part in error["loc"] if part != "[key]"]
    if document.has([DOMAINS, domain, *path]):
        path = [DOMAINS, domain, *path]
    return f"{_at(document, path)}: {_words(error)}"


def _words(error: ErrorDetails) -> str:
    if error["type"] != "extra_forbidden":
        return error["msg"].removeprefix("Value error, ")
    known = {*SanitizeSpec.model_fields, *CustomRecognizer.model_fields, *Examples.model_fields, DOMAINS}
    near = get_close_matches(str(error["loc"][-1]), known, n=1)
    return "is no key here; " + (f"did you mean {near[0]}?" if near else "leave it out")


def _at(document: Document, path: list[str | int]) -> str:
    return f"{document.file}, line {document.line(path)}: {'.'.join(map(str, path))}"


def _files(folder: Path) -> list[Path]:
    """Raises Misconfigured where the folder is none, or has a file that belongs to no organisation."""
    if not folder.is_dir():
        raise Misconfigured(f"{folder} is no folder; make it, or leave METRONIS_SANITIZE__POLICIES out")
    files = sorted(file for file in folder.iterdir() if not file.name.startswith("."))
    for file in files:
        if file.suffix != ".yaml" or not _ORG_ID.fullmatch(file.stem):
            raise Misconfigured(f"{file}: a policy is called by its organisation's id, as in acme.yaml; rename it")
    return files
