"""Sums over time and of parts: change of a price, compound growth, annualised return, share of a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import exp

from domains.trading.records import number
from domains.trading.sums.parts import AMOUNT, MAX_CHARS, MONEY, PERCENT, Wrong, amounts, told
from processors.subject import Subject

_SCALE = r"\s?(?:%|percent|million|billion|[km]\b|bn\b)?"
_FROM_TO = re.compile(
    rf"\bfrom\s+[$€£]?(?P<a>{AMOUNT})(?P<a_scale>{_SCALE})\s+to\s+[$€£]?(?P<b>{AMOUNT})(?P<b_scale>{_SCALE})"
)
_CHANGE = re.compile(rf"(?P<percent>{PERCENT})\s?(?:%|percent(?!age))")
_CHANGES = re.compile(
    r"\b(?:ris|rose|gain|increas|grew|growth|up|fell|fall|drop|declin|decreas|down|return|jump|los|chang"
    r"|appreciat|move)"
)
_PRINCIPAL = re.compile(
    rf"[$€£](?P<principal>{AMOUNT})\b[^.;\n$]{{0,60}}?\b(?P<rate>\d{{1,2}}(?:\.\d{{1,3}})?)\s?(?:%|percent)"
    r"[^;\n$]{0,60}?\b(?P<years>\d{1,2})[\s-]years?\b"
)
_GROWN = re.compile(
    r"\b(?:grows? (?:in)?to|worth|becomes?|reach(?:es)?|future value (?:of|is|would be|will be)|end up with"
    rf"|would have|will have|balance of)\b[^.;\n\d]{{0,25}}[$€£](?P<value>{AMOUNT})(?!\s?(?:[km]\b|million|billion))"
)
_GROWS = frozenset(
    {"grow", "grows", "worth", "become", "becomes", "reach", "reaches", "future", "would", "will", "balance"}
)
_ADDED = re.compile(
    r"\b(?:month(?:ly)?|contribut\w{1,6}|add(?:ing)?|each year|every year|inflation|withdraw\w{0,4}|fees?|real)\b"
)
_PERIODS = (1, 2, 4, 12, 365)
_GREW = re.compile(
    rf"[$€£](?P<a>{AMOUNT})\s+(?:(?:gr[eo]w(?:s|ing|n)? |turn(?:s|ed|ing)? )?(?:in)?to|bec[ao]m(?:es?|ing)"
    rf"|is now)\s+[$€£](?P<b>{AMOUNT})\b"
    r"[^;\n]{0,40}?\b(?:over|in|after)\s+(?P<years>\d{1,2})[\s-]years?"
)
_A_YEAR = re.compile(
    r"\b(?:cagr|compound annual growth|annuali[sz]ed)\b[^.;\n\d]{0,40}(?P<after>\d{1,3}(?:\.\d{1,3})?)\s?%"
    r"|(?P<before>\d{1,3}(?:\.\d{1,3})?)\s?%\s+(?:cagr|annuali[sz]ed|compound annual)"
)
_WHOLE = re.compile(
    r"\b(?:account|portfolio|equity|capital|net worth)(?: (?:value|equity|size|balance|is|of|has|worth)){0,3}:? "
    + MONEY
)
_PORTION = re.compile(
    rf"[$€£](?P<part>{AMOUNT}),? (?:(?:which|that) (?:is|represents)|or|representing|is|equal to|about|roughly)"
    rf"(?: about| roughly| exactly)? (?P<percent>{PERCENT}) ?% of (?:the|your|his|her|my|total|its) "
    r"(?:account|portfolio|equity|capital|net worth)"
)


def of_changes(subject: Subject) -> Iterator[Wrong | None]:
    """`from $50 to $55, a gain of 10%`, in a sentence with one such pair and one percentage."""
    text = subject.output_folded[:MAX_CHARS]
    if "from " not in text:
        return
    for start, end in subject.output_sentences:
        pairs, shares = list(_FROM_TO.finditer(text, start, end)), list(_CHANGE.finditer(text, start, end))
        if len(pairs) == len(shares) == 1 and not pairs[0].start() <= shares[0].start() < pairs[0].end():
            said = text[start:end]
            if _CHANGES.search(said) and "annual" not in said and "point" not in said:
                yield from _change(pairs[0], shares[0])


def of_asked_change(subject: Subject) -> Iterator[Wrong | None]:
    """The change of an amount that the request gives as `from $50 to $55`, where the output says one percentage."""
    text = subject.output_folded[:MAX_CHARS]
    if "from " not in subject.request_folded or "from " in text:
        return
    pairs = list(_FROM_TO.finditer(subject.request_folded[:MAX_CHARS]))
    shares = list(_CHANGE.finditer(text))
    if len(pairs) == len(shares) == 1 and _CHANGES.search(text) and "annual" not in text and "year" not in text:
        for wrong in _change(pairs[0], shares[0]):
            yield wrong and wrong._replace(start=shares[0].start(), end=shares[0].end())


def _change(pair: re.Match[str], share: re.Match[str]) -> Iterator[Wrong | None]:
    a, b = number(pair["a"]), number(pair["b"])
    same_scale = pair["a_scale"].strip() == pair["b_scale"].strip() not in ("%", "percent")
    if not a or b is None or not same_scale or (1900 <= a <= 2100 and 1900 <= b <= 2100):  # years
        return
    said, worked = float(share["percent"]), abs(b / a - 1) * 100
    rounding = 0.5 * 10.0 ** -len(share["percent"].partition(".")[2])
    fits = abs(said - worked) <= max(rounding, 0.02 * worked) + 0.05
    what = f"From {a:g} to {b:g} is {worked:.2f}%, not {said:g}%."
    yield None if fits else Wrong("return", what, min(pair.start(), share.start()), max(pair.end(), share.end()))


def of_growth(subject: Subject) -> Iterator[Wrong | None]:
    """What a sum becomes at a rate over years: compounded over any usual period, continuously, or not at all."""
    if subject.output_vocabulary.isdisjoint(_GROWS):
        return
    given = {match.group("principal", "rate", "years") for match in _PRINCIPAL.finditer(told(subject))}
    grown = list(_GROWN.finditer(subject.output_folded[:MAX_CHARS]))
    if len(given) != 1 or not grown or _ADDED.search(told(subject)):
        return
    principal, percent, years = (number(part) or 0.0 for part in given.pop())
    rate = percent / 100
    compounded = [principal * (1 + rate / n) ** (n * years) for n in _PERIODS]
    possible = [*compounded, principal * exp(rate * years), principal * (1 + rate * years)]
    said = number(grown[-1]["value"]) or 0.0
    fits = any(abs(said - amount) <= 0.01 * amount for amount in possible)
    what = f"{principal:,.10g} at {percent:g}% for {years:g} years are {compounded[0]:,.0f}, not {said:,.10g}."
    yield None if fits else Wrong("growth", what, *grown[-1].span())


def of_annualised(subject: Subject) -> Iterator[Wrong | None]:
    """The rate a year, compounded, at which one sum becomes another."""
    text = subject.output_folded[:MAX_CHARS]
    if "cagr" not in text and "annual" not in text:
        return
    pairs = {match.group("a", "b", "years") for match in _GREW.finditer(told(subject))}
    rates = list(_A_YEAR.finditer(text))
    if len(pairs) != 1 or not rates:
        return
    a, b, years = (number(part) or 0.0 for part in pairs.pop())
    if min(a, b, years) <= 0:
        return
    said, worked = float(rates[-1]["after"] or rates[-1]["before"]), abs((b / a) ** (1 / years) - 1) * 100
    what = f"From {a:,.10g} to {b:,.10g} in {years:g} years is {worked:.2f}% a year, not {said:g}%."
    yield None if abs(said - worked) <= 0.3 else Wrong("annualised", what, *rates[-1].span())


def of_portions(subject: Subject) -> Iterator[Wrong | None]:
    """`$10,000, which is 10% of the account`, where the conversation gives one value of the account."""
    text = subject.output_folded[:MAX_CHARS]
    wholes = amounts(_WHOLE, told(subject)) if "% of " in text else set()
    if len(wholes) != 1:
        return
    whole = wholes.pop()
    for match in _PORTION.finditer(text):
        part, said = number(match["part"]) or 0.0, float(match["percent"])
        worked = 100 * part / whole
        what = f"{part:,.10g} of {whole:,.10g} is {worked:.3g}%, not {said:g}%."
        yield None if abs(said - worked) <= max(0.6, 0.02 * worked) else Wrong("portion", what, *match.span())
