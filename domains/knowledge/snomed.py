"""SNOMED CT through any FHIR R4 terminology server, such as Snowstorm or Ontoserver.

Operations: https://hl7.org/fhir/R4/terminology-service.html; implicit value sets: https://hl7.org/fhir/R4/snomedct.html.
Its hierarchy is licensed, so this program ships none and knows no server that all may use: the address is the user's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Literal

import msgspec
from msgspec import Struct, field

from domains.knowledge.base import Answer, Concept
from domains.knowledge.http import Parameters, Service
from domains.knowledge.source import Source
from metronis.errors import Reject

SYSTEM = "http://snomed.info/sct"
TTL_S = 7 * 86_400
_MOST_CONSTRAINT_CHARS = 1_000
_CODE = re.compile(r"[1-9][0-9]{5,17}")
_UNKNOWN = frozenset({"not-found", "code-invalid"})
_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})


class _Part(Struct, rename="camel"):
    name: str
    value_code: str | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    part: list[_Part] = []

    @property
    def text(self) -> str:
        return self.value_code or self.value_string or ""


class _Parameters(Struct, rename="camel"):
    resource_type: Literal["Parameters"]
    parameter: list[_Part] = []


class _Contained(Struct):
    code: str
    display: str = ""
    inactive: bool = False


class _Expansion(Struct):
    contains: list[_Contained] = []


class _ValueSet(Struct, rename="camel"):
    resource_type: Literal["ValueSet"]
    expansion: _Expansion = field(default_factory=_Expansion)


class _Issue(Struct):
    code: str = ""


class _Outcome(Struct, rename="camel"):
    resource_type: Literal["OperationOutcome"]
    issue: list[_Issue] = []


def service(url: str, token: str | None) -> Service:
    """A FHIR server at an address, which is asked 10 times a second; nobody publishes a limit for all of them."""
    headers = {"Accept": "application/fhir+json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    credential = "METRONIS_KNOWLEDGE__SNOMED_TOKEN" if token else ""
    return Service(name="SNOMED CT", url=url, per_s=8, burst=2, headers=headers, credential=credential)


class SnomedCt:
    """Concepts of the edition that the server has by default."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def concept(self, code: str) -> Answer[Concept]:
        """See `domains.knowledge.base.Terminology`, for all of these."""
        code = _checked(code)
        return self._source.answer(("concept", code), Answer[Concept], lambda: self._concept(code))

    def subsumes(self, ancestor: str, code: str) -> Answer[bool]:
        pair = _checked(ancestor), _checked(code)
        return self._source.answer(("subsumes", *pair), Answer[bool], lambda: self._subsumes(*pair))

    def descendants(self, code: str, most: int = 100) -> Answer[tuple[Concept, ...]]:
        asked = ("descendants", _checked(code), str(most))
        return self._source.answer(asked, Answer[tuple[Concept, ...]], lambda: self._descendants(code, most))

    def is_member(self, code: str, constraint: str) -> Answer[bool]:
        code = _checked(code)
        if len(constraint) > _MOST_CONSTRAINT_CHARS:
            raise Reject(f"a constraint has at most {_MOST_CONSTRAINT_CHARS:,} characters", field="constraint")
        asked = ("member", code, constraint)
        return self._source.answer(asked, Answer[bool], lambda: self._is_member(code, constraint))

    def _concept(self, code: str) -> Concept | None:
        asked: Parameters = {"system": SYSTEM, "code": code, "property": ["parent", "inactive"]}
        found = self._operation("CodeSystem/$lookup", asked)
        if found is None:
            return None
        display = next((each.text for each in found.parameter if each.name == "display"), "")
        properties = [_property(each.part) for each in found.parameter if each.name == "property"]
        parents = tuple(value.text for name, value in properties if name == "parent")
        inactive = any(value.value_boolean for name, value in properties if name == "inactive")
        return Concept(code, display, parents, active=not inactive)

    def _subsumes(self, ancestor: str, code: str) -> bool | None:
        asked: Parameters = {"system": SYSTEM, "codeA": ancestor, "codeB": code}
        found = self._operation("CodeSystem/$subsumes", asked)
        outcome = next((each.text for each in found.parameter if each.name == "outcome"), "") if found else None
        return None if outcome is None else outcome in ("subsumes", "equivalent")

    def _descendants(self, code: str, most: int) -> tuple[Concept, ...] | None:
        asked = {"url": _value_set(f"<{code}"), "count": str(most)}
        found = self._source.client.get("ValueSet/$expand", asked, _ValueSet, _says_unknown)
        if found is None:
            return None
        return tuple(Concept(each.code, each.display, active=not each.inactive) for each in found.expansion.contains)

    def _is_member(self, code: str, constraint: str) -> bool | None:
        asked: Parameters = {"url": _value_set(constraint), "system": SYSTEM, "code": code}
        found = self._operation("ValueSet/$validate-code", asked)
        return None if found is None else any(each.name == "result" and each.value_boolean for each in found.parameter)

    def _operation(self, path: str, asked: Parameters) -> _Parameters | None:
        return self._source.client.get(path, asked, _Parameters, _says_unknown)


def _checked(code: str) -> str:
    if not _CODE.fullmatch(code):
        raise Reject("a SNOMED CT code has 6 to 18 digits, the first of them not 0", field="term")
    return code


def _value_set(constraint: str) -> str:
    """The implicit value set of all that a constraint selects."""
    return f"{SYSTEM}?fhir_vs=ecl/{constraint}"


def _property(parts: Iterable[_Part]) -> tuple[str, _Part]:
    """Its name and value; Snowstorm calls the value's part after its type."""
    named = {"code" if each.name == "code" else "value": each for each in parts}
    return named.get("code", _Part("")).text, named.get("value", _Part(""))


def _says_unknown(status: int, body: bytes) -> bool:
    """Servers say so with 404, or with 400 or 422 and a reason. A 404 of what is no FHIR server says nothing."""
    try:
        outcome = msgspec.json.decode(body, type=_Outcome)
    except ValueError:
        return False
    known_by_reason = status in _REFUSED and any(each.code in _UNKNOWN for each in outcome.issue)
    return status == HTTPStatus.NOT_FOUND or known_by_reason
