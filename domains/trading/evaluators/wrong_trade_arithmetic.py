"""Wrong trade arithmetic: profits, returns, values and growth that do not follow from the numbers beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp
from typing import ClassVar

from domains.trading.equations import equations
from domains.trading.finding import HELD, finding
from domains.trading.records import Record, number, records
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject
from schemas.evaluation import Evidence

_MAX_CHARS = 20_000
_NUM = (
    r"(?:usd |us)?[$€£]?\s?(\d[\d,]{0,12}(?:\.\d{1,6})?)(?!\s?(?:%|percent|k\b|m\b|bn\b|million|billion|thousand"
    r"|[-–]\s?\d))"
)
_GAP = r"[^.;\n]{0,60}?"
_DOT_GAP = r"(?:[^.;\n]|\.(?=\d)){0,60}?"
_QUANTITY = re.compile(
    r"\b(\d[\d,]{0,10})\s+(?:[a-z]{1,12}\s+)?(?:shares?|contracts?|coins?|units?|barrels?|ounces?)\b"
)
_BUY = re.compile(
    rf"\b(?:bought|buy(?:ing)?|purchased?|acquired|entered|entry price|cost basis|long|covered"
    rf"|cover(?:ing)?)\b{_DOT_GAP}(?:\bat\b|@|\bof\b|\bprice\b|:)\s{{0,2}}{_NUM}"
)
_SELL = re.compile(
    rf"\b(?:sold|sell(?:ing)?|exited|exit price|closed(?: out)?|shorted|liquidated)\b{_DOT_GAP}(?:\bat\b|@|\bof\b"
    rf"|\bprice\b|:|\bfor\b)\s{{0,2}}{_NUM}"
)
_PROFIT = re.compile(
    rf"\b(?:profit|gain|loss|p&l|pnl|p/l|made|lost|earned?|netted"
    rf"|proceeds less cost)\b(?:[^.;\n\d$]{{0,40}}?)(?P<minus>[-−(]?)(?P<money>[$€£]|usd )?\s?"
    r"(?P<amount>\d[\d,]{0,12}(?:\.\d{1,6})?)(?P<after>\s?(?:%|percent|per share|a share|/share|each|dollars?|usd"
    r"|shares?|contracts?|k\b|m\b|million|billion|x\b|×|-)?)"
)
_RETURN = re.compile(
    r"\b(?:returns?|gain(?:ed|s)?|profit|roi|increase[ds]?|rise|rose|up|appreciat\w+|loss|decline[ds]?|fell"
    r"|drop(?:ped)?|down|decrease[ds]?)\b"
    r"(?:[^.;\n\d$]{0,30}?)(?P<minus>[-−]?)(?P<percent>\d{1,4}(?:\.\d{1,4})?)\s?(?:%|percent)"
)
_FROM_TO = re.compile(
    r"\bfrom\s+[$€£]?(?P<a>\d[\d,]{0,12}(?:\.\d{1,6})?)(?P<a_unit>\s?(?:%|percent|million|billion|k\b|m\b"
    r"|bn\b)?)\s+to\s+[$€£]?(?P<b>\d[\d,]{0,12}(?:\.\d{1,6})?)(?P<b_unit>\s?(?:%|percent|million|billion|k\b|m\b"
    r"|bn\b)?)"
)
_CHANGE = re.compile(r"(?P<percent>\d{1,4}(?:\.\d{1,4})?)\s?(?:%|percent)\s?(?!age)")
_VALUE = re.compile(
    rf"\b(?P<n>\d[\d,]{{0,10}})\s+(?:[\w.]{{1,12}}\s+)?(?:shares?|contracts?"
    rf"|units?)\b(?:[^.;\n\d]{{0,30}}?)(?:\bat\b|@|×|\bx\b)\s{{0,2}}{_NUM}(?:[^.;\n\d]{{0,30}}?)"
    r"(?:=|\bis worth\b|\bworth\b|\btotals?\b|\btotal(?:ing|s)? (?:of )?|\bcosts?\b|\bcomes to\b|\bcomes out to\b"
    r"|\bnotional (?:value )?(?:of|is)\b|\bvalue (?:of|is)\b)(?:[^.;\n\d]{0,20}?)"
    r"[$€£]?\s?(?P<v>\d[\d,]{0,14}(?:\.\d{1,4})?)(?!\s?(?:%|percent|k\b|m\b|million|billion))"
)
_GROWTH = re.compile(
    r"[$€£](?P<p>\d[\d,]{0,12}(?:\.\d{1,2})?)\b[^.;\n$]{0,60}?\b(?P<r>\d{1,2}(?:\.\d{1,3})?)\s?(?:%"
    r"|percent)[^;\n$]{0,60}?\b(?P<n>\d{1,2})[\s-]years?\b"
)
_GROWN = re.compile(
    r"\b(?:grows? (?:in)?to|worth|becomes?|reach(?:es)?|future value (?:of|is|would be|will be)|end up with"
    r"|would have|will have|balance of)\b[^.;\n\d]{0,25}[$€£](?P<v>\d[\d,]{0,14}(?:\.\d{1,2})?)(?!\s?(?:k\b|m\b"
    r"|million|billion))"
)
_ANNUAL = re.compile(
    r"[$€£](?P<a>\d[\d,]{0,12}(?:\.\d{1,2})?)\s+(?:grew |grows "
    r"|growing )?(?:in)?to\s+[$€£](?P<b>\d[\d,]{0,12}(?:\.\d{1,2})?)\b[^;\n]{0,40}?\b(?:over|in"
    r"|after)\s+(?P<n>\d{1,2})[\s-]years?"
)
_CAGR = re.compile(
    r"\b(?:cagr|compound annual growth(?: rate)?|annuali[sz]ed(?: return| growth(?: rate)?)?"
    r"|a year, compounded)\b[^.;\n\d]{0,30}(?P<r>\d{1,3}(?:\.\d{1,3})?)\s?%"
    r"|(?P<q>\d{1,3}(?:\.\d{1,3})?)\s?%\s+(?:cagr|annuali[sz]ed|compound annual)"
)
_ADJUSTED = re.compile(
    r"\b(?:after (?:the )?(?:fee|commission|tax|cost)|net of|commissions? of|fees? of|\w*\$?\d+ (?:in )?(?:fees?"
    r"|commissions?)|dividends?|slippage|financing|interest|split|premium|strike|"
    r"contracts?|options?|calls?|puts?|futures|margin|taxe?s?|short-term|long-term|break-?even|target|stop|if it"
    r"|if the|would|could|expected|unrealized|unrealised)\b"
)
_ADDED = re.compile(
    r"\b(?:month(?:ly)?|contribut\w+|add(?:ing)?|each year|every year|annual(?:ly)? deposit|inflation|withdraw\w*"
    r"|fees?|real)\b"
)
_PERIODS = (1, 2, 4, 12, 365)

Claim = tuple[str, str, int, int]
"""What is wrong: label, sentence, and where in the output it stands."""


@dataclass(frozen=True, kw_only=True)
class WrongTradeArithmetic(Evaluator):
    """Recomputes what an output says: written-out equations, profit and return of a trade, change from one price to another,
    value of a position, compound growth, annualised return; and profits and values among the attributes.

    Where several trades, fees or hypothetical prices are told of, the text is not judged. Abstains where nothing can be
    recomputed.
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
                label, what, start, end = wrong
                return finding("high", label, what, *((Evidence("output", start, end),) if end else ()))
        return HELD if checked else Abstain("nothing can be recomputed")


