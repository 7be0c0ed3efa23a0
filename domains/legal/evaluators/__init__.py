"""The evaluators of the legal domain: one claim a file, listed here by hand."""

from __future__ import annotations

from processors.evaluator import Evaluator

EVALUATORS: tuple[type[Evaluator], ...] = ()
