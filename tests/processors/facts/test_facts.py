"""Facts: every way of reading a value from a trace, and what is no value."""

from __future__ import annotations

import json
from typing import Any

import pytest

from processors.expressions import Absent
from processors.facts.declaration import FactDeclared
from processors.facts.environment import Facts
from processors.subject import Subject
from processors.wrong import Wrong
from schemas.evaluation import Evidence
from schemas.trace import Document, Message, Usage
from tests.builders import NOON
from tests.processors.declared import episode, scope, subject


def read(declared: str, of: Subject) -> Any:
    """The value of a fact, or None where it is absent; a series as a list."""
    try:
        value = Facts(of, scope(f"it: {declared}").schema).fact("it")
    except Absent:
        return None
    return value.tolist() if hasattr(value, "tolist") else value


@pytest.mark.parametrize(
    ("declared", "value", "expected"),
    [
        ("{path: attributes.it}", 4, 4.0),
        ("{path: attributes.it}", "4.5", 4.5),
        ("{path: attributes.it}", "1,250,000", 1_250_000.0),
        ("{path: attributes.it}", "4,5", None),
        ("{path: attributes.it}", True, None),
        ("{path: attributes.it}", None, None),
        ("{path: attributes.it}", "none", None),
        ("{path: attributes.it}", [1, 2], None),
        ("{path: attributes.it, unit: mg}", 500, 0.5),
        ("{path: attributes.it, unit: mg}", "500", 0.5),
        ("{path: attributes.it, unit: mg}", "500 mg", 0.5),
        ("{path: attributes.it, unit: mg}", "0.5 g", 0.5),
        ("{path: attributes.it, unit: mg}", {"value": 2, "unit": "g"}, 2.0),
        ("{path: attributes.it, unit: mg}", {"Value": "500"}, 0.5),
        ("{path: attributes.it, unit: mg}", {"amount": 2}, None),
        ("{path: attributes.it, unit: mg}", "5 mL", None),
        ("{path: attributes.it, unit: mg}", "5-10 mg", None),
        ("{path: attributes.it, unit: percent}", "12 %", 0.12),
        ("{path: attributes.it, unit: percent}", 12, 0.12),
        ("{path: attributes.it, unit: degC}", 37, 310.15),
        ("{path: attributes.it, type: text}", " Buy ", "buy"),
        ("{path: attributes.it, type: text}", 5, "5"),
        ("{path: attributes.it, type: text}", {"a": 1}, None),
        ("{path: attributes.it, type: boolean}", True, True),
        ("{path: attributes.it, type: boolean}", 0, False),
        ("{path: attributes.it, type: boolean}", "Yes", True),
        ("{path: attributes.it, type: boolean}", "maybe", None),
        ("{path: attributes.it, type: time}", "1970-01-02", 86_400.0),
        ("{path: attributes.it, type: time}", "1970-01-01T01:00:00+01:00", 0.0),
        ("{path: attributes.it, type: time}", "1970-01-01T00:00:01Z", 1.0),
        ("{path: attributes.it, type: time}", "January 2, 1970", 86_400.0),
        ("{path: attributes.it, type: time}", 1_700_000_000, 1.7e9),
        ("{path: attributes.it, type: time}", 1_700_000_000_000, 1.7e9),
        ("{path: attributes.it, type: time}", "soon", None),
        ("{path: attributes.it, type: time}", 10**400, None),
    ],
)
def test_a_value_of_a_field(declared: str, value: Any, expected: Any) -> None:
    assert read(declared, subject(attributes={"it": value})) == (
        pytest.approx(expected) if isinstance(expected, float) else expected
    )


@pytest.mark.parametrize("key", ["max_torque", "maxTorque", "MaxTorque", "max-torque", "MAX_TORQUE"])
def test_keys_are_blind_to_case_and_to_what_joins_their_words(key: str) -> None:
    assert read("{path: attributes.joint.max_torque}", subject(attributes={"Joint": {key: 5}})) == 5
    assert read("{path: attributes.joint.maxTorque}", subject(attributes={"Joint": {key: 5}})) == 5


