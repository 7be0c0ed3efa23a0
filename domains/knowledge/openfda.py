"""Labels of drugs, as openFDA serves them: https://open.fda.gov/apis/drug/label/."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import httpx
import msgspec
from msgspec import Struct, field

from domains.knowledge.base import LABEL_SECTIONS, Answer, Label, searchable
from domains.knowledge.http import Service
from domains.knowledge.source import Source

TTL_S = 86_400
_MOST_LABELS = 10
_NAMES = ("openfda.generic_name", "openfda.brand_name", "openfda.substance_name")


class _Identity(Struct):
    generic_name: list[str] = []
    substance_name: list[str] = []


class _Product(Struct):
    set_id: str | None = None
    effective_time: str = ""
    openfda: _Identity = field(default_factory=_Identity)
    boxed_warning: list[str] = []
    indications_and_usage: list[str] = []
    dosage_and_administration: list[str] = []
    contraindications: list[str] = []
    warnings_and_cautions: list[str] = []
    warnings: list[str] = []
    drug_interactions: list[str] = []
    pregnancy: list[str] = []
    pediatric_use: list[str] = []
    geriatric_use: list[str] = []
    overdosage: list[str] = []


class _Products(Struct):
    results: list[_Product]


class _Problem(Struct):
    code: Literal["NOT_FOUND"]


class _NothingFound(Struct):
    error: _Problem


def service(url: str, api_key: str | None) -> Service:
    """OpenFDA at an address: 240 requests a minute, and 1,000 a day, or with a key 120,000.

    The key goes as the user of HTTP's basic authentication, which openFDA takes too: in the query it would be in the
    logs of every proxy.
    """
    auth = httpx.BasicAuth(api_key, "") if api_key else None
    credential = "METRONIS_KNOWLEDGE__OPENFDA_API_KEY" if api_key else ""
    return Service(name="openFDA", url=url, per_s=3.6, burst=20, auth=auth, credential=credential)


class OpenFda:
    """Labels of openFDA."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def label(self, drug: str) -> Answer[Label]:
        """See `domains.knowledge.base.Labels`."""
        term = searchable(drug).lower()
        return self._source.answer(("label", term), Answer[Label], lambda: self._label(term))

    def _label(self, term: str) -> Label | None:
        phrase = term.replace("\\", " ").replace('"', " ")
        asked = {
            "search": " OR ".join(f'{name}:"{phrase}"' for name in _NAMES),
            "sort": "effective_time:desc",
            "limit": str(_MOST_LABELS),
        }
        found = self._source.client.get("/drug/label.json", asked, _Products, _says_nothing_found)
        if not found or not found.results:
            return None
        return _label(term, min(found.results, key=lambda each: len(each.openfda.substance_name)))


def _label(term: str, product: _Product) -> Label:
    texts: dict[str, list[str]] = {name: getattr(product, name) for name in LABEL_SECTIONS}
    sections = {name: "\n".join(paragraphs) for name, paragraphs in texts.items() if paragraphs}
    drug = ", ".join(product.openfda.generic_name).lower() or term
    return Label(drug, sections, product.set_id, _day(product.effective_time))


def _day(text: str) -> date | None:
    """The date in `20240131`."""
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007  # a date has no zone
    except ValueError:
        return None


def _says_nothing_found(status: int, body: bytes) -> bool:
    try:
        msgspec.json.decode(body, type=_NothingFound)
    except ValueError:
        return False
    return status == 404
