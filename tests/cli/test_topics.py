from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from metronis.cli import app
from metronis.cli.topics import differences
from metronis.settings import Kafka, Log, Settings
from schemas.topics import TOPICS, all_topic_names
from streams.embedded import EmbeddedBroker


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("METRONIS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("METRONIS_LOG__PARTITIONS", "3")
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def run(command: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["topics", command])
    return result.exit_code, result.output


def test_every_topic_has_its_dead_letters_in_the_catalogue() -> None:
    assert set(all_topic_names()) >= {name for topic in TOPICS for name in (topic.name, topic.dead_letters)}
    assert len(set(all_topic_names())) == len(all_topic_names())


def test_the_list_has_every_topic_as_the_settings_make_it() -> None:
    status, text = run("list")
    assert status == 0
    assert max(map(len, text.splitlines())) <= 80
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
    for name in all_topic_names():
        assert rows[name][:3] == ["3", "72" if name.endswith(".quarantine") else "168", "h"]


def test_check_names_what_is_missing_and_apply_creates_it(data_dir: Path) -> None:
    status, text = run("check")
    assert status == 1
    for name in all_topic_names():
        assert f"{name} is missing; create it: metronis topics apply" in text

    status, text = run("apply")
    assert status == 0
    assert text.count("created with 3 partitions") == len(all_topic_names())
    assert run("check") == (0, "every topic is as it should be\n")
    assert run("apply") == (0, "nothing was missing\nevery topic is as it should be\n")

    broker = EmbeddedBroker(data_dir / "log.sqlite")
    assert broker.partition_counts() == dict.fromkeys(all_topic_names(), 3)
    broker.close()


def test_a_wrong_number_of_partitions_is_named_with_its_mend_and_left_alone(data_dir: Path) -> None:
    broker = EmbeddedBroker(data_dir / "log.sqlite", partitions=2)
    broker.ensure_topics(["traces.raw"])
    for command in ("check", "apply", "check"):
        status, text = run(command)
        assert status == 1
        assert "traces.raw has 2 partitions instead of 3; keep it: METRONIS_LOG__PARTITIONS=2" in text
    assert broker.partition_counts()["traces.raw"] == 2
    broker.close()


@pytest.mark.parametrize(
    ("there", "mend"),
    [
        (2, "kafka-topics.sh --bootstrap-server kafka:9092 --alter --topic traces.raw --partitions 3"),
        (5, "delete it and run metronis topics apply"),
    ],
)
def test_on_kafka_the_mend_is_a_command(there: int, mend: str) -> None:
    settings = Settings(log=Log(partitions=3), kafka=Kafka(bootstrap_servers="kafka:9092"))
    counts = {**dict.fromkeys(all_topic_names(), 3), "traces.raw": there, "somebody.elses": 1}
    (difference,) = differences(counts, settings)
    assert difference.topic == "traces.raw"
    assert mend in difference.mend
