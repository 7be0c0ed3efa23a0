"""Nothing but the language is read, and whatever is given, an answer comes at once."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.expressions import Absent, ExpressionError
from processors.expressions.compiler import MAX_DEPTH
from tests.processors.expressions.traces import Trace, compiled

HOSTILE = [
    "__import__('os').system('true')",
    "side.__class__.__mro__",
    "().__class__.__bases__[0].__subclasses__()",
    "side.upper()",
    "'{0.__class__}'.format(side)",
    "f'{side}'",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "getattr(side, 'upper')",
    "(lambda: 1)()",
    "[each for each in speeds]",
    "{each: 1 for each in speeds}",
    "(each for each in speeds)",
    "(leverage := 5)",
    "max(*speeds)",
    "max(**side)",
    "max(speeds, key=abs)",
    "max(max)(speeds)",
    "speeds[0]",
    "speeds[0:2]",
    "drugs[drug]",
    "drugs.__class__['mro']",
    "drugs.max_daily.__class__['x']",
    "side == b'buy'",
    "leverage == 1j",
    "None",
    "...",
    "~leverage",
    "leverage << 3",
    "leverage, leverage",
    "{1, 2}",
    "{}",
    "await leverage",
    "yield",
    "9 ** 9 ** 9",
    "'a' * 9",
    "4 [9**9**9]",
    "1" * 1_999,
    "leverage\0",
    "\ud800",
    "'\ud800' == side",
    "",
    " \n ",
    "#",
    "leverage >",
    "import os",
    "leverage = 4",
    "5 [mg",
    "5 []",
    "(5) [mg]",
    '"""',
    "(" * 999 + "1" + ")" * 999,
    "-" * 1_999 + "1",
    "not " * 499 + "halted",
    "1" + "+1" * 999,
    "max(" * 300 + "1" + ")" * 300,
    "[" * 1_000,
    "a" * 1_000_000,
]


@pytest.mark.parametrize("source", HOSTILE, ids=lambda source: repr(source[:30]))
def test_hostile_sources_are_refused(source: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        compiled(source)
    assert 0 <= raised.value.column <= len(source)


@pytest.mark.parametrize(
    "source", ["1<" * 999 + "1", " or ".join(["halted"] * 190), "+".join(["leverage"] * MAX_DEPTH)]
)
def test_long_ones_within_the_limits_are_run(source: str) -> None:
    compiled(source).evaluate(Trace())


@pytest.mark.parametrize(
    ("source", "mend"),
    [("leverage = 4", "write `==`"), ("halted && halted", "write `and`"), ("halted || halted", "write `or`")],
)
def test_other_languages_are_recognised(source: str, mend: str) -> None:
    with pytest.raises(ExpressionError, match=mend):
        compiled(source)


_TOKENS = """
leverage side dose speeds stopped drug drugs.max_daily[ now True 4 0 4[mg] 'buy' é
max( abs( has( default( date( weekday( [ ] ( ) , + - * / % ** < <= == != in not and or if else lambda : =
"""
_tokens = st.sampled_from(_TOKENS.split())


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(_tokens, max_size=14).map(" ".join)))
def test_any_text_is_an_expression_or_told_to_be_none(source: str) -> None:
    with suppress(ExpressionError, Absent):
        compiled(source).evaluate(Trace())
