"""The evaluators of mining: one claim a file, listed here by hand."""

from __future__ import annotations

from domains.mining.evaluators.accepted_hazard import AcceptedHazard
from domains.mining.evaluators.failing_mine import FailingMine
from domains.mining.evaluators.hazardous_reading import HazardousReading
from domains.mining.evaluators.inferred_as_reserve import InferredAsReserve
from domains.mining.evaluators.misplaced_decimal import MisplacedDecimal
from domains.mining.evaluators.misreckoned_incident_rate import MisreckonedIncidentRate
from domains.mining.evaluators.misreported_source import MisreportedSource
from domains.mining.evaluators.misstated_limit import MisstatedLimit
from domains.mining.evaluators.poor_record_quality import CLAIMS, PoorRecordQuality
from domains.mining.evaluators.unsafe_mining_advice import UnsafeMiningAdvice
from domains.mining.evaluators.wrong_metal_content import WrongMetalContent
from domains.mining.evaluators.wrong_unit_conversion import WrongUnitConversion
from processors.evaluator import Evaluator

EVALUATORS: tuple[type[Evaluator], ...] = (
    *CLAIMS,
    PoorRecordQuality,
    FailingMine,
    HazardousReading,
    WrongUnitConversion,
    WrongMetalContent,
    MisreckonedIncidentRate,
    MisplacedDecimal,
    MisreportedSource,
    InferredAsReserve,
    UnsafeMiningAdvice,
    AcceptedHazard,
    MisstatedLimit,
)
