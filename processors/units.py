"""Units: what the name of a unit means, its dimension, and conversion from one to another, over pint."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from math import isclose
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pint import UnitRegistry

Amount = TypeVar("Amount", float, NDArray[np.float64])

DIMENSIONLESS = "dimensionless"

# Beside pint's own. An angle is a dimension here, which it is not in the SI: else one could be compared with a percent.
# Each currency is one, because rates of exchange change, and a business day, because it is no 24 hours.
_DEFINITIONS = """
radian = [angle] = rad
decibel = [sound_level] = dB = dBA
international_unit = [international_unit] = IU = iu = U
equivalent = [equivalent] = Eq
tablet = [tablet]
capsule = [capsule]
puff = [puff]
drop_count = [drop_count]
beats_per_minute = 1 / minute = bpm
cubic_foot_per_minute = foot ** 3 / minute = cfm
basis_point = 1e-4 = bp = bps
@alias percent = pct
@alias week = wk
share = [share]
contract = [contract]
lot = [lot]
person = [person] = people
business_day = [business_day]
USD = [USD] = usd = US_dollar
EUR = [EUR] = eur = euro
GBP = [GBP] = gbp
JPY = [JPY] = jpy
CHF = [CHF] = chf
CAD = [CAD] = cad
AUD = [AUD] = aud
CNY = [CNY] = cny
INR = [INR] = inr
"""

_SIGNS = str.maketrans({"$": "USD", "€": "EUR", "£": "GBP", "·": "*", "⋅": "*"})
_LONGEST = 64  # characters of a unit's name
_LARGEST_POWER = 8
_TERM = r"(?:[^\W\d]\w*|[%‰]|°\w*)(?:(?:\*\*|\^)-?[1-8])?"
# Names come out of traces too, and pint would work out 9**9**9.
_NAME = re.compile(rf"1|(?:1 ?/ ?)?{_TERM}(?: ?[*/ ] ?{_TERM})*")
_WORD = re.compile(r"[^\W\d]\w*")
_MULTIPLE = re.compile(r"(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)?\s*\*?\s*(?P<unit>.*)")


class Unit(NamedTuple):
    """value × factor + offset = the value in the base unit of the dimension (gram, metre, second, kelvin, radian, …).

    dimension: as `mass/time`, `length^2*mass/time^2`, `1/time` or `dimensionless`; see `dimension`.
    """

    name: str
    dimension: str
    factor: float
    offset: float = 0.0

    def to_base(self, value: Amount) -> Amount:
        """A value in this unit, in the base unit."""
        return value * self.factor + self.offset

    def from_base(self, value: Amount) -> Amount:
        """A value in the base unit, in this one."""
        return (value - self.offset) / self.factor


class UnknownUnit(ValueError):
    """No unit has that name. The message gives the nearest one that is known."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name[: _LONGEST + 1]

    def __str__(self) -> str:
        unknown = next((word for word in _WORD.findall(self.name) if not is_unit(word)), self.name)
        near = get_close_matches(unknown, sorted(set(_registry()) - {unknown}), 1)
        return f"unknown unit {self.name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


@lru_cache(4096)
def unit(name: str) -> Unit:
    """The unit of that name: `mg`, `g/day`, `m/s^2`, `N*m`, `%`, `$/share`; `1` has no dimension.

    Upper and lower case differ, as in pint. Raises UnknownUnit.
    """
    from pint.errors import PintError

    spelled = name.strip().translate(_SIGNS)
    if len(spelled) > _LONGEST or not _NAME.fullmatch(spelled):
        raise UnknownUnit(name)
    registry: Any = _registry()  # pint's types allow complex numbers
    try:
        parsed = registry.parse_units(spelled)
        if any(abs(power) > _LARGEST_POWER for _, power in registry.Quantity(1, parsed).unit_items()):
            raise UnknownUnit(name)
        zero, one, many = (registry.Quantity(amount, parsed).to_root_units().magnitude for amount in (0.0, 1.0, 128.0))
    except (PintError, ValueError, ArithmeticError) as error:
        raise UnknownUnit(name) from error
    factor = (many - zero) / 128 if zero else one
    if not isclose(factor, one - zero, rel_tol=1e-9):  # a logarithmic unit
        raise UnknownUnit(name)
    found = {base.strip("[]"): float(power) for base, power in registry.get_dimensionality(parsed).items()}
    return Unit(name.strip(), dimension(found), factor, zero)


