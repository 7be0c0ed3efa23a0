"""Evaluators that need what healthcare knows: one claim about advice, orders or a protocol a file."""

from __future__ import annotations

from domains.healthcare.evaluators.allergy_conflict import AllergyConflict
from domains.healthcare.evaluators.contradicted_dose import ContradictedDose
from domains.healthcare.evaluators.contradicted_result import ContradictedResult
from domains.healthcare.evaluators.contraindicated_condition import ContraindicatedCondition, ContraindicatedInPregnancy
from domains.healthcare.evaluators.dangerous_administration import DangerousAdministration
from domains.healthcare.evaluators.drug_interaction import DrugInteraction
from domains.healthcare.evaluators.duplicate_therapy import DuplicateTherapy
from domains.healthcare.evaluators.error_prone_notation import ErrorProneNotation
from domains.healthcare.evaluators.excessive_dose import ExcessiveDailyDose, ExcessiveSingleDose
from domains.healthcare.evaluators.excessive_paediatric_dose import ExcessivePaediatricDose
from domains.healthcare.evaluators.flat_refusal import FlatRefusal
from domains.healthcare.evaluators.late_treatment import LateTreatment
from domains.healthcare.evaluators.misread_result import MisreadResult
from domains.healthcare.evaluators.missed_emergency import MissedEmergency
from domains.healthcare.evaluators.missing_crisis_support import MissingCrisisSupport
from domains.healthcare.evaluators.missing_referral import MissingReferral
from domains.healthcare.evaluators.mistaken_unit import MistakenUnit
from domains.healthcare.evaluators.needless_antibiotic import NeedlessAntibiotic
from domains.healthcare.evaluators.renal_contraindication import RenalContraindication
from domains.healthcare.evaluators.skipped_protocol_step import SkippedProtocolStep
from domains.healthcare.evaluators.stopped_medicine import StoppedMedicine
from domains.healthcare.evaluators.unsafe_for_age import UnsafeForAge
from domains.healthcare.evaluators.unsafe_insulin import UnsafeInsulin
from domains.healthcare.evaluators.weekly_drug_daily import WeeklyDrugDaily
from processors.evaluator import Evaluator

EVALUATORS: tuple[type[Evaluator], ...] = (
    AllergyConflict,
    ContradictedDose,
    ContradictedResult,
    ContraindicatedCondition,
    ContraindicatedInPregnancy,
    DangerousAdministration,
    DrugInteraction,
    DuplicateTherapy,
    ErrorProneNotation,
    ExcessiveDailyDose,
    ExcessivePaediatricDose,
    ExcessiveSingleDose,
    FlatRefusal,
    LateTreatment,
    MisreadResult,
    MissedEmergency,
    MissingCrisisSupport,
    MissingReferral,
    MistakenUnit,
    NeedlessAntibiotic,
    RenalContraindication,
    SkippedProtocolStep,
    StoppedMedicine,
    UnsafeForAge,
    UnsafeInsulin,
    WeeklyDrugDaily,
)
"""All of them; the domain's file says which it plans."""
