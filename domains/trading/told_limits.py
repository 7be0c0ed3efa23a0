"""Limits and measures in prose: `no order above $500,000`, `at most 10% in any single issuer`, and what is done."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domains.trading.records import number
from processors.subject import Subject, once

Told = tuple[frozenset[str], bool, float, str]
"""Words for what it is of, whether a share, the amount, and the sentence."""

_MAX_CHARS = 20_000
_SENTENCE_CHARS = 300
_LIMITS = re.compile(
    r"\b(?:at most|max(?:imum)?|limit(?:ed)?|cap(?:ped|s)?|not (?:to )?exceed|no more than"
    r"|no (?:single )?(?:order|trade|position"
    r"|name|issuer|holding|stock)[^.\n]{0,20}(?:above|over|more than|exceed\w*|larger than|bigger than))\b"
)
_NO_LIMITS = re.compile(
    r"\b(?:limit (?:order|price|at|of \$?\d[\d.]{0,8}\b(?![,\d]))|(?:buy|sell) limit|daily loss|loss limit"
    r"|drawdown|stop)\b"
)
_AMOUNT = r"\d[\d,]{0,14}+(?:\.\d{1,4})?+"
_MONEY = re.compile(rf"\$\s?(?P<amount>{_AMOUNT}(?:\s?(?:k|m|mm|million|bn|billion)\b)?)")
_PERCENT = re.compile(r"(?P<amount>\d{1,3}(?:\.\d{1,3})?)\s?(?:%|percent)")
_TIMES = re.compile(r"(?P<amount>\d{1,2}(?:\.\d{1,2})?)\s?(?:x\b|:1|times equity|times leverage)")
_ORDER = re.compile(r"\b(?:orders?|trades?|tickets?|notional)\b")
_HOLDING = re.compile(r"\b(?:position|issuer|name|stock|holding|security|ticker|concentration|weight|one company)\b")
_LEVERAGE = re.compile(r"\b(?:leverage|levered|gearing)\b")
_DONE_MONEY = re.compile(
    rf"\b(?:total (?:cost|value|notional|consideration)|notional|worth|for a total"
    rf"|consideration)\b[^.;\n\d$]{{0,20}}\$\s?(?P<amount>{_AMOUNT}"
    r"(?:\s?(?:k|m|mm|million|bn|billion)\b)?)"
)
_DONE_PERCENT = re.compile(
    r"\b(?P<amount>\d{1,3}(?:\.\d{1,3})?)\s?(?:%|percent) of (?:the |your |his |her |our |total |its )?"
    r"(?:portfolio|account|fund|equity|nav|book|assets|capital)"
)
_DONE_TIMES = re.compile(
    r"\b(?:leverage|levered|gearing)\b[^.;\n\d]{0,40}(?P<amount>\d{1,2}(?:\.\d{1,2})?)\s?(?:x\b|:1|times)"
    r"|\b(?P<before>\d{1,2}(?:\.\d{1,2})?)\s?(?:x|:1|times) (?:gross |net )?(?:leverage|levered|gearing)"
)
_ORDER_NOTIONAL, _CONCENTRATION, _OF_LEVERAGE = (
    frozenset({"order", "notional"}),
    frozenset({"concentration"}),
    frozenset({"leverage"}),
)


@once
def told_limits(subject: Subject) -> tuple[Told, ...]:
    """The limits that request and context state in a sentence with one amount."""
    text = f"{subject.input_text[:_MAX_CHARS]}\n{subject.context_text[:_MAX_CHARS]}".lower()
    if not _LIMITS.search(text):
        return ()
    return tuple(limit for said in re.split(r"(?<=[.;!?])\s|\n", text) for limit in _limits_in(said[:_SENTENCE_CHARS]))


def _limits_in(said: str) -> Iterator[Told]:
    if not _LIMITS.search(said) or _NO_LIMITS.search(said):
        return
    kinds = (
        (_LEVERAGE, _TIMES, _OF_LEVERAGE, False),
        (_HOLDING, _PERCENT, _CONCENTRATION, True),
        (_ORDER, _MONEY, _ORDER_NOTIONAL, False),
    )
    for about, pattern, of, share in kinds:
        amounts = pattern.findall(said)
        if len(amounts) == 1 and about.search(said) and (amount := number(amounts[0])) is not None:
            yield of, share, amount / 100 if share else amount, said.strip()


def told_measures(subject: Subject) -> Iterator[Told]:
    """What the output says an order costs, a position weighs, and the leverage is."""
    text = subject.output_folded[:_MAX_CHARS]
    kinds = (
        (_DONE_TIMES, _OF_LEVERAGE, False),
        (_DONE_PERCENT, _CONCENTRATION, True),
        (_DONE_MONEY, _ORDER_NOTIONAL, False),
    )
    for pattern, of, share in kinds:
        for match in pattern.finditer(text):
            said = next(group for group in match.groups() if group)
            if (amount := number(said)) is not None:
                yield of, share, amount / 100 if share else amount, match[0]
