from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from metronis.cli import app
from metronis.errors import InvalidTrace, NotFound
from schemas.topics import TRACES_RAW, VERDICTS, all_topics
from streams.broker import Broker, Message, Record
from streams.embedded import EmbeddedBroker
from streams.tier import TierTask

SECRET = "Ann Smith, 078-05-1120"


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    monkeypatch.setenv("METRONIS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    broker = EmbeddedBroker(tmp_path / "log.sqlite")
    broker.ensure_topics(all_topics())
    yield broker
    broker.close()


class Failing:
    """Refuses some records and has a bug for others."""

    def __init__(self, topic: str) -> None:
        self.name = "t0"
        self.topic = topic

    def process(self, record: Record) -> Sequence[Message]:
        if b"bug" in record.value:
            raise ZeroDivisionError
        raise InvalidTrace("a wrong type", field="$.input", mend="Send text")


def fail(broker: Broker, *values: str, topic: str = TRACES_RAW.name) -> None:
    messages = [Message(topic, b"org/1", value.encode(), {"from": b"\x1b[2Ja test"}) for value in values]
    broker.producer().send(messages)
    give_up(broker, topic)


def give_up(broker: Broker, topic: str = TRACES_RAW.name) -> None:
    task = TierTask(Failing(topic), broker, batch_max=100, poll_wait_s=0)
    while task.lag():
        task.turn()
    task.close()


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["dlq", *arguments], input=given)


def listed(*arguments: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run("list", "--json", *arguments).stdout.splitlines()]


def test_each_is_listed_with_what_an_operator_asks_first_and_nothing_of_its_content(broker: Broker) -> None:
    fail(broker, f"bug {SECRET}", f"word {SECRET}")
    result = run("list")
    assert result.exit_code == 0
    for word in ("traces.raw.quarantine/", "t0", "crashed", "invalid_trace", "2 of 2"):
        assert word in result.stdout
    assert all(str(row["position"]) in result.stdout for row in listed())
    assert SECRET not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    (row,) = listed("--code", "crashed")
    assert (row["step"], row["attempt"], row["size_bytes"], row["key"]) == ("t0", 1, 4 + len(SECRET), "org/1")
    assert str(row["source"]).startswith("traces.raw/")


def test_lists_keep_to_their_filters_and_limit(broker: Broker) -> None:
    fail(broker, "bug", "word", "bug")
    fail(broker, "word", topic=VERDICTS.name)
    assert len(listed()) == 4
    assert [row["code"] for row in listed("--topic", "traces.raw.quarantine", "--code", "crashed")] == ["crashed"] * 2
    assert len(listed("--topic", "verdicts")) == 1
    assert len(listed("--limit", "2")) == 2
    assert len(listed("--since", "1h")) == 4
    assert listed("--since", "2100-01-01") == []
    assert run("list", "--topic", "verdict").exit_code == 2


def test_where_there_are_none_it_says_so(broker: Broker) -> None:  # noqa: ARG001 - an empty log
    assert run("list").stdout.strip() == "no dead letters wait"
    assert run("replay").stdout.strip() == "no dead letters wait"


def test_one_is_shown_with_its_reason_and_headers_and_its_bytes_only_when_asked(broker: Broker) -> None:
    fail(broker, f"word {SECRET}")
    (row,) = listed()
    shown = run("show", str(row["position"])).stdout
    for word in ("$.input: a wrong type. Send text", "invalid_trace", "header from", "by t0, attempt 1", "org/1"):
        assert word in shown, shown
    assert SECRET not in shown
    assert "\x1b" not in shown
    assert run("show", str(row["position"]), "--payload").stdout == f"word {SECRET}"
    assert run("show", str(row["source"])).stdout == shown


def test_one_that_is_not_there_is_an_error(broker: Broker) -> None:
    fail(broker, "bug")
    assert isinstance(run("show", "traces.raw.quarantine/0/99").exception, NotFound)


def test_a_dry_run_and_a_no_replay_nothing(broker: Broker) -> None:
    fail(broker, "bug", "bug", "word")
    dry = run("replay", "--dry-run", "--code", "crashed")
    assert dry.exit_code == 0
    assert dry.stdout.split()[-3:] == ["traces.raw", "crashed", "2"]
    assert "Replay 3?" in run("replay", given="n\n").stdout
    assert run("replay", given="").exit_code == 1
    assert len(broker.read(TRACES_RAW.name, limit=100)) == 3


def test_a_replay_takes_each_once_and_what_fails_again_comes_back_counted(broker: Broker) -> None:
    fail(broker, "bug", "bug", "word")
    assert "2 of 2 replayed" in run("replay", "--code", "crashed", "--yes").stdout
    assert "1 of 1 replayed" in run("replay", given="y\n").stdout
    assert run("replay", "--yes").stdout.strip() == "no dead letters wait"
    assert listed() == []
    assert [row["replayed"] for row in listed("--all")] == [True] * 3

    give_up(broker)
    assert sorted((row["code"], row["attempt"]) for row in listed()) == [
        ("crashed", 2),
        ("crashed", 2),
        ("invalid_trace", 2),
    ]


def test_verdicts_are_not_replayed_and_it_says_what_to_do_instead(broker: Broker) -> None:
    fail(broker, "word", topic=VERDICTS.name)
    result = run("replay", "--topic", "verdicts", "--yes")
    assert result.exit_code == 2
    assert "metronis replay" in " ".join(result.output.split())
    assert run("replay", "--yes").stdout.strip() == "no dead letters wait"
    assert len(listed()) == 1


@pytest.mark.parametrize("command", ["list", "show", "replay"])
def test_help_describes_every_option(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    result = run(command, "--help")
    assert result.exit_code == 0
    for line in result.stdout.splitlines():
        if "--" in line and line.startswith("│"):
            assert len(line.split()) > 3, line