def test_the_first_path_that_leads_somewhere_counts() -> None:
    declared = "{path: [attributes.account.leverage, attributes.leverage, features.leverage]}"
    assert read(declared, subject(attributes={"leverage": 2}, features={"leverage": 3.0})) == 2
    assert read(declared, subject(features={"leverage": 3.0})) == 3
    assert read(declared, subject(attributes={"account": {"leverage": None}, "leverage": 2})) == 2


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("{path: 'attributes.orders[].price'}", [1.0, 2.0]),
        ("{path: 'attributes.orders[0].price'}", 1.0),
        ("{path: 'attributes.orders[-1].price'}", 2.0),
        ("{path: 'attributes.orders[7].price'}", None),
        ("{path: 'attributes.orders[].size'}", [9.0]),
        ("{path: 'attributes.orders[].tags[]', type: text}", ["a", "b", "c"]),
        ("{path: 'attributes.positions[]'}", [10.0, 20.0]),
        ("{path: 'attributes.orders.price'}", None),
        ("{path: 'attributes.none[].price'}", None),
        ("{path: 'attributes.empty[]'}", None),
        ("{path: 'tags[]', type: text}", ["live"]),
        ("{path: latency_ms, unit: ms}", 0.25),
        ("{path: usage.cost_usd, unit: USD}", 0.5),
        ("{path: model, type: text}", "m-1"),
        ("{path: kind, type: text}", "agent"),
        ("{path: timestamp, type: time}", NOON.timestamp()),
    ],
)
def test_the_ways_into_a_trace(declared: str, expected: Any) -> None:
    attributes = {
        "orders": [{"price": 1, "tags": ["a", "b"]}, {"price": 2, "size": 9, "tags": ["c"]}],
        "positions": {"X": 10, "Y": 20},
        "empty": [],
    }
    of = subject(
        kind="agent", attributes=attributes, tags=["Live"], latency_ms=250.0, usage=Usage(cost_usd=0.5), model="M-1"
    )
    assert read(declared, of) == expected


def test_a_series_of_all_joints_of_all_steps() -> None:
    of = episode({"joint_velocity": [1, -2]}, {}, {"jointVelocity": [3]})
    assert read("{path: 'episode.steps[].state.joint_velocity[]', unit: rad/s}", of) == [1, -2, 3]
    facts = Facts(of, scope("it: {path: 'episode.steps[].state.joint_velocity[]'}").schema)
    assert facts.positions("it") == (0, 0, 2)
    assert facts.evidence("it") == tuple(Evidence("episode.steps", at, at + 1) for at in (0, 0, 2))


ORDER = json.dumps({"order": {"Side": "SELL", "limitPrice": "12.50"}})


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (ORDER, 12.5),
        (f"I will place this order:\n```json\n{ORDER}\n```\nDone.", 12.5),
        (f"```\n{ORDER}\n```", 12.5),
        (f"```python\nprint(1)\n```\n```json\n{ORDER}\n```", 12.5),
        ([Message(role="assistant", content=ORDER)], 12.5),
        (ORDER[:-2], None),
        ("Sell at 12.50.", None),
        ("", None),
        ("```json\n" + "\n" * 200_000, None),
        ("[" * 100_000, None),
    ],
)
def test_the_output_read_as_json(output: Any, expected: Any) -> None:
    assert read("{path: json.order.limit_price}", subject(output=output)) == expected


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("Take Tylenol, not ibuprofen.", "acetaminophen"),
        ("Take ibuprofen or Tylenol.", "ibuprofen"),
        ("Take a walk.", None),
        ("", None),
    ],
)
def test_the_first_term_of_a_vocabulary(output: str, expected: Any) -> None:
    assert read("{vocabulary: drug}", subject(output=output)) == expected


def test_a_term_is_looked_for_in_one_text_after_the_other() -> None:
    of = subject(input="Is ibuprofen fine?", output="Rather Tylenol.")
    assert read("{vocabulary: drug, in: [input, output]}", of) == "ibuprofen"
    facts = Facts(of, scope("it: {vocabulary: drug}").schema)
    assert facts.evidence("it") == (Evidence("output", 7, 14),)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"output": "Call 911 now"}, True),
        ({"output": "Wait."}, False),
        ({"output": " "}, None),
        ({"input": "Call 911?"}, None),
    ],
)
def test_whether_a_phrase_is_said(fields: dict[str, Any], expected: Any) -> None:
    assert read("{phrases: [call 911, emergency room]}", subject(**fields)) is expected


