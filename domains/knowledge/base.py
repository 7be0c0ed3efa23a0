"""What is asked of knowledge bases and what they answer, whoever answers: a snapshot table or a public service.

A protocol is one source's questions. Every question may block, on the network and for its turn, and raises

- Unavailable where the source could not be asked, or answered otherwise than it documents; ask again later,
- Backpressure where too many questions wait for their turn already,
- Reject where the term can be none of that source's, such as letters for a number,
- Misconfigured where a setting is missing or the source refuses the credentials.

"There is no such thing" is no error but an answer, whose `found` is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Literal, Protocol, TypeVar

from metronis.errors import Reject

T_co = TypeVar("T_co", covariant=True)

Origin = Literal["snapshot", "live", "cache"]

LABEL_SECTIONS = (
    "boxed_warning",
    "indications_and_usage",
    "dosage_and_administration",
    "contraindications",
    "warnings_and_cautions",
    "warnings",
    "drug_interactions",
    "pregnancy",
    "pediatric_use",
    "geriatric_use",
    "overdosage",
)
"""Sections of a label (21 CFR 201.57 and 201.66), by the names that openFDA gives them."""

MOST_TERM_CHARS = 200


@dataclass(frozen=True, slots=True)
class Answer(Generic[T_co]):
    """What a source said. `found` is None where it knows no such thing; `retrieved_at` is when it said so, in UTC."""

    found: T_co | None
    source: str
    retrieved_at: datetime
    origin: Origin


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug. `rxcui` is RxNorm's identifier, where known; `other_names` are its brands and synonyms."""

    name: str
    rxcui: str | None
    ingredients: tuple[str, ...]
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """What the label of a drug says: text by section, of LABEL_SECTIONS. `set_id` is its identifier at DailyMed."""

    drug: str
    sections: dict[str, str]
    set_id: str | None = None
    effective: date | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """A SNOMED CT concept; `parents` are the codes that it is a direct kind of, where the question gives them."""

    code: str
    display: str
    parents: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Company:
    """A company that files with the SEC, by its Central Index Key."""

    cik: int
    ticker: str
    name: str


@dataclass(frozen=True, slots=True)
class Filing:
    """A document filed with the SEC; `period_end` is the day that a periodic report closes on."""

    accession: str
    form: str
    filed: date
    period_end: date | None
    url: str


@dataclass(frozen=True, slots=True)
class ReportedFact:
    """A number from a filing, such as the revenue of the period that ends on a day."""

    value: float
    unit: str
    period_end: date
    form: str
    filed: date
    accession: str


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm that a representative works for, by its number in the Central Registration Depository."""

    crd: int
    name: str


@dataclass(frozen=True, slots=True)
class Registration:
    """What a regulator lets a representative do, and whether that is in force."""

    regulator: str
    status: str
    in_force: bool
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Representative:
    """A person registered with FINRA, by CRD number, with present employers."""

    crd: int
    name: str
    firms: tuple[Firm, ...] = ()
    registrations: tuple[Registration, ...] = ()


class Drugs(Protocol):
    """What is this drug?"""

    def drug(self, name: str) -> Answer[Drug]:
        """The drug of that name, brand or synonym, in any case."""
        ...

    def similar(self, name: str) -> Answer[tuple[str, ...]]:
        """Names spelt almost so, the nearest first; empty where none is near."""
        ...


class Labels(Protocol):
    """What does its label say?"""

    def label(self, drug: str) -> Answer[Label]:
        """The newest label of the drug of that name or brand; of the drug alone rather than of a combination."""
        ...


class Terminology(Protocol):
    """What does this code mean?"""

    def concept(self, code: str) -> Answer[Concept]:
        """The concept with its parents."""
        ...

    def subsumes(self, ancestor: str, code: str) -> Answer[bool]:
        """Whether `code` is `ancestor` or a kind of it; None where either is unknown."""
        ...

    def descendants(self, code: str, most: int = 100) -> Answer[tuple[Concept, ...]]:
        """Kinds of the concept, at any depth, without their parents; at most so many."""
        ...

    def is_member(self, code: str, constraint: str) -> Answer[bool]:
        """Whether the code is among those that an expression of SNOMED CT's Expression Constraint Language selects."""
        ...


class Companies(Protocol):
    """Who files with the SEC?"""

    def company(self, ticker: str) -> Answer[Company]:
        """The company with that ticker, in any case."""
        ...


class Filings(Protocol):
    """What was filed with the SEC?"""

    def filings(self, cik: int, form: str | None = None) -> Answer[tuple[Filing, ...]]:
        """Its latest filings, newest first; of one form such as `10-K` alone where that is given."""
        ...

    def reported(self, cik: int, concept: str, unit: str = "USD") -> Answer[tuple[ReportedFact, ...]]:
        """What it reported for a concept of US GAAP, such as `Assets`, as filed."""
        ...


class Representatives(Protocol):
    """Who may sell securities?"""

    def representative(self, crd: int) -> Answer[Representative]:
        """The registered representative with that CRD number."""
        ...


def searchable(term: str) -> str:
    """The term on one line. Raises Reject where it is empty or too long to be the name of anything."""
    line = " ".join(term.encode("utf-8", "ignore").decode().split())
    if not 0 < len(line) <= MOST_TERM_CHARS:
        raise Reject(f"a term has 1 to {MOST_TERM_CHARS} characters, not {len(line):,}", field="term")
    return line
