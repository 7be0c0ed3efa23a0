"""The generic T1 evaluators: one claim a file, listed here by hand."""

from __future__ import annotations

from processors.evaluator import Evaluator
from processors.evaluators.degenerate_output import DegenerateOutput
from processors.evaluators.harmful_response import HarmfulResponse
from processors.evaluators.incorrect_answer import IncorrectAnswer
from processors.evaluators.malformed_output import MalformedOutput
from processors.evaluators.refusal import Refusal
from processors.evaluators.self_contradiction import SelfContradiction
from processors.evaluators.ungrounded_answer import UngroundedAnswer
from processors.evaluators.unsafe_request import UnsafeRequest

EVALUATORS: tuple[type[Evaluator], ...] = (
    UnsafeRequest,
    HarmfulResponse,
    Refusal,
    MalformedOutput,
    DegenerateOutput,
    SelfContradiction,
    UngroundedAnswer,
    IncorrectAnswer,
)

_BY_NAME = {evaluator.name: evaluator for evaluator in EVALUATORS}


def by_name(name: str) -> type[Evaluator]:
    """The evaluator of that name. Raises KeyError, naming those that there are."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise KeyError(f"no evaluator is called {name!r}; there are {', '.join(_BY_NAME)}") from None
