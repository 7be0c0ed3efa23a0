"""Sums of one trade: profit, return and value from quantity and prices."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domains.trading.records import number
from domains.trading.sums.parts import AMOUNT, MAX_CHARS, MONEY, PERCENT, Wrong, amounts, near, told
from processors.subject import Subject

_WITHIN = r"(?:[^.;\n]|\.(?=\d)){0,60}?"
_QUANTITY = re.compile(
    r"(?<![\w.,$])(\d[\d,]{0,10}+) (?:(?!an? |per )[a-z]{1,12} )?(?:shares?|contracts?|coins?|units?|barrels?"
    r"|ounces?)\b"
)
_BUY = re.compile(
    r"\b(?:bought|buy(?:ing)?|purchased?|acquired|entered|entry price|cost basis|long|cover(?:ed|ing)?)\b"
    rf"{_WITHIN}(?:\bat\b|@|\bof\b|\bprice\b|:)\s{{0,2}}{MONEY}"
)
_SELL = re.compile(
    r"(?:\b(?:sold|sell(?:ing)?|exited|exit price|closed(?: out)?|shorted|short|liquidated)\b"
    rf"{_WITHIN}(?:\bat\b|@|\bof\b|\bprice\b|:|\bfor\b)|\bnow(?: (?:at|worth|trad(?:es|ing) at))?)\s{{0,2}}{MONEY}"
)
_PROFIT = re.compile(
    r"\b(?P<verb>profit|gain|loss|p&l|pnl|p/l|made|lost|earned?|netted)\b"
    r"(?: (?:on|for|over|across) (?:the |your |all )?\d[\d,]{0,10} (?:shares?|units?"
    r"|coins?))?[^.;\n\d$]{0,40}?(?P<money>[$€£]|usd )?\s?"
    rf"(?P<amount>{AMOUNT})"
    r"(?P<after>\s?(?:%|percent|per share|a share|/share|each|dollars?|usd|shares?|contracts?|[km]\b|million|billion"
    r"|x\b|×|-)?)"
)
_RETURN = re.compile(
    r"\b(?:returns?|gain(?:ed|s)?|profit|roi|increase[ds]?|rise|rose|up|appreciat\w{1,6}|loss|decline[ds]?|fell"
    rf"|drop(?:ped)?|down|decrease[ds]?)\b[^.;\n\d$]{{0,30}}?(?P<percent>{PERCENT})\s?(?:%|percent)"
)
_VALUE = re.compile(
    r"\b(?P<count>\d[\d,]{0,10}+) (?:[\w.]{1,12} )?(?:shares?|units?)\b[^.;\n\d]{0,30}?(?:\bat\b|@|×|\bx\b)\s{0,2}"
    rf"{MONEY}[^.;\n\d]{{0,30}}?(?:=|\bworth\b|\btotal(?:s|ing)?\b|\bcosts?\b|\bcomes (?:out )?to\b"
    r"|\b(?:notional|value)(?: value)? (?:of|is)\b)[^.;\n\d]{0,20}?"
    rf"[$€£]?\s?(?P<value>{AMOUNT})(?!\s?(?:%|percent|[km]\b|million|billion))"
)
_OTHER_COUNT = re.compile(r"contract|million|billion|thousand")
_ADJUSTED = re.compile(
    r"\b(?:after (?:the )?(?:fee|commission|tax|cost)|net of|commissions? of|fees? of|dividends?|slippage|financing"
    r"|interest|split|premium|strike|contracts?|options?|calls?|puts?|futures|margin|tax(?:es)?|break-?even|target"
    r"|stop|if it|if the|would|could|expected|unreali[sz]ed)\b"
)
_RESULTS = frozenset(
    "profit profits gain gains loss losses p pnl made lost earn earned netted return returns roi up down".split()  # noqa: SIM905 - words
)


def of_trade(subject: Subject) -> Iterator[Wrong | None]:
    """Profit and return of the one trade that the conversation tells of; nothing where it tells of more."""
    if subject.output_vocabulary.isdisjoint(_RESULTS):
        return
    text = subject.output_folded[:MAX_CHARS]
    quantities, buys, sells = (amounts(pattern, told(subject)) for pattern in (_QUANTITY, _BUY, _SELL))
    if len(buys) != 1 or len(sells) != 1 or buys == sells or _ADJUSTED.search(told(subject)):
        return
    buy, sell = buys.pop(), sells.pop()
    if len(quantities) == 1:
        yield from _profit(text, quantities.pop(), sell - buy)
    stated = [match for match in _RETURN.finditer(text) if "annual" not in text[match.start() : match.end() + 20]]
    if stated and not any(near(float(match["percent"]), abs(sell / buy - 1) * 100, 0.6) for match in stated):
        what = f"From {buy:g} to {sell:g} is {sell / buy - 1:.2%}, not {stated[0]['percent']}%."
        yield Wrong("return", what, *stated[0].span())


def _profit(text: str, quantity: float, each: float) -> Iterator[Wrong | None]:
    stated = [match for match in _PROFIT.finditer(text) if _is_of_whole(match, quantity)]
    expected = quantity * each
    if not stated:
        return
    if not any(near(number(match["amount"]) or 0.0, abs(expected)) for match in stated):
        what = f"{quantity:,.10g} times {each:g} is {expected:,.10g}, not {stated[0]['amount']}."
        yield Wrong("profit", what, *stated[0].span())
    elif expected < 0 and "los" not in text and stated[0]["verb"] in ("profit", "gain", "made", "earned", "netted"):
        yield Wrong("profit", f"The trade lost {-expected:,.10g}.", *stated[0].span())
    else:
        yield None


def _is_of_whole(match: re.Match[str], quantity: float) -> bool:
    """Whether the amount after `profit` is of the whole trade: no percent, none per share, not the quantity itself."""
    after = match["after"].strip()
    if "per share" in match[0] or "a share" in match[0]:
        return False
    if after:
        return after in ("dollars", "dollar", "usd")
    return bool(match["money"]) or ("is" in match[0] and number(match["amount"]) != quantity)


def of_values(subject: Subject) -> Iterator[Wrong | None]:
    """`320 shares at $25 are worth $8,000`."""
    text = subject.output_folded[:MAX_CHARS]
    for match in _VALUE.finditer(text) if "share" in text or "unit" in text else ():
        count, price, value = number(match["count"]), number(match[2]), number(match["value"])
        if (
            count
            and price
            and value is not None
            and not _OTHER_COUNT.search(match[0])
            and not _ADJUSTED.search(match[0])
        ):
            what = f"{count:,.10g} at {price:g} are {count * price:,.10g}, not {value:,.10g}."
            yield None if near(value, count * price) else Wrong("value", what, *match.span())
