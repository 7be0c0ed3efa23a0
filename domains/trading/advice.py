"""Advice: the sentences of an output that tell someone to trade or invest, and the products that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from domains.knowledge import table
from domains.trading.records import names, records
from processors.subject import Subject, once
from processors.text.sentences import Span
from processors.text.words import WORD

_PRODUCTS = table("trading", "products")
_LEVERAGED = table("trading", "leveraged_products").rows
_BROAD = table("trading", "broad_funds").rows

_ADVISES = re.compile(
    r"\b(?:recommend(?:ed|ing)?|suggest(?:ed|ing)?|advise|my advice|you should|you ought to|you could|you can|i'd"
    r"|i would|we should|"
    r"go all[- ]in|all[- ]in|load up|loading up|back up the truck|(?:great|perfect|ideal|excellent|suitable|good"
    r"|right|best) "
    r"(?:fit|choice|option|pick|for you|way|time to|opportunity|idea|move)|"
    r"(?:is|are) (?:perfect|ideal|suitable|appropriate|great) for|must[- ]buy|strong buy|time to buy|"
    r"(?:put|move|shift|roll|invest|allocate|place|pour|commit|deploy|transfer|rotate)(?:ting"
    r"|ing)? (?:[\w$%',.-]+ ){0,8}?(?:into|in|to|on|toward|towards)\b)"
    r"|^(?:[-*•\d.)\s]{0,6}(?:yes[,.!—-]+ ?|then |so |now |first,? |just |absolutely[,.!—-]+ ?|definitely[,.!—-]+ ?"
    r"|go ahead and |sure[,.!—-]+ ?|act now and )?"
    r"(?:buy|sell|short|purchase|invest|put|move|allocate|open|write|trade|get|grab|go long|go short|take|use"
    r"|borrow|consider|accumulate|hold))\b"
    r"|\b(?:should|go ahead and|to|and|then|now) (?:buy|sell|short|purchase|write|trade)\b"
    r"|\b(?:makes? (?:good |perfect )?sense|proposal:|is a (?:good|great|perfect|fine|sound) (?:place|fit|home|match)"
    r"|(?:scale|ease) into|(?:build|start|open|initiate) (?:a|up a)(?: small| modest| large)? position)\b"
)
_WARNS = re.compile(
    r"\b(?:not|n't|never|avoid|avoiding|against|unsuitable|inappropriate|too risky|too much risk|instead of"
    r"|rather than|refrain|stay away|"
    r"steer clear|cannot|hold off|no|nor|neither|without|caution|careful|limit|only a small|risky|wary"
    r"|speculative and)\b|n't\b"
)
_UNFIT = re.compile(
    r"\b(?:unsuitable|inappropriate|too risky|not (?:be )?(?:a )?(?:suitable|appropriate|right|fit|advisable"
    r"|recommended|consistent|a good)|"
    r"poor fit|inconsistent with|mismatch|would not|wouldn't|shouldn't|should not|do not recommend|don't recommend"
    r"|can't recommend|"
    r"cannot recommend|advise against|recommend against|stay away|steer clear|avoid)"
)
_CLAUSE = re.compile(r"[,;:—–()]| but | while | whereas ")
_QUESTION = re.compile(r"\?\s*$")


_RECOMMENDATIONS = frozenset(names("recommendations"))
_DAILY_FUND = re.compile(
    r"\b(?:-?[23]x|double|triple|leveraged|inverse|ultra(?:pro|short)?)\b[^.,;:\n]{0,30}\b(?:etfs?|etns?|etps?"
    r"|funds?)\b"
)
_ASSET_CLASSES = {
    "crypto": "cryptoasset",
    "future": "futures",
    "option": "speculative_options",
    "leveraged": "leveraged_etf",
    "inverse": "leveraged_etf",
    "penny": "penny_stock",
    "private": "private_placement",
}


@dataclass(frozen=True, slots=True)
class Product:
    """A product that a text names: its class in the table, its risk from 1 to 5, and whether it can be sold at will."""

    name: str
    kind: str
    risk: float
    liquid: bool


@once
def advises(subject: Subject) -> tuple[tuple[str, Span], ...]:
    """The sentences that advise, as they are written, each with its place. Warnings and questions are none."""
    told = [(subject.output_text[start:end], (start, end)) for start, end in subject.output_sentences]
    said = [sentence for sentence in told if _advises(sentence[0].lower().replace("’", "'"))]
    return (*said, *_in_fields(subject))


def _advises(said: str) -> bool:
    advice = _ADVISES.search(said)
    return bool(advice and not _UNFIT.search(said) and not _QUESTION.search(said) and not _warned(said, advice.start()))


def _in_fields(subject: Subject) -> Iterator[tuple[str, Span]]:
    """What an output in JSON advises: all that stands under `recommendation`, and elsewhere as in sentences."""
    for record in records(subject):
        for name, value in record.fields.items() if record.path[:1] == ("output",) else ():
            if isinstance(value, str) and (start := subject.output_text.find(value)) >= 0:
                said = value.lower()
                if _advises(said) or (name in _RECOMMENDATIONS and not _UNFIT.search(said)):
                    yield value, (start, start + len(value))


def _warned(said: str, at: int) -> bool:
    """Whether a warning stands in the clause of the place, before it."""
    begin = max((border.end() for border in _CLAUSE.finditer(said[:at])), default=0)
    return _WARNS.search(said, begin, at) is not None


def products(sentence: str) -> Iterator[tuple[Product, int]]:
    """The products that a sentence names and does not warn of, each with its place."""
    said = sentence.lower()
    for match in _DAILY_FUND.finditer(said):
        if not _warned(said, match.start()):
            yield _product(match[0], "leveraged_etf"), match.start()
    for match in _terms().finditer(said):
        if not _warned(said, match.start()):
            kind = _PRODUCTS.terms[match[0]]
            yield _product(match[0], kind), match.start()
    for match in _TICKER.finditer(sentence):
        kind = "leveraged_etf" if match[0] in _LEVERAGED else _BROAD.get(match[0], {}).get("class", "")
        if kind and not _warned(said, match.start()):
            yield _product(match[0], kind), match.start()


_TICKER = re.compile(r"\b[A-Z]{2,5}\b")


def product_of(symbol: str, kind: str) -> Product | None:
    """The product that an order is in, from its symbol and what it says of its class."""
    if symbol.upper() in _LEVERAGED:
        return _product(symbol.upper(), "leveraged_etf")
    if symbol.upper() in _BROAD:
        return _product(symbol.upper(), _BROAD[symbol.upper()]["class"])
    words = kind.replace("_", " ")
    for word, name in _ASSET_CLASSES.items():
        if word in words:
            return _product(symbol.upper() or kind, name)
    return None


def _product(name: str, kind: str) -> Product:
    row = _PRODUCTS.rows[kind]
    return Product(name, kind, row["risk"], row["liquid"])


def product_words() -> frozenset[str]:
    """Words in lower case of which a text that names a product has at least one."""
    terms = {WORD.findall(term)[0] for term in _PRODUCTS.terms}
    return frozenset(terms) | {ticker.lower() for ticker in (*_LEVERAGED, *_BROAD)}


@cache
def _terms() -> re.Pattern[str]:
    terms = sorted(_PRODUCTS.terms, key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(re.escape(term) for term in terms) + r")(?![\w-])")
