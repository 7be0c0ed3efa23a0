"""Units say what they measure, convert exactly enough to be compared, and refuse what is none."""

from __future__ import annotations

from math import isclose
from typing import Any

import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.units import UnknownUnit, convert, define, describe, dimension, is_unit, powers, unit

PINT: Any = pint.UnitRegistry()
NAMES = ["mg", "mcg", "kg", "lb", "troy_ounce", "mL", "day", "hour", "week", "mm", "ft", "acre", "kPa", "mol", "kWh"]


@pytest.mark.parametrize(
    ("name", "dimension_", "factor"),
    [
        ("mg", "mass", 1e-3),
        ("mcg", "mass", 1e-6),
        ("g/day", "mass/time", 1 / 86_400),
        ("m/s^2", "length/time^2", 1),
        ("m/s²", "length/time^2", 1),
        ("N·m", "length^2*mass/time^2", 1e3),
        ("1/s", "1/time", 1),
        ("1", "dimensionless", 1),
        ("%", "dimensionless", 0.01),
        ("bps", "dimensionless", 1e-4),
        ("g/t", "dimensionless", 1e-6),
        ("$/share", "USD/share", 1),
        ("U/kg/h", "international_unit/mass/time", 1 / 3_600_000),
        ("rpm", "angle/time", 0.104719755),
        ("degF", "temperature", 5 / 9),
        ("dBA", "sound_level", 1),
    ],
)
def test_a_unit_says_what_it_measures(name: str, dimension_: str, factor: float) -> None:
    found = unit(name)
    assert found.dimension == dimension_
    assert isclose(found.factor, factor, rel_tol=1e-6)


@pytest.mark.parametrize(("left", "right"), [("rad", "%"), ("USD", "EUR"), ("business_day", "day"), ("share", "lot")])
def test_what_must_not_be_mixed_has_dimensions_of_its_own(left: str, right: str) -> None:
    assert unit(left).dimension != unit(right).dimension


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("gramm", "'gram'"), ("usdd", "'usd'"), ("mg/minut", "'minute'"), ("dBm", "'dB'"), ("9**9**9", "9**9**9")],
)
def test_an_unknown_unit_is_refused_with_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(UnknownUnit) as raised:
        unit(name)
    assert nearest in str(raised.value)


@pytest.mark.parametrize(
    "name",
    ["", "m**9", "m⁹⁹⁹⁹⁹⁹⁹⁹", "week⁹⁹⁹⁹⁹⁹⁹⁹⁹", "2 m", "m+s", "(m", "m\0", "nan", "__import__('os')", "m" * 10_000],
)
def test_hostile_names_are_no_units(name: str) -> None:
    assert not is_unit(name)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (4000, "mg/day", "g/day", 4),
        (100, "degF", "degC", 37.7778),
        (9, "delta_degF", "delta_degC", 5),
        (250, "mm/s", "m/s", 0.25),
        (90, "deg", "rad", 1.570796),
        (25, "bps", "percent", 0.25),
    ],
)
def test_conversion(value: float, source: str, target: str, expected: float) -> None:
    assert isclose(convert(value, source, target), expected, rel_tol=1e-5)


def test_conversion_to_another_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match=r"cannot convert mg \(mass\) to mm \(length\)"):
        convert(1, "mg", "mm")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from("*/")), min_size=1, max_size=4))
def test_compound_units_are_what_pint_says(parts: list[tuple[str, str]]) -> None:
    name = "1" + "".join(f" {sign} {part}" for part, sign in parts)
    name = name.replace("1 * ", "", 1) if name.startswith("1 * ") else name
    expected = PINT.Quantity(1.0, PINT.parse_units(name)).to_root_units()
    found = unit(name)
    assert isclose(found.factor, expected.magnitude, rel_tol=1e-9)
    assert powers(found.dimension) == {
        base.strip("[]"): float(power) for base, power in dict(expected.dimensionality).items()
    }


@given(
    st.dictionaries(
        st.sampled_from(["mass", "time", "length", "USD"]), st.integers(-8, 8).filter(bool).map(float), max_size=4
    )
)
def test_the_text_of_a_dimension_is_read_back(given_powers: dict[str, float]) -> None:
    assert powers(dimension(given_powers)) == given_powers


@given(st.floats(-1e6, 1e6), st.sampled_from(["mg", "degC", "degF", "%", "mm/s", "kWh"]))
def test_base_and_back(value: float, name: str) -> None:
    measure = unit(name)
    assert isclose(measure.from_base(measure.to_base(value)), value, rel_tol=1e-9, abs_tol=1e-9)


def test_a_domain_defines_units_of_its_own() -> None:
    define("test_bar = 12.5 kg = test_bar_of_gold")
    assert convert(2, "test_bar_of_gold", "kg") == 25
    define("test_bar = 12500 gram")
    define("test_token = [test_token]")
    assert unit("USD/test_token").dimension == "USD/test_token"


@pytest.mark.parametrize(
    "definition",
    [
        "mg = 3 kg",
        "share = 12 lot",
        "length = [length]",
        "test_x = [mass]",
        "test_x = 2 nonesuch",
        "test_x = 2 degC",
        "test_x",
        "test x = 2 m",
        "test_x = 9**9**9",
        "@alias meter = test_x",
        "test_prefix- = 1000",
    ],
)
def test_a_definition_that_conflicts_or_is_none_is_refused(definition: str) -> None:
    with pytest.raises(ValueError, match=r"another meaning|no multiple|defines no unit|unknown unit"):
        define(definition)
    assert convert(1, "mg", "g") == 1e-3
    assert unit("share").dimension == "share"


@pytest.mark.parametrize(
    ("value", "name", "said"),
    [
        (4.5 / 86_400, "g/day", "4.5 g/day"),
        (1_234_567.8, "USD", "1,234,568 USD"),
        (0.05, "percent", "5 percent"),
        (310.15, "degC", "37 degC"),
        (2.0, "1", "2"),
    ],
)
def test_values_are_described_in_a_unit(value: float, name: str, said: str) -> None:
    assert describe(value, name) == said
