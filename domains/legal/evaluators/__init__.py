"""The evaluators that need what the legal domain knows."""

from __future__ import annotations

from domains.legal.evaluators.amount_mismatch import AmountMismatch
from domains.legal.evaluators.anachronistic_authority import AnachronisticAuthority
from domains.legal.evaluators.conflict_of_interest import ConflictOfInterest
from domains.legal.evaluators.contradictory_clauses import ContradictoryClauses
from domains.legal.evaluators.dangling_reference import DanglingReference
from domains.legal.evaluators.fabricated_citation import FabricatedCitation
from domains.legal.evaluators.impossible_citation import ImpossibleCitation
from domains.legal.evaluators.inconsistent_party import InconsistentParty
from domains.legal.evaluators.misattributed_statute import MisattributedStatute
from domains.legal.evaluators.misquotation import Misquotation
from domains.legal.evaluators.missing_clause import MissingClause
from domains.legal.evaluators.overruled_authority import OverruledAuthority
from domains.legal.evaluators.privilege_leak import PrivilegeLeak
from domains.legal.evaluators.unauthorised_practice import UnauthorisedPractice
from domains.legal.evaluators.undefined_term import UndefinedTerm
from domains.legal.evaluators.unredacted_filing import UnredactedFiling
from domains.legal.evaluators.unsupported_citation import UnsupportedCitation
from domains.legal.evaluators.wrong_arithmetic import WrongArithmetic
from domains.legal.evaluators.wrong_deadline import WrongDeadline
from domains.legal.evaluators.wrong_jurisdiction import WrongJurisdiction
from domains.legal.evaluators.wrong_time_limit import WrongTimeLimit
from processors.evaluator import Evaluator

EVALUATORS: tuple[type[Evaluator], ...] = (
    AmountMismatch,
    AnachronisticAuthority,
    ConflictOfInterest,
    ContradictoryClauses,
    DanglingReference,
    FabricatedCitation,
    ImpossibleCitation,
    InconsistentParty,
    MisattributedStatute,
    Misquotation,
    MissingClause,
    OverruledAuthority,
    PrivilegeLeak,
    UnauthorisedPractice,
    UndefinedTerm,
    UnredactedFiling,
    UnsupportedCitation,
    WrongArithmetic,
    WrongDeadline,
    WrongJurisdiction,
    WrongTimeLimit,
)
"""Those that `domains/legal/spec.yaml` may name."""