def _checks(subject: Subject) -> Iterator[Claim | None]:
    """One element for each thing recomputed: what is wrong with it, or None."""
    for record in records(subject):
        yield from _recorded(record)
    text = subject.output_folded[:_MAX_CHARS]
    if not any(map(str.isdigit, text)):
        return
    for equation in equations(subject.output_text):
        what = f"The output says {equation.said:,.10g}; it comes to {equation.worked:,.6g}."
        yield None if equation.holds else ("equation", what, equation.start, equation.end)
    yield from _trade(subject, text)
    yield from _changes(subject, text)
    yield from _values(text)
    yield from _growth(subject, text)
    yield from _annualised(subject, text)


def _trade(subject: Subject, text: str) -> Iterator[Claim | None]:
    """Profit and return of the one trade that the conversation tells of."""
    told = f"{subject.request_folded[:_MAX_CHARS]}\n{text}"
    quantities, buys, sells = (_values_of(pattern, told) for pattern in (_QUANTITY, _BUY, _SELL))
    if len(buys) != 1 or len(sells) != 1 or _ADJUSTED.search(told):
        return
    buy, sell = buys.pop(), sells.pop()
    if buy == sell or buy <= 0:
        return
    if len(quantities) == 1:
        yield from _profit(text, quantities.pop(), sell - buy)
    stated = [match for match in _RETURN.finditer(text) if "annual" not in text[match.start() : match.end() + 20]]
    if stated and not any(_near(float(match["percent"]), abs(sell / buy - 1) * 100, 0.6) for match in stated):
        what = f"From {buy:g} to {sell:g} is {sell / buy - 1:.2%}, not {stated[0]['percent']}%."
        yield "return", what, *stated[0].span()


