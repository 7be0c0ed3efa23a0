"""Answers in the shapes that the services document, short of what nobody here reads."""

from __future__ import annotations

from typing import Any

from tests.domains.knowledge.service import PublicService, Reply

RXCUI = "5640"
NOTHING_FOUND = Reply(404, b'{"error": {"code": "NOT_FOUND", "message": "No matches found!"}}')


def rxnorm_has_ibuprofen(service: PublicService) -> None:
    """As RxNav answers for `advil` and for `ibuprofen`."""
    service.gives("/REST/rxcui.json", {"idGroup": {"name": "advil", "rxnormId": [RXCUI]}})
    service.gives(f"/REST/rxcui/{RXCUI}/properties.json", {"properties": _properties(RXCUI, "ibuprofen", "IN")})
    brands = [_properties("153010", "Advil", "BN"), _properties("202488", "Motrin", "BN")]
    groups = [{"tty": "BN", "conceptProperties": brands}, {"tty": "IN"}]
    service.gives(f"/REST/rxcui/{RXCUI}/related.json", {"relatedGroup": {"rxcui": "", "conceptGroup": groups}})


def rxnorm_has_nothing(service: PublicService) -> None:
    """As RxNav answers for a name that it does not know."""
    service.gives("/REST/rxcui.json", {"idGroup": {"name": "ibuprofin"}})
    candidates = [
        {"rxcui": RXCUI, "rxaui": "1", "score": "9.7", "rank": "1", "name": "ibuprofen", "source": "RXNORM"},
        {"rxcui": RXCUI, "rxaui": "2", "score": "9.7", "rank": "1", "source": "GS"},
        {"rxcui": RXCUI, "rxaui": "3", "score": "9.7", "rank": "1", "name": "Ibuprofen", "source": "MTHSPL"},
    ]
    service.gives("/REST/approximateTerm.json", {"approximateGroup": {"inputTerm": None, "candidate": candidates}})


def _properties(rxcui: str, name: str, tty: str) -> dict[str, str]:
    other = {"synonym": "", "language": "ENG", "suppress": "N", "umlscui": ""}
    return {"rxcui": rxcui, "name": name, "tty": tty, **other}


def openfda_has_ibuprofen(service: PublicService) -> None:
    """A combination, newer, and the drug alone."""
    meta = {"disclaimer": "", "terms": "", "license": "", "last_updated": "2026-11-20"}
    combination = _label("combi", "20260301", ["FAMOTIDINE", "IBUPROFEN"], boxed_warning=["Of both."])
    alone = _label("alone", "20251130", ["IBUPROFEN"], warnings=["Allergy alert.", "Liver warning."], id="x")
    service.gives("/drug/label.json", {"meta": meta, "results": [combination, alone]})


def openfda_has_nothing(service: PublicService) -> None:
    service.gives("/drug/label.json", NOTHING_FOUND)


def _label(set_id: str, effective: str, substances: list[str], **sections: Any) -> dict[str, Any]:
    openfda = {"generic_name": [" AND ".join(substances)], "brand_name": ["X"], "substance_name": substances}
    return {"set_id": set_id, "effective_time": effective, "version": "3", "openfda": openfda, **sections}


def edgar_has_apple(service: PublicService) -> None:
    """Its index, submissions and one concept."""
    service.gives(
        "/files/company_tickers.json",
        {
            "0": {"cik_str": 320193, "ticker": "AAPL", "title": "Apple Inc."},
            "1": {"cik_str": 789019, "ticker": "MSFT", "title": "MICROSOFT CORP"},
        },
    )
    recent = {
        "accessionNumber": ["0000320193-25-000079", "0000320193-25-000071"],
        "filingDate": ["2025-10-31", "2025-10-30"],
        "reportDate": ["2025-09-27", ""],
        "acceptanceDateTime": ["2025-10-31T06:01:26.000Z", "2025-10-30T16:30:47.000Z"],
        "form": ["10-K", "8-K"],
        "primaryDocument": ["aapl-20250927.htm", "aapl-20251030.htm"],
    }
    service.gives("/submissions/CIK0000320193.json", {"cik": "0000320193", "filings": {"recent": recent, "files": []}})
    assets = {"end": "2024-09-28", "val": 364980000000, "accn": "0000320193-24-000123", "fy": 2024, "fp": "FY"}
    service.gives(
        "/api/xbrl/companyconcept/CIK0000320193/us-gaap/Assets.json",
        {"cik": 320193, "tag": "Assets", "units": {"USD": [{**assets, "form": "10-K", "filed": "2024-11-01"}]}},
    )


def finra_has(service: PublicService, crd: int, token_s: float = 1_800) -> None:
    """A representative who is made up, as the data set's fields are documented."""
    service.gives("/token", {"access_token": "token-1", "token_type": "Bearer", "expires_in": str(token_s)})
    registrations = [
        {
            "regulatorName": "FINRA",
            "isInactiveOrSuspended": "N",
            "regScope": "BD",
            "regDate": "2019-01-02",
            "status": "APPROVED",
            "categories": ["GS"],
        },
        {"regulatorName": "Texas", "isInactiveOrSuspended": "Y", "regScope": "BD", "status": "APPROVED"},
    ]
    individual = {
        "individualCrdNumber": crd,
        "firstName": "Pat",
        "middleName": None,
        "lastName": "Example",
        "employments": [
            {"firmCrdNumber": 11, "doingBusinessAsName": "Example Securities", "isActive": "Y"},
            {"firmCrdNumber": 12, "doingBusinessAsName": "Past Securities", "isActive": "N"},
        ],
        "registrations": registrations,
    }
    service.gives(f"/data/group/registration/name/registrationValidationIndividual/id/{crd}", individual)
