from __future__ import annotations

import io

import pytest
from rich.console import Console, RenderableType

from metronis.cli.judging import Refused
from metronis.cli.render import dollars, duration, excerpt, explained, percent, printable, refused_lines
from schemas.evaluation import Evidence
from schemas.trace import Document, Episode, Message, Step, Trace
from schemas.verdict import Verdict
from tests.builders import TRACE_ID, evaluation, trace
from tests.cli.judges import Scripted


def shown(what: RenderableType, width: int = 80) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(what)
    return out.getvalue()


def verdict_on(subject: Trace) -> Verdict:
    return Scripted().evaluate(subject)


def test_a_failing_verdict_says_why_and_quotes_where() -> None:
    subject = trace(
        kind="rag",
        context=["old", Document(id="d", content="The dose is 500 mg.")],
        output=[Message(role="assistant", content="Take"), Message(role="assistant", content="5000 mg at once.")],
    )
    found = evaluation(
        evaluator="ungrounded_number",
        issue="ungrounded",
        outcome="fail",
        score=0.9,
        severity="high",
        explanation="the context never mentions 5000",
        evidence=[Evidence("output", 5, 12), Evidence("context[1]", 12, 18), Evidence("steps[3]", 3, 4)],
    )
    text = shown(explained(subject, verdict_on(subject), [found, evaluation()]))
    assert "high ungrounded: the context never mentions 5000" in text
    assert "output 5-12  Take «5000 mg» at once." in text
    assert "context[1] 12-18  The dose is «500 mg»." in text
    assert "steps[3] 3-4" in text
    assert str(TRACE_ID) in text
    assert max(map(len, text.splitlines())) <= 80


def test_evaluators_that_said_nothing_are_named_with_the_reason() -> None:
    rows = [
        evaluation(evaluator=name, disposition="filtered", outcome=None, score=None, explanation="not for llm")
        for name in ("one", "two")
    ]
    failed = evaluation(evaluator="three", disposition="failed", outcome=None, score=None, explanation="KeyError: 'x'")
    text = shown(explained(trace(), verdict_on(trace()), [*rows, failed]))
    assert "filtered (not for llm): one, two" in text
    assert "failed (KeyError: 'x'): three" in text


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (trace(features={"grade": 1.25}, input="", output=""), "grade 1.25"),
        (
            trace(episode=Episode(steps=[Step(reward=0.5), Step(reward=-2.0)]), input="", output=""),
            "2 steps, reward -1.5",
        ),
    ],
)
def test_traces_without_text_show_what_they_have(subject: Trace, words: str) -> None:
    assert words in shown(explained(subject, verdict_on(subject)))


def test_no_text_of_a_trace_reaches_the_terminal_as_a_command() -> None:
    hostile = "\x1b[2J\x1b]0;owned\x07 [bold]x[/bold] \u202eevil"
    subject = trace(input=hostile, output=hostile, model="m\x1b[31m", domain="d\x1bx")
    row = evaluation(
        evaluator="e\x1b", issue="i\x1b", outcome="fail", score=1.0, severity="low", explanation=hostile,
        evidence=[Evidence("output", 0, 9)],
    )  # fmt: skip
    text = shown(explained(subject, verdict_on(subject), [row]))
    assert not set(text) & {"\x1b", "\x07", "\u202e"}
    assert "[bold]x[/bold]" in text


def test_bad_lines_show_how_many_more_there_are() -> None:
    row = Refused(line=7, code="invalid_trace", field="$.input", problem="wrong \x1b type", mend="Send text")
    text = shown(refused_lines([row], 3, "; all are in report.json"))
    assert text.splitlines() == [
        "3 bad lines",
        "line 7: $.input: wrong \N{REPLACEMENT CHARACTER} type. Send text",
        "and 2 more; all are in report.json",
    ]


def test_amounts_read_well() -> None:
    assert [dollars(cost) for cost in (0, 0.000123, 0.25, 1234.5)] == ["$0", "$0.00012", "$0.25", "$1,234.50"]
    assert [duration(us) for us in (0, 3.456, 1_500, 2_500_000)] == ["0 µs", "3.46 µs", "1.5 ms", "2.5 s"]
    assert [percent(share) for share in (None, 0, 0.1234, 1)] == ["–", "0.0%", "12.3%", "100%"]


def test_excerpts_are_one_bounded_line() -> None:
    assert excerpt("one\n\ttwo") == "one two"
    assert len(excerpt("word " * 100_000)) <= 160
    assert printable("tab\tand\nline") == "tab\tand\nline"