def _profit(text: str, quantity: float, each: float) -> Iterator[Claim | None]:
    stated = [match for match in _PROFIT.finditer(text) if not _is_other(match, quantity)]
    if not stated:
        return
    expected = quantity * each
    amounts = [number(match["amount"]) or 0.0 for match in stated]
    if any(_near(amount, abs(expected), 0.5) for amount in amounts):
        wrong_way = next(
            (match for match in stated if expected < 0 and re.match(r"(?:profit|gain|made|earn)", match[0])), None
        )
        yield (
            None
            if wrong_way is None or "loss" in text
            else ("profit", f"The trade lost {abs(expected):,.10g}.", *wrong_way.span())
        )
    else:
        what = f"{quantity:,.10g} times {each:g} is {expected:,.10g}, not {amounts[0]:,.10g}."
        yield "profit", what, *stated[0].span()


def _is_other(match: re.Match[str], quantity: float) -> bool:
    """Whether the number after `profit` is none of the whole trade's: a percent, per share, or the quantity itself."""
    after = match["after"].strip()
    other = after and after not in ("dollars", "dollar", "usd")
    return (
        bool(other)
        or (not match["money"] and not after and number(match["amount"]) == quantity)
        or not (match["money"] or after or "is" in match[0])
    )


def _values_of(pattern: re.Pattern[str], text: str) -> set[float]:
    return {value for match in pattern.finditer(text) if (value := number(match[1]))}


def _near(said: float, worked: float, tolerance: float) -> bool:
    return abs(said - worked) <= max(tolerance, 0.005 * abs(worked))


def _changes(subject: Subject, text: str) -> Iterator[Claim | None]:
    """`from $50 to $55, a gain of 12%`, in one sentence with one such pair and one percentage."""
    for start, end in subject.output_sentences:
        pairs = list(_FROM_TO.finditer(text, start, end))
        shares = list(_CHANGE.finditer(text, start, end))
        if len(pairs) != 1 or len(shares) != 1 or "annual" in text[start:end] or "point" in text[start:end]:
            continue
        pair, said = pairs[0], float(shares[0]["percent"])
        a, b = number(pair["a"]), number(pair["b"])
        inside = pair.start() <= shares[0].start() < pair.end()
        if not a or b is None or inside or pair["a_unit"].strip() != pair["b_unit"].strip() or "%" in pair["a_unit"]:
            continue
        if not re.search(
            r"\b(?:ris|rose|gain|increas|grew|growth|up|fell|fall|drop|declin|decreas|down|return|jump|los|chang"
            r"|appreciat|move)",
            text[start:end],
        ):
            continue
        worked = abs(b / a - 1) * 100
        decimals = len(shares[0]["percent"].partition(".")[2])
        fits = abs(said - worked) <= max(0.5 * 10**-decimals, 0.02 * worked) + 0.05
        years = 1900 <= a <= 2100 and 1900 <= b <= 2100
        yield (
            None
            if fits or years
            else ("return", f"From {a:g} to {b:g} is {worked:.2f}%, not {said:g}%.", pair.start(), shares[0].end())
        )


def _values(text: str) -> Iterator[Claim | None]:
    for match in _VALUE.finditer(text):
        count, price, value = number(match["n"]), number(match[2]), number(match["v"])
        around = text[match.start() : match.end()]
        if not count or not price or value is None or "contract" in around or _ADJUSTED.search(around):
            continue
        fits = _near(value, count * price, 0.5)
        yield (
            None
            if fits
            else ("value", f"{count:,.10g} at {price:g} are {count * price:,.10g}, not {value:,.10g}.", *match.span())
        )


