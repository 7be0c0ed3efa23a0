"""Client: what a trace says of the person who is advised: tolerance of risk, age, horizon, experience."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from domains.trading.records import names, records
from processors.subject import Subject, once

Tolerance = Literal["low", "moderate", "high", ""]

_MAX_CHARS = 20_000
_LOW = re.compile(
    r"\b(?:conservative|risk[- ]averse|low[- ]risk|very low risk|low (?:risk )?tolerance|low tolerance|cautious"
    r"|capital preservation|"
    r"preserv\w+ (?:of )?(?:\w+ ){0,2}(?:capital|principal|savings|wealth)|safety of principal|(?:can't|cannot"
    r"|can not|can ill) afford (?:\w+ ){0,3}(?:to lose|los)|"
    r"(?:life|entire) savings|emergency (?:fund|savings)|(?:don't|do not) want to (?:lose|risk)|(?:no|minimal"
    r"|little|zero) (?:appetite for )?risk|"
    r"fixed income(?! (?:fund|securit|allocation|etf|market|desk))|hates? (?:losing|losses|volatility)"
    r"|sleep at night|keep (?:it|my money|the money) safe)"
)
_HIGH = re.compile(
    r"\b(?:aggressive|high (?:risk )?tolerance|high[- ]risk tolerance|risk[- ]tolerant|speculat(?:ive"
    r"|ion) (?:objective|account|goals?|money)|"
    r"comfortable with (?:high |significant |substantial |large )?(?:risk|loss|volatil)|experienced (?:options "
    r"|futures )?trader|"
    r"professional trader|institutional|hedge fund|accredited|money (?:that )?(?:i|she|he|they) can afford to lose"
    r"|high net worth)"
)
_MODERATE = re.compile(r"\b(?:moderate|balanced|medium)[- ](?:risk|tolerance|growth|investor|profile)\b")
_RETIRED = re.compile(r"\b(?:retiree|retired|pensioner|retirement income|widow|in retirement)\b")
_AGE = re.compile(
    r"\b(?:(?:age[d]?|i am|i'm|she is|he is|she's|he's|is)\s*:?\s*(\d{2})\b(?!\s*(?:%|percent|months|days|shares))"
    r"|(\d{2})[- ]years?[- ]old|(\d{2})\s?(?:yo|y/o))"
)
_NOVICE = re.compile(
    r"\b(?:beginner|novice|inexperienced|new to (?:investing|trading|options|the market)|no (?:\w+ )?(?:experience"
    r"|knowledge)|first[- ]time investor|"
    r"never (?:traded|invested|bought)|just started (?:investing|trading)|little experience|limited experience)"
)
_SOON = re.compile(
    r"\b(?:in|within|next|over the next|by)\s+(?:about |the next )?(?:(?P<n>\d{1,2})|(?P<w>a few|few|one|two|three"
    r"|four|five|six|eight|nine|ten|twelve|eighteen|a))\s+"
    r"(?P<unit>weeks?|months?|years?)\b"
)
_NEED = re.compile(
    r"\b(?:need|needs|needed|down payment|deposit|house|tuition|wedding|retire|horizon|withdraw|pay for|closing"
    r"|college)\b"
)
_HORIZON = re.compile(
    r"\b(?:short[- ]term horizon|short horizon|horizon (?:is|of|:)?\s*(?P<n>\d{1,2})[- ](?P<unit>months?|years?)"
    r"|(?P<m>\d{1,2})[- ](?P<u>month|year) (?:time )?horizon)"
)
_NUMBERS = {
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "a few": 3,
    "few": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "eighteen": 18,
}
_YEARS = {"week": 1 / 52, "month": 1 / 12, "year": 1.0}
_OLD = 70


@dataclass(frozen=True, slots=True)
class Client:
    """tolerance: of risk, empty where nothing says it; horizon: years until the money is needed, None where unknown."""

    tolerance: Tolerance
    horizon: float | None
    novice: bool
    known: bool


@once
def client(subject: Subject) -> Client:
    """The client as the attributes, the conversation and the context tell of them."""
    text = f"{subject.input_text[-_MAX_CHARS:]}\n{subject.context_text[:_MAX_CHARS]}".lower().replace("’", "'")
    told, horizon, age, novice = _from_records(subject)
    tolerance = told or _tolerance(text, age if age is not None else _age(text))
    horizon = horizon if horizon is not None else _horizon(text)
    novice = novice or bool(_NOVICE.search(text))
    return Client(tolerance, horizon, novice, bool(tolerance) or horizon is not None or novice or age is not None)


def _from_records(subject: Subject) -> tuple[Tolerance, float | None, float | None, bool]:
    tolerance: Tolerance = ""
    horizon = age = None
    novice = False
    for record in records(subject):
        said = record.text(*names("tolerances"))
        tolerance = tolerance or _word(said)
        horizon = (
            horizon
            if horizon is not None
            else _years(record.get("time_horizon_years", "horizon_years", "investment_horizon_years"))
        )
        horizon = (
            horizon
            if horizon is not None
            else _horizon_text(record.text("time_horizon", "investment_horizon", "horizon"))
        )
        age = age if age is not None else record.number("age", "client_age", "customer_age", "investor_age")
        novice = novice or record.text(
            "experience", "investment_experience", "trading_experience", "options_experience"
        ) in ("none", "novice", "beginner", "limited", "low", "no experience")
    if not tolerance and age is not None and age >= _OLD:
        tolerance = "low"
    return tolerance, horizon, age, novice


def _word(said: str) -> Tolerance:
    if not said:
        return ""
    if any(
        word in said for word in ("conserv", "low", "averse", "preserv", "income", "cautious", "safety", "defensive")
    ):
        return "low"
    if any(word in said for word in ("aggress", "high", "specul", "growth_aggressive")):
        return "high"
    return "moderate" if any(word in said for word in ("moder", "balanc", "medium")) else ""


def _tolerance(text: str, age: float | None) -> Tolerance:
    low, high = bool(_LOW.search(text)), bool(_HIGH.search(text))
    if low != high:
        return "low" if low else "high"
    if low or _MODERATE.search(text):
        return "moderate"
    return "low" if (age is not None and age >= _OLD) or _RETIRED.search(text) else ""


def _age(text: str) -> float | None:
    match = _AGE.search(text)
    return float(next(group for group in match.groups() if group)) if match else None


def _years(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _horizon_text(said: str) -> float | None:
    if said.startswith("short"):
        return 1.0
    match = re.search(r"(\d{1,2})\s*(week|month|year)", said)
    return float(match[1]) * _YEARS[match[2]] if match else None


def _horizon(text: str) -> float | None:
    """Years until the money is needed, where a sentence says that it is."""
    if match := _HORIZON.search(text):
        count, unit = match["n"] or match["m"], match["unit"] or match["u"]
        return float(count) * _YEARS[unit.rstrip("s")] if count else 1.0
    for match in _SOON.finditer(text):
        around = text[max(match.start() - 80, 0) : match.end() + 60]
        if _NEED.search(around):
            count = float(match["n"] or _NUMBERS[match["w"]])
            return count * _YEARS[match["unit"].rstrip("s")]
    return 1.0 if re.search(r"\bneed[^.\n]{0,40}\bnext year\b", text) else None
