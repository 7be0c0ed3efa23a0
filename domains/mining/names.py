"""Names: what a key of a record means: `avg_employees`, `Production (short tons)` and `msha_id` are known fields."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from domains.knowledge import table
from processors.units import Unit, unit

FIELDS = table("mining", "fields")
COMMODITIES = table("mining", "commodities")

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MAX_KEY_CHARS = 80
_RATE_BASIS = re.compile(
    r"[_ ](?:per|by)[_ ](?:200[_ ,]?(?:k|000)|1[_ ,]?000[_ ,]?000|1 ?m|mn|million)"
    r"(?:[_ ]?(?:man|work)?[_ ]?(?:hours|hrs|h))?$",
    re.IGNORECASE,
)
"""The hours by which a rate of injuries is: `trir_per_200k_hours`."""
# What a key says besides, and what changes nothing about the field.
_ORDINARY = frozenset(
    {"annual", "total", "reported", "actual", "avg", "average", "mean", "mine", "yearly", "current", "latest", "site"}
    | {"coal", "this", "last", "number", "num", "of", "per", "the"}
)
_UNITS = {
    "short_ton": "short tons|short ton|st|tons|ton",
    "metric_ton": "metric tonnes|metric tons|metric ton|tonnes|tonne|t",
    "kilometric_ton": "kt|ktpa|kt pa|kt per year|kilotonnes|thousand tonnes",
    "megametric_ton": "mt|mtpa|mt pa|mt per year|mt y|million tonnes|megatonnes",
    "1e3 short_ton": "kst|thousand short tons",
    "1e6 short_ton": "mst|million short tons",
    "troy_ounce": "oz|ounces|ozs|troy oz|troy ounces",
    "kilotroy_ounce": "koz",
    "megatroy_ounce": "moz",
    "pound": "lb|lbs|pounds",
    "1e6 pound": "mlb|mlbs|million lbs",
    "kg": "kg",
    "percent": "pct|percent|percentage|perc",
    "1": "fraction|frac|decimal",
    "ug/m^3": "ug m 3|ugm 3",
    "mg/m^3": "mg m 3|mgm 3",
    "dBA": "dba|dba twa",
    "g/metric_ton": "gpt|gt|g t|g per t|grams per tonne|g tonne",
    "troy_ounce/short_ton": "opt|oz per ton|oz ton|oz per short ton",
    "troy_ounce/metric_ton": "oz per t|oz t|oz per tonne",
    "ppm": "ppm",
    "year": "years|yrs|yr|y",
    "hour": "hrs|h",
    "m": "m|metres|meters",
    "foot": "ft|feet",
    "USD/metric_ton": "usd t|usd per t|usd per tonne|usd tonne|per tonne|per t",
    "USD/short_ton": "usd per short ton|usd st|per short ton|usd per ton|usd ton|per ton",
    "USD/troy_ounce": "usd oz|usd per oz|per oz|per ounce|usd per ounce",
    "USD/pound": "usd lb|usd per lb|per lb|usd per pound|per pound",
}
_LICENCES = frozenset({"permit", "licence", "license", "authorisation", "authorization", "concession", "lease"})
_EXPIRIES = frozenset({"expiry", "expires", "expiration", "expire", "expired", "until", "ends"})
_YEARS = range(1800, 2200)


class Meaning(NamedTuple):
    """A field, the unit that its key says, and the commodity that it names: `au_grade_gpt`. None where it says none."""

    field: str
    unit: Unit | None
    commodity: str | None


def words_of(key: str) -> tuple[str, ...]:
    """The words of a key in lower case."""
    return tuple(word.lower() for word in _WORD.findall(key[:_MAX_KEY_CHARS]))


def year_in(key: str) -> int | None:
    """The year that a key names: of `production_2019` 2019."""
    return next((int(word) for word in words_of(key) if _is_year(word)), None)


@lru_cache(4_096)
def meaning(key: str) -> Meaning | None:
    """The field that a key stands for, None where it stands for none that is known."""
    words = [word for word in words_of(_RATE_BASIS.sub("", key[:_MAX_KEY_CHARS])) if not _is_year(word)]
    commodity = next((known for word in words if (known := COMMODITIES.key(word))), None)
    for spelled in (words, [word for word in words if COMMODITIES.key(word) is None]):
        for cut in range(len(spelled), 0, -1):
            said = _units().get(" ".join(spelled[cut:]))
            field = _field(spelled[:cut]) if said or cut == len(spelled) else None
            if field:
                return Meaning(field, said, commodity)
    is_expiry = not _LICENCES.isdisjoint(words) and not _EXPIRIES.isdisjoint(words)
    return Meaning("permit_expiry", None, None) if is_expiry else None


def _field(words: list[str]) -> str | None:
    plain = [word for word in words if word not in _ORDINARY]
    spellings = (" ".join(words), "_".join(words), " ".join(plain), "_".join(plain))
    return next((known for spelling in spellings if (known := FIELDS.terms.get(spelling))), None)


def _is_year(word: str) -> bool:
    return word.isdigit() and int(word) in _YEARS


@cache
def _units() -> dict[str, Unit]:
    return {spelling: _scaled(name) for name, spellings in _UNITS.items() for spelling in spellings.split("|")}


def _scaled(name: str) -> Unit:
    """A unit, or a multiple of one: `1e3 short_ton`."""
    scale, _, base = name.rpartition(" ")
    plain = unit(base)
    return plain._replace(name=name, factor=plain.factor * float(scale)) if scale else plain
