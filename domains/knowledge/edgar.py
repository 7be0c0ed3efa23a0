"""Companies and their filings, from the SEC's EDGAR: https://www.sec.gov/search-filings/edgar-application-programming-interfaces."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from domains.knowledge.base import Answer, Company, Filing, ReportedFact, searchable
from domains.knowledge.http import Service, is_not_found
from domains.knowledge.source import Source
from metronis.errors import Misconfigured, Reject

TTL_S = 3_600
_ARCHIVE = "https://www.sec.gov/Archives/edgar/data"
_MOST_CIK = 9_999_999_999
_CONCEPT = re.compile(r"[A-Za-z][A-Za-z0-9]{0,199}")


class _Listed(Struct):
    cik_str: int
    ticker: str
    title: str


class _Recent(Struct, rename="camel"):
    """Columns of equal length, newest first."""

    accession_number: list[str]
    filing_date: list[date]
    report_date: list[str]
    form: list[str]
    primary_document: list[str]

    def __post_init__(self) -> None:
        columns = (self.accession_number, self.filing_date, self.report_date, self.form, self.primary_document)
        if len({len(column) for column in columns}) > 1:
            raise ValueError("columns of unequal length")


class _Filings(Struct):
    recent: _Recent


class _Submissions(Struct):
    filings: _Filings


class _Reported(Struct):
    end: date
    val: float
    accn: str
    form: str
    filed: date


class _CompanyConcept(Struct):
    units: dict[str, list[_Reported]]


def service(url: str, contact: str | None) -> Service:
    """EDGAR's data at an address: 10 requests a second, by who says whom to write to; to others it answers 403.

    Raises Misconfigured where nobody is named.
    """
    if not contact:
        raise Misconfigured(
            "the SEC answers only those who say whom to write to; set METRONIS_KNOWLEDGE__EDGAR_CONTACT to an "
            "organisation and an e-mail address"
        )
    return Service(name="EDGAR", url=url, per_s=8, burst=2, headers={"User-Agent": f"Metronis Aegis {contact}"})


class Edgar:
    """Companies by ticker, from the index at `index_url`, and what they filed."""

    def __init__(self, source: Source, index_url: str) -> None:
        self._source = source
        self._index_url = index_url

    def company(self, ticker: str) -> Answer[Company]:
        """See `domains.knowledge.base.Companies`."""
        term = searchable(ticker).upper()
        index = self._source.answer(("index",), Answer[dict[str, Company]], self._index)
        return Answer((index.found or {}).get(term), index.source, index.retrieved_at, index.origin)

    def filings(self, cik: int, form: str | None = None) -> Answer[tuple[Filing, ...]]:
        """See `domains.knowledge.base.Filings`, for both of these."""
        cik = _checked(cik)
        asked = ("filings", str(cik), form or "")
        return self._source.answer(asked, Answer[tuple[Filing, ...]], lambda: self._filings(cik, form))

    def reported(self, cik: int, concept: str, unit: str = "USD") -> Answer[tuple[ReportedFact, ...]]:
        cik = _checked(cik)
        if not _CONCEPT.fullmatch(concept):
            raise Reject("a concept of US GAAP is one word of letters, such as Assets", field="concept")
        asked = ("reported", str(cik), concept, unit)
        return self._source.answer(asked, Answer[tuple[ReportedFact, ...]], lambda: self._reported(cik, concept, unit))

    def _index(self) -> dict[str, Company] | None:
        found = self._source.client.get(f"{self._index_url}/files/company_tickers.json", {}, dict[str, _Listed])
        listed = (found or {}).values()
        return {each.ticker.upper(): Company(each.cik_str, each.ticker, each.title) for each in listed}

    def _filings(self, cik: int, form: str | None) -> tuple[Filing, ...] | None:
        found = self._source.client.get(f"/submissions/CIK{cik:010d}.json", {}, _Submissions, is_not_found)
        if found is None:
            return None
        filed = found.filings.recent
        columns = (filed.accession_number, filed.form, filed.filing_date, filed.report_date, filed.primary_document)
        return tuple(
            Filing(accession, kind, day, date.fromisoformat(end) if end else None, _address(cik, accession, document))
            for accession, kind, day, end, document in zip(*columns, strict=True)
            if form in (None, kind)
        )

    def _reported(self, cik: int, concept: str, unit: str) -> tuple[ReportedFact, ...] | None:
        path = f"/api/xbrl/companyconcept/CIK{cik:010d}/us-gaap/{concept}.json"
        found = self._source.client.get(path, {}, _CompanyConcept, is_not_found)
        if found is None:
            return None
        return tuple(
            ReportedFact(each.val, unit, each.end, each.form, each.filed, each.accn)
            for each in found.units.get(unit, ())
        )


def _address(cik: int, accession: str, document: str) -> str:
    return f"{_ARCHIVE}/{cik}/{accession.replace('-', '')}/{document}"


def _checked(cik: int) -> int:
    if not 0 < cik <= _MOST_CIK:
        raise Reject("a Central Index Key has 1 to 10 digits", field="cik")
    return cik
