"""A record is read under whatever names and units it is given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domains.mining.names import meaning
from domains.mining.reading import record
from domains.mining.record import Record, moment
from processors.subject import Subject
from schemas.trace import Trace


def read(
    attributes: dict[str, Any] | None = None, features: dict[str, float] | None = None, output: str = ""
) -> Record:
    moment_of_trace = datetime(2026, 1, 1, tzinfo=UTC)
    trace = Trace(
        kind="asset", timestamp=moment_of_trace, attributes=attributes or {}, features=features or {}, output=output
    )
    return record(Subject(trace))


@pytest.mark.parametrize(
    ("key", "field", "unit"),
    [
        ("production_short_tons", "production", "short_ton"),
        ("annualProductionTonnes", "production", "metric_ton"),
        ("production_2019_kt", "production", "kilometric_ton"),
        ("Avg Employees", "employees", None),
        ("averageEmployeeCount", "employees", None),
        ("labor_hours", "hours", None),
        ("total-hours-worked", "hours", None),
        ("mine_status", "status", None),
        ("MSHA ID", "mine_id", None),
        ("life_of_mine_years", "reserve_life", "year"),
        ("cash_cost_usd_t", "cash_cost", "USD/metric_ton"),
        ("TRIFR", "frequency_rate", None),
        ("ore_grade_pct", "grade", "percent"),
    ],
)
def test_a_key_means_a_field_and_a_unit(key: str, field: str, unit: str | None) -> None:
    found = meaning(key)
    assert found is not None
    assert (found.field, found.unit and found.unit.name) == (field, unit)


def test_a_key_may_name_its_commodity() -> None:
    found = meaning("au_grade_gpt")
    assert found is not None
    assert (found.field, found.commodity) == ("grade", "gold")


@pytest.mark.parametrize("key", ["production_target", "mine_basin", "production_unit", "", "2019", "контакт"])
def test_other_keys_mean_nothing(key: str) -> None:
    assert meaning(key) is None


@pytest.mark.parametrize(
    "attributes",
    [
        {"production": "1.2 Mt"},
        {"production": {"value": 1.2, "unit": "Mt"}},
        {"production_kt": "1,200"},
        {"output": {"production_tonnes": 1_200_000}},
    ],
)
def test_values_are_read_in_any_form(attributes: dict[str, Any]) -> None:
    assert read(attributes).number("production") == pytest.approx(1_200_000)


def test_a_permit_s_status_is_not_the_mine_s() -> None:
    mine = read({"status": "active", "permit": {"status": "expired"}})
    assert (mine.text("status"), mine.text("permit_status")) == ("active", "expired")


@pytest.mark.parametrize(
    "attributes",
    [
        {"sources": {"operator": {"production_t": 5}, "regulator": {"production_t": 6}}},
        {"sources": [{"source": "operator", "production_t": 5}, {"source": "regulator", "production_t": 6}]},
        {"operator_production_t": 5, "regulator_production_t": 6},
        {"production_t": {"operator": 5, "regulator": 6}},
    ],
)
def test_sources_are_kept_apart(attributes: dict[str, Any]) -> None:
    said = {source: figures["production"].value for source, figures in read(attributes).sources.items()}
    assert said == {"operator": 5, "regulator": 6}


@pytest.mark.parametrize(
    "attributes",
    [
        {"history": [{"year": 2020, "production_t": 5}, {"year": 2021, "production_t": 6}]},
        {"history": {"2020": {"production_t": 5}, "2021": {"production_t": 6}}},
        {"production_history": {"2020": 5, "2021": 6}},
        {"production_t": {"2020": 5, "2021": 6}},
        {"production_2020_t": 5, "production_2021_t": 6},
    ],
)
def test_histories_are_by_year(attributes: dict[str, Any]) -> None:
    assert read(attributes).histories["production"] == {2020: 5, 2021: 6}


def test_what_is_there_without_a_value_is_missing_and_what_is_unknown_is_not_reported() -> None:
    mine = read({"mine_name": "", "mine_status": "-", "production_t": None, "mine_type": "nan"})
    assert mine.missing == {"name": "mine_name", "production": "production_t", "mine_type": "mine_type"}
    assert mine.not_reported == {"status"}


def test_an_output_in_json_is_a_record() -> None:
    assert read(output='```json\n{"mineStatus": "closed", "averageEmployees": 12}\n```').number("employees") == 12


@pytest.mark.parametrize(
    ("text", "date"), [("2019", "2019-01-01"), ("2019-07", "2019-07-01"), ("2019-07-31T10:00Z", "2019-07-31")]
)
def test_a_moment_may_be_a_year(text: str, date: str) -> None:
    assert str(moment(text)) == date


@pytest.mark.parametrize("text", ["", "soon", "2019-13", "2019-02-31", "0000"])
def test_no_moment(text: str) -> None:
    assert moment(text) is None


@pytest.mark.parametrize("value", [[-23.4, -69.1], "-23.4, -69.1", ["-23.4", "-69.1", "1200"]])
def test_a_pair_of_coordinates_is_a_position(value: Any) -> None:
    assert read({"geometry": {"coordinates": value}}).positions == [(-23.4, -69.1)]


@pytest.mark.parametrize("value", [[], [1.0], "here", [[[-69.1, -23.4]]], None, {"a": 1}])
def test_other_coordinates_are_no_position(value: Any) -> None:
    assert read({"geometry": {"coordinates": value}}).positions == []


def test_a_state_may_be_that_of_the_works() -> None:
    assert read({"state": "Care and maintenance"}).text("status") == "care and maintenance"
    assert read({"state": "Nevada"}).text("state") == "nevada"
