"""The evaluators of mining: one claim a file, listed here by hand."""

from __future__ import annotations

from domains.mining.evaluators.failing_mine import FailingMine
from domains.mining.evaluators.poor_record_quality import CLAIMS, PoorRecordQuality
from processors.evaluator import Evaluator

EVALUATORS: tuple[type[Evaluator], ...] = (*CLAIMS, PoorRecordQuality, FailingMine)
