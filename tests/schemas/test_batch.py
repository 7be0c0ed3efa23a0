"""A batch comes apart into items whatever is inside them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metronis.errors import InvalidTrace, Reject, TooLarge
from schemas.batch import split_array, split_lines
from schemas.mends import MalformedJson
from tests.schemas.traces import JSON

BROKEN_ITEMS = [
    b'{"latency_ms":NaN}',
    b'{"output":tru}',
    b'{"output":"\\ud800"}',
    b'{"output":"\\q, ]}"}',
    b'{"output" 1}',
    b'{"output":"\xff"}',
    b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    b'{"output":"a\x00b"}',
    b"'text'",
    b"",
]


@pytest.mark.parametrize("broken", BROKEN_ITEMS)
@pytest.mark.parametrize("form", [b"[%s]", b' {"traces" : [%s] } ', b"\xef\xbb\xbf[%s]\n"])
def test_a_broken_item_comes_out_alone(broken: bytes, form: bytes) -> None:
    first, last = b'{"output":"first, ] \\" }"}', b'{"output":"last"}'
    items = split_array(form % b",".join([first, broken, last]), max_items=10)
    assert items == [first, broken, last]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "nothing was sent"),
        (b"[1,2", "ends at byte 4"),
        (b'[{"a":NaN},{"b":[1}', "byte 6"),
        (b'[{"a":"b},NaN', "ends at byte 13"),
        (b'[{"a":NaN}] x', "byte 6"),
        (b'{"traces":[NaN]', "byte 11"),
        (b"xyz", "byte 0"),
    ],
)
def test_a_broken_array_is_refused_with_the_offset(data: bytes, problem: str) -> None:
    with pytest.raises(MalformedJson, match=problem):
        split_array(data, max_items=10)


@pytest.mark.parametrize(
    "data", [b"{}", b'{"output":"x"}', b'"text"', b"7", b'{"traces":{}}', b'{"traces":[],"x":1}', b"[]"]
)
def test_what_is_no_batch_is_told_the_shape(data: bytes) -> None:
    with pytest.raises(InvalidTrace) as refused:
        split_array(data, max_items=10)
    assert '{"traces": [...]}' in refused.value.mend


def test_too_many_items_are_refused() -> None:
    with pytest.raises(TooLarge, match="3 traces, at most 2"):
        split_array(b"[1,2,3]", max_items=2)
    with pytest.raises(TooLarge, match="3 traces, at most 2"):
        split_lines(b"1\n2\n3", max_items=2)


def test_a_hostile_batch_is_given_up_in_bounded_time() -> None:
    with pytest.raises(MalformedJson):
        split_array(b"[" + b"[]," * 600_000 + b"NaN]", max_items=10)


def test_lines_come_apart_and_blank_ones_do_not_count() -> None:
    assert split_lines(b'\xef\xbb\xbf{"a":1}\r\n\n  \n{broken\n', max_items=9) == [b'{"a":1}\r', b"{broken"]
    with pytest.raises(InvalidTrace, match="empty"):
        split_lines(b"\n\n", max_items=9)


@given(st.lists(JSON, min_size=1, max_size=5))
def test_both_ways_of_splitting_agree(values: list[object]) -> None:
    parts = [json.dumps(value).encode() for value in values]
    whole = split_array(b"[" + b",".join(parts) + b"]", max_items=10)
    with_broken = split_array(b"[" + b",".join([*parts, b"NaN"]) + b"]", max_items=10)
    assert [*whole, b"NaN"] == with_broken
    assert [json.loads(item) for item in whole] == values


@given(st.binary(max_size=100) | st.text(alphabet='{}[]",:\\ traces1N', max_size=60).map(str.encode))
def test_any_bytes_are_items_or_a_reject(data: bytes) -> None:
    try:
        items = split_array(data, max_items=100)
    except Reject:
        return
    assert items
