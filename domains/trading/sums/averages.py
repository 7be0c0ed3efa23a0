"""Average prices: what a unit cost over several purchases or fills."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domains.trading.records import number
from domains.trading.sums.parts import AMOUNT, MAX_CHARS, Wrong
from processors.subject import Subject

_LOT = re.compile(
    rf"(?<![\w.,$])(?P<count>\d[\d,]{{0,10}}+)(?: (?:more )?(?:shares?|units?|coins?))?(?: at"
    rf"|\s?@) ?\$?(?P<price>{AMOUNT})"
)
_AVERAGE = re.compile(
    rf"\b(?:average (?:cost|price|entry|fill)|avg\.? (?:cost|price)|cost basis|vwap"
    rf"|weighted average)\b[^.;\n\d$]{{0,40}}\$?"
    rf"(?P<price>{AMOUNT})(?!\s?(?:%|shares|units))"
)
_TOLERANCE = 0.006  # of a price in cents


def of_average(subject: Subject) -> Iterator[Wrong | None]:
    """`100 at $40 and 300 at $44` in the request; their average, which weighs them by size, in the output."""
    text = subject.output_folded[:MAX_CHARS]
    if "average" not in text and "avg" not in text and "vwap" not in text and "cost basis" not in text:
        return
    request = subject.request_folded[:MAX_CHARS]
    lots = [(number(lot["count"]) or 0.0, number(lot["price"]) or 0.0) for lot in _LOT.finditer(request)]
    stated = list(_AVERAGE.finditer(text))
    count = sum(size for size, _ in lots)
    if (
        len(lots) < 2
        or len(stated) != 1
        or not count
        or any(word in request for word in ("sold", "sell", "fee", "split"))
    ):
        return
    worked, said = sum(size * price for size, price in lots) / count, number(stated[0]["price"]) or 0.0
    what = f"The average of {len(lots)} lots is {worked:,.4f}, not {said:,.10g}."
    fits = abs(said - worked) <= max(_TOLERANCE, 0.0005 * worked)
    yield None if fits else Wrong("average", what, *stated[0].span())
