"""Quantities are read in the usual spellings; names, dates, times and references are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.extraction.quantities import quantities
from processors.text.lexicons import load
from processors.units import convert


def _read(text: str) -> list[tuple[float, float | None, str]]:
    found = quantities(text)
    return [(round(q.value, 6), q.high if q.high is None else round(q.high, 6), q.unit.name) for q in found]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("500mg", 500, "mg"),
        ("500-mg tablets", 500, "mg"),
        (".5 g", 0.5, "g"),
        ("1,000 mg", 1000, "mg"),
        ("500 MG", 500, "mg"),
        ("4 grams", 4, "g"),
        ("5 mcg", 5, "ug"),
        ("5 µg", 5, "ug"),
        ("5 μg", 5, "ug"),
        ("5ug", 5, "ug"),
        ("5 micrograms", 5, "ug"),
        ("10 mg/kg/day", 10, "mg/kg/day"),
        ("10 mg per kg per day", 10, "mg/kg/day"),
        ("15 mg/kg per dose", 15, "mg/kg"),
        ("60 mL/min", 60, "mL/minute"),
        ("28 mL/min/1.73 m²", 28, "mL/minute"),
        ("4.5 mmol/L", 4.5, "mmol/L"),
        ("6.8 mEq/L", 6.8, "mEq/L"),
        ("126 mg/dL", 126, "mg/dL"),
        ("10 units", 10, "international_unit"),
        ("10 IU", 10, "international_unit"),
        ("100 units/mL", 100, "international_unit/mL"),
        ("250 mg/5 mL", 50, "mg/mL"),
        ("250 mg per 5 mL", 50, "mg/mL"),
        ("½ tablet", 0.5, "tablet"),
        ("1½ tablets", 1.5, "tablet"),
        ("1 1/2 tablets", 1.5, "tablet"),
        ("1/2 tablet", 0.5, "tablet"),
        ("one and a half tablets", 1.5, "tablet"),
        ("three-quarters of a tablet", 0.75, "tablet"),
        ("two puffs", 2, "puff"),
        ("twenty-five mg", 25, "mg"),
        ("one hundred and twenty minutes", 120, "minute"),
        ("4 g a day", 4, "g/day"),
        ("4 g daily", 4, "g/day"),
        ("3 times a day", 3, "1/day"),
        ("250 mm/s", 250, "mm/second"),
        ("0.5 m/s", 0.5, "m/second"),
        ("1.2 rad/s", 1.2, "radian/second"),
        ("30°/s", 30, "degree/second"),
        ("9.8 m/s²", 9.8, "m/second^2"),
        ("9.8 m/s^2", 9.8, "m/second^2"),
        ("140 N", 140, "newton"),
        ("12 Nm", 12, "newton*meter"),
        ("12 N·m", 12, "newton*meter"),
        ("110 N/cm²", 110, "newton/cm^2"),
        ("2 kg", 2, "kg"),
        ("125 Hz", 125, "hertz"),
        ("38.5 °C", 38.5, "degC"),
        ("38.5C", 38.5, "degC"),
        ("101.3 degrees Fahrenheit", 101.3, "degF"),
        ("-5 °C", -5, "degC"),
        ("minus 40 degrees", -40, "degree"),
        ("1e-3 rad", 0.001, "radian"),
        ("5%", 5, "percent"),
        ("12 per cent", 12, "percent"),
        ("25 bps", 25, "basis_point"),
        ("25 basis points", 25, "basis_point"),
        ("7.5% per year", 7.5, "percent/year"),
        ("$5 million", 5e6, "USD"),
        ("USD 5m", 5e6, "USD"),
        ("$5mm", 5e6, "USD"),
        ("-$500", -500, "USD"),
        ("US$1.2bn", 1.2e9, "USD"),
        ("5 bn euros", 5e9, "EUR"),
        ("€3.50", 3.5, "EUR"),
        ("£20k", 20_000, "GBP"),
        ("$5 per share", 5, "USD/share"),
        ("$1,900 an ounce", 1900, "USD/ounce"),
        ("100 shares", 100, "share"),
        ("2000 shares", 2000, "share"),
        ("5 contracts", 5, "contract"),
        ("4x leverage", 4, "1"),
        ("4:1 leverage", 4, "1"),
        ("3.5 t", 3.5, "metric_ton"),
        ("1.2 million tonnes", 1.2e6, "metric_ton"),
        ("10 Mt", 10, "megametric_ton"),
        ("10 short tons", 10, "short_ton"),
        ("450 kt", 450, "kilometric_ton"),
        ("1.2 g/t", 1.2, "g/metric_ton"),
        ("3 oz", 3, "ounce"),
        ("45 ppm", 45, "ppm"),
        ("2.4 per 200,000 hours", 0.000012, "1/hour"),
        ("30 business days", 30, "business_day"),
        ("thirty (30) days", 30, "day"),
        ("a week", 1, "week"),
        ("half an hour", 0.5, "hour"),
        ("an hour and a half", 1.5, "hour"),
        ("24h", 24, "hour"),
        ("a 24-hour period", 24, "hour"),
        ("150 lbs", 150, "pound"),
        ("6 ft", 6, "foot"),
        ("the limit is 12", 12, "1"),
    ],
)
def test_one_quantity(text: str, value: float, unit: str) -> None:
    assert _read(text) == [(value, None, unit)]


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("5-10 mg", 5, 10, "mg"),
        ("5–10 mg", 5, 10, "mg"),
        ("5 to 10 mg", 5, 10, "mg"),
        ("5 mg to 10 mg", 5, 10, "mg"),
        ("between 5 and 10 mg", 5, 10, "mg"),
        ("500 mg–1 g", 500, 1000, "mg"),
        ("1 or 2 tablets", 1, 2, "tablet"),
        ("one to two tablets", 1, 2, "tablet"),
        ("two to three times a day", 2, 3, "1/day"),
        ("$5 to $10 million", 5e6, 10e6, "USD"),
        ("$5-10 million", 5e6, 10e6, "USD"),
        ("between 5% and 10%", 5, 10, "percent"),
    ],
)
def test_ranges(text: str, low: float, high: float, unit: str) -> None:
    assert _read(text) == [(low, high, unit)]


@pytest.mark.parametrize(
    "text",
    [
        "Type 2 diabetes, stage 3, grade 4",
        "On March 3 at 8:30, on the 3rd of May, on 5 June",
        "3/14/2024, 14.03.2024, 2024-03-14 and 2024-03-14T10:00:00Z",
        "call 555-123-4567 or (555) 123-4567",
        "v1.2.3, Python 3.11.2, 10.0.0.1",
        "the 20th century, COVID-19, GPT-4, MP3",
        "in 2021, since 2019 shares rose, in the 1990s, in her 30s",
        "Rule 144 shares, sections 1 and 2, Form 10-K, a 401(k), § 1910.147, #5",
        "open 24/7 from 8 am to 5 p.m.",
        "a second opinion, one of the tablets, no one",
        "1. Boil\n2) Stir\n(3) Serve",
        "1.000.000",
        "one reason or two",
        "9e999 mg",
        "15 U.S.C., December\n31, pathways: 1) inhalation",
        "",
    ],
)
def test_what_is_no_quantity(text: str) -> None:
    assert _read(text) == []


def test_two_amounts_over_one_unit() -> None:
    assert _read("BP was 180/120 mmHg") == [(180, None, "mmHg"), (120, None, "mmHg")]
    assert _read("hydrocodone 5/325 mg") == [(5, None, "mg"), (325, None, "mg")]


def test_of_a_falling_range_the_end_is_meant() -> None:
    assert _read("reduce from 10 to 5 mg") == [(5, None, "mg")]


def test_places_slice_to_the_amount_as_written() -> None:
    text = "Pay -$500 now, then 2 and a half percent per year for 30 days."
    assert [text[q.start : q.end] for q in quantities(text)] == ["-$500", "2 and a half percent per year", "30 days"]


def test_labels_in_front_of_quantities_do_not_hide_them() -> None:
    assert _read("Joint 3 at 2 rad. Under Part 107 120 m is the limit.") == [(2, None, "radian"), (120, None, "m")]


_SPELLINGS = [(name, s.strip()) for name, listed in load("units")["words"].items() for s in listed.split("|")]


@given(st.sampled_from(_SPELLINGS), st.integers(11, 1800), st.sampled_from([" ", "-"]))
def test_every_spelling_of_the_lexicon_is_read_as_its_unit(spelling: tuple[str, str], value: int, gap: str) -> None:
    name, written = spelling
    found = quantities(f"It was {value}{gap}{written}, as planned")
    assert [q.value for q in found] == [value]
    assert found[0].unit.dimension == quantities(f"It was 12 {written}.")[0].unit.dimension
    assert convert(1.0, name, found[0].unit.name) == pytest.approx(1.0)


@given(st.text(alphabet=st.sampled_from("0123456789.,:/-–% $€mgkxX()½ \nandtoraper"), max_size=80))
def test_odd_text_is_read_without_error_in_order(text: str) -> None:
    found = quantities(text)
    assert all(0 <= q.start < q.end <= len(text) for q in found)
    assert [q.start for q in found] == sorted(q.start for q in found)
    assert all(q.high is None or q.high > q.value for q in found)


@pytest.mark.parametrize(
    "piece", ["1", ",", "1 ", "1,", "5 mg ", "one ", "1-", "5 mg/", "$", "½", "and 1 ", "1 or ", " "]
)
def test_a_megabyte_of_anything_is_bounded(piece: str) -> None:
    assert len(quantities(piece * (1_000_000 // len(piece)))) <= 40_000
