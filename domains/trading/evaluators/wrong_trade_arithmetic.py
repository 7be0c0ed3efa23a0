"""Wrong trade arithmetic: profits, returns, values and growth that do not follow from the numbers beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.trading.finding import HELD, finding
from domains.trading.records import records
from domains.trading.sums.averages import of_average
from domains.trading.sums.equations import of_equations
from domains.trading.sums.growth import of_annualised, of_asked_change, of_changes, of_growth, of_portions
from domains.trading.sums.parts import Wrong
from domains.trading.sums.records import of_record
from domains.trading.sums.trades import of_trade, of_values
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject
from schemas.evaluation import Evidence

_OF_TEXT = (
    of_equations,
    of_trade,
    of_changes,
    of_asked_change,
    of_values,
    of_average,
    of_portions,
    of_growth,
    of_annualised,
)


@dataclass(frozen=True, kw_only=True)
class WrongTradeArithmetic(Evaluator):
    """Works out again what an output says: equations, profit and return of a trade, change from one price to another,
    value of a position, compound growth, annualised return; and profits and values among the attributes.

    Where several trades, fees or hypothetical prices are told of, the text is not judged. Abstains where nothing can be
    worked out.
    """

    name: ClassVar[str] = "wrong_trade_arithmetic"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "incorrect_answer"
    cites: ClassVar[tuple[str, ...]] = ("finra_2210",)

    def evaluate(self, subject: Subject) -> Result:
        checked = False
        for wrong in _checks(subject):
            checked = True
            if wrong:
                places = (Evidence("output", wrong.start, wrong.end),) if wrong.end else ()
                return finding("high", wrong.label, wrong.what, *places)
        return HELD if checked else Abstain("nothing can be worked out again")


def _checks(subject: Subject) -> Iterator[Wrong | None]:
    """One element for each sum: what is wrong with it, or None."""
    for record in records(subject):
        yield from of_record(record)
    if any(map(str.isdigit, subject.output_text)):
        for of_text in _OF_TEXT:
            yield from of_text(subject)