def _growth(subject: Subject, text: str) -> Iterator[Claim | None]:
    told = f"{subject.request_folded[:_MAX_CHARS]}\n{text}"
    given = {(match["p"], match["r"], match["n"]) for match in _GROWTH.finditer(told)}
    grown = list(_GROWN.finditer(text))
    if len(given) != 1 or not grown or _ADDED.search(told):
        return
    principal, rate, years = (number(part) or 0.0 for part in given.pop())
    rate /= 100
    amounts = [principal * (1 + rate / n) ** (n * years) for n in _PERIODS] + [
        principal * exp(rate * years),
        principal * (1 + rate * years),
    ]
    said = number(grown[-1]["v"]) or 0.0
    fits = any(abs(said - amount) <= 0.01 * amount for amount in amounts)
    what = f"{principal:,.10g} at {rate:.3g} a year for {years:g} years grow to {amounts[0]:,.0f}, not {said:,.10g}."
    yield None if fits else ("growth", what, *grown[-1].span())


def _annualised(subject: Subject, text: str) -> Iterator[Claim | None]:
    told = f"{subject.request_folded[:_MAX_CHARS]}\n{text}"
    pairs = {(match["a"], match["b"], match["n"]) for match in _ANNUAL.finditer(told)}
    rates = list(_CAGR.finditer(text))
    if len(pairs) != 1 or not rates:
        return
    a, b, years = (number(part) or 0.0 for part in pairs.pop())
    if a <= 0 or b <= 0 or years <= 0:
        return
    said = float(rates[-1]["r"] or rates[-1]["q"])
    worked = abs((b / a) ** (1 / years) - 1) * 100
    what = f"From {a:,.10g} to {b:,.10g} in {years:g} years is {worked:.2f}% a year, not {said:g}%."
    yield None if abs(said - worked) <= 0.3 else ("annualised", what, *rates[-1].span())


def _recorded(record: Record) -> Iterator[Claim | None]:
    """Profit and value that a record gives beside quantity and prices."""
    quantity = record.number("quantity", "qty", "shares")
    entry = record.number("entry_price", "buy_price", "open_price", "cost_price", "purchase_price")
    out = record.number("exit_price", "sell_price", "close_price", "sale_price")
    profit = record.number("realized_pnl", "realised_pnl", "pnl", "profit", "gross_pnl", "profit_loss", "p_l")
    multiplier = record.number("multiplier", "contract_multiplier", "contract_size")
    costs = sum(abs(record.number(name) or 0.0) for name in ("fees", "fee", "commission", "commissions", "costs"))
    if (
        None not in (quantity, entry, out, profit)
        and quantity
        and not ("currency_rate" in record.fields or "fx_rate" in record.fields)
    ):
        assert entry is not None and out is not None and profit is not None
        sign = (
            -1
            if record.text("side", "direction", "position") in ("short", "sell", "sell_short") and quantity > 0
            else 1
        )
        gross = sign * quantity * (out - entry) * (multiplier or 1.0)
        options = [
            gross,
            gross - costs,
            *([gross * 100, gross * 100 - costs] if multiplier is None and "contract" in str(record.fields) else []),
        ]
        fits = any(_near(profit, each, 0.5) for each in options)
        yield (
            None
            if fits
            else ("profit", f"The record says a profit of {profit:,.10g}; its prices give {options[1]:,.10g}.", 0, 0)
        )
    price = record.number("price", "market_price", "last_price")
    value = record.number("market_value", "position_value", "notional", "gross_amount")
    if (
        quantity
        and price
        and value
        and multiplier is None
        and not any(name in record.fields for name in ("strike", "expiry", "coupon", "fx_rate"))
    ):
        scales = (
            (1.0, 100.0, 0.01)
            if record.text("asset_class", "security_type", "instrument_type")
            in ("option", "options", "bond", "bonds", "future", "futures")
            else (1.0,)
        )
        fits = any(_near(abs(value), abs(quantity * price) * scale, 0.5) for scale in scales)
        yield (
            None
            if fits
            else ("value", f"{quantity:,.10g} at {price:g} are {quantity * price:,.10g}, not {value:,.10g}.", 0, 0)
        )