@pytest.mark.parametrize(
    ("declared", "output", "expected"),
    [
        ("{quantity: m/s}", "It ran at 250 mm/s, then at 0.1 m/s.", [0.25, 0.1]),
        ("{quantity: m/s, near: [speed]}", "It ran at 250 mm/s. The speed was 1 m/s.", [1.0]),
        ("{quantity: m/s, near: [speed]}", "It ran at 250 mm/s.", None),
        ("{quantity: m/s}", "Between 100 and 200 mm/s.", [0.1, 0.2]),
        ("{quantity: percent}", "5 trades, 12 % more", [0.12]),
        ("{quantity: '1'}", "5 trades, 12 % more", [5.0]),
        ("{quantity: USD}", "$5 million", [5e6]),
        ("{quantity: mg}", "nothing", None),
    ],
)
def test_quantities_of_a_text(declared: str, output: str, expected: list[float] | None) -> None:
    assert read(declared, subject(output=output)) == (pytest.approx(expected) if expected else None)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("{date: output}", "2024-03-01"),
        ("{date: output, near: [filed, filing]}", "2024-04-02"),
        ("{date: output, near: [signed]}", None),
        ("{date: [context, output]}", "2023-12-24"),
    ],
)
def test_dates_of_a_text(declared: str, expected: str | None) -> None:
    of = subject(output="It began on March 1, 2024. It was filed on 2 April 2024.", context=["On 2023-12-24."])
    value = read(f"{declared}", of)
    moment = read("{path: attributes.day, type: time}", subject(attributes={"day": expected}))
    assert value == moment


def test_places_in_the_request_and_in_context_are_counted_there() -> None:
    asked = [Message(role="system", content="Be kind."), Message(role="user", content="May I take Tylenol?")]
    of = subject(input=asked, context=["Nothing.", Document(id="d", content="On ibuprofen.")])
    facts = Facts(of, scope("asked: {vocabulary: drug, in: request}\nknown: {vocabulary: drug, in: context}").schema)
    (asked_at,), (known_at,) = facts.evidence("asked"), facts.evidence("known")
    assert of.input_text[asked_at.start : asked_at.end] == "Tylenol"
    assert known_at == Evidence("context[1]", 3, 12)


@pytest.mark.parametrize(
    ("declared", "place", "problem"),
    [
        ({"path": "atributes.a"}, ("path", 0), "did you mean 'attributes'?"),
        ({"path": ["attributes.a", "attributes..b"]}, ("path", 1), "is no path"),
        ({"path": "attributes.a[x]"}, ("path", 0), "is no path"),
        ({"path": "attributes.a b"}, ("path", 0), "is no path"),
        ({"path": ["attributes.a", "attributes.b[]"]}, ("path",), "one value or a series"),
        ({"path": "attributes.a", "unit": "parsnip"}, ("unit",), "unknown unit 'parsnip'"),
        ({"path": "attributes.a", "unit": "mg", "type": "text"}, ("unit",), "a text has no unit"),
        ({"vocabulary": "drugs"}, ("vocabulary",), "did you mean 'drug'?"),
        ({"vocabulary": "drug", "unit": "mg"}, ("unit",), "leave it out"),
        ({"phrases": ["fine", "/(/"]}, ("phrases", 1), ""),
        ({"quantity": "parsnip"}, ("quantity",), "unknown unit 'parsnip'"),
        ({"date": "output", "near": ["/(/"]}, ("near", 0), ""),
    ],
)
def test_what_is_wrong_with_a_declaration_is_said_with_its_place(
    declared: dict[str, Any], place: tuple[str | int, ...], problem: str
) -> None:
    with pytest.raises(Wrong) as wrong:
        FactDeclared.model_validate(declared).build("it", scope().vocabularies)
    assert wrong.value.path == place
    assert problem in wrong.value.problem


@pytest.mark.parametrize("declared", [{}, {"path": "attributes.a", "quantity": "mg"}, {"path": []}, {"in": "outptu"}])
def test_a_fact_is_read_in_one_way(declared: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"one of|at least 1|Input should be"):
        FactDeclared.model_validate(declared)