def is_unit(name: str) -> bool:
    """Whether `unit` knows that name."""
    try:
        unit(name)
    except UnknownUnit:
        return False
    return True


def convert(value: float, source: str, target: str) -> float:
    """A value in the unit `source`, in the unit `target`. Raises UnknownUnit, or ValueError on another dimension."""
    given, wanted = unit(source), unit(target)
    if given.dimension != wanted.dimension:
        raise ValueError(f"cannot convert {source} ({given.dimension}) to {target} ({wanted.dimension})")
    return wanted.from_base(given.to_base(value))


def define(definition: str) -> None:
    """Add a unit for the whole process: `share = [share]`, `gold_bar = 12.5 kg = bar_of_gold`.

    A unit is a new dimension of its own name or a multiple of another unit; further names follow. The same again
    changes nothing. Raises ValueError where it is malformed, or where one of the names has another meaning already.
    """
    name, *others = (part.strip() for part in definition.split("="))
    meaning, names = "".join(others[:1]), (name, *others[1:])
    if not meaning or not all(_WORD.fullmatch(known_as) for known_as in names):
        raise ValueError(f"{definition!r} defines no unit; write `name = [name]` or `name = 12 other_unit`")
    defined = _defined(name, meaning)
    known = [known_as for known_as in names if is_unit(known_as)]
    for known_as in known:
        if unit(known_as)[1:] != defined[1:]:
            raise ValueError(f"{definition!r}: {known_as!r} has another meaning already; choose another name")
    if name not in known:
        _registry().define(f"{name} = {meaning}")
    for known_as in set(names[1:]) - set(known):
        _registry().define(f"@alias {name} = {known_as}")


def _defined(name: str, meaning: str) -> Unit:
    if meaning == f"[{name}]" and (is_unit(name) or not _is_dimension(name)):
        return Unit(name, name, 1.0)
    multiple = _MULTIPLE.fullmatch(meaning)
    base = unit(multiple["unit"] or "1") if multiple and "[" not in meaning else None
    if not multiple or not base or base.offset:
        raise ValueError(f"{name} = {meaning}: what follows `=` is no multiple of a unit, nor a new `[{name}]`")
    return Unit(name, base.dimension, float(multiple["number"] or 1) * base.factor)


def _is_dimension(name: str) -> bool:
    try:
        _registry().get_dimensionality({f"[{name}]": 1})
    except ValueError:
        return False
    return True


def describe(value: float, name: str) -> str:
    """A value in the base unit as text in the unit `name`: `4.5 g/day`; six digits, and of large ones all."""
    amount = unit(name).from_base(value)
    text = f"{amount:,.0f}" if abs(amount) >= 1e6 else f"{amount:.6g}"
    return text if name == "1" else f"{text} {name}"


def dimension(powers: Mapping[str, float]) -> str:
    """The text of a dimension: `{"mass": 1, "time": -2}` is `mass/time^2`."""
    above = "*".join(_power(base, power) for base, power in sorted(powers.items()) if power > 0)
    below = "".join(f"/{_power(base, -power)}" for base, power in sorted(powers.items()) if power < 0)
    return f"{above or 1}{below}" if above or below else DIMENSIONLESS


def _power(base: str, power: float) -> str:
    return base if power == 1 else f"{base}^{power:g}"


@cache
def powers(dimension: str) -> Mapping[str, float]:
    """The powers of the base dimensions in the text of a dimension: the inverse of `dimension`."""
    found: dict[str, float] = {}
    for sign, base, power in re.findall(r"(^|[*/])([^\W\d]\w*)(?:\^([\d.]+))?", dimension):
        if base != DIMENSIONLESS:
            found[base] = float(power or 1) * (-1 if sign == "/" else 1)
    return found


@lru_cache(4096)
def multiplied(left: str, right: str, power: float = 1) -> str:
    """The dimension of something of dimension `left` times something of dimension `right` to a power."""
    found = dict(powers(left))
    for base, exponent in powers(right).items():
        found[base] = found.get(base, 0.0) + exponent * power
    return dimension(found)


@cache
def _registry() -> UnitRegistry[Any]:
    from pint import UnitRegistry  # a tenth of a second, which nobody pays who reads no unit

    # Made empty and then filled: else pint resolves every unit that it knows before the first is asked for.
    registry: UnitRegistry[Any] = UnitRegistry(None, on_redefinition="ignore")
    registry.load_definitions(str(files("pint") / "default_en.txt"))
    registry.load_definitions(_DEFINITIONS.splitlines())
    return registry
