"""`metronis topics list`, `apply` and `check`: the topic catalogue, and whether the log has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import typer
from rich.console import Console

from metronis.cli.render import table
from metronis.log import connect_broker
from metronis.settings import Settings, load
from schemas.topics import Topic, all_topics
from streams.broker import Broker

LIST_EPILOG = "Example: metronis topics list"
APPLY_EPILOG = "Example: METRONIS_LOG__PARTITIONS=12 metronis topics apply"
CHECK_EPILOG = "Example: metronis topics check"

app = typer.Typer(help="List the topics, create those that are missing, check them.", no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Difference:
    """What the log has otherwise than the catalogue and the settings say, and how to mend it."""

    topic: str
    problem: str
    mend: str


@app.command("list", epilog=LIST_EPILOG)
def list_() -> None:
    """List every topic with its key, partitions and retention, as the catalogue and the settings have them."""
    settings = load()
    shown = table("topic", ">partitions", ">kept", "key", "value")
    shown.columns[0].no_wrap = True
    for topic in all_topics():
        shown.add_row(topic.name, str(_partitions(topic, settings)), _kept(topic, settings), topic.key, topic.value)
    Console().print(shown)


@app.command(epilog=APPLY_EPILOG)
def apply() -> None:
    """Create the topics that are missing; those that are there stay as they are."""
    settings, console = load(), Console()
    with _log(settings) as broker:
        before = broker.partition_counts()
        broker.ensure_topics(all_topics())
        there = broker.partition_counts()
    made = [topic.name for topic in all_topics() if topic.name not in before]
    for name in made:
        console.print(f"{name} created with {there[name]} partitions")
    if not made:
        console.print("nothing was missing")
    _report(differences(there, settings), console)


@app.command(epilog=CHECK_EPILOG)
def check() -> None:
    """Say what differs from the catalogue and how to mend it; status 1 where anything does."""
    settings = load()
    with _log(settings) as broker:
        found = differences(broker.partition_counts(), settings)
    _report(found, Console())


def differences(there: Mapping[str, int], settings: Settings) -> list[Difference]:
    """What differs, given how many partitions each topic has that is there."""
    found = []
    for topic in all_topics():
        wanted = _partitions(topic, settings)
        if topic.name not in there:
            found.append(Difference(topic.name, "is missing", "create it: metronis topics apply"))
        elif there[topic.name] != wanted:
            problem = f"has {there[topic.name]} partitions instead of {wanted}"
            found.append(Difference(topic.name, problem, _mend(topic.name, there[topic.name], wanted, settings)))
    return found


def _mend(name: str, there: int, wanted: int, settings: Settings) -> str:
    """Equal keys keep their order within a partition, and another count sends keys elsewhere: so only an idle topic."""
    keep = f"keep it: METRONIS_LOG__PARTITIONS={there}"
    servers = settings.kafka.bootstrap_servers
    if servers is None:
        return f"{keep}; or begin with an empty METRONIS_DATA_DIR"
    if there < wanted:
        command = f"kafka-topics.sh --bootstrap-server {servers} --alter --topic {name} --partitions {wanted}"
        return f"{keep}; or, once nothing of it waits: {command}"
    return f"{keep}; or, once nothing of it waits, delete it and run metronis topics apply"


def _report(found: list[Difference], console: Console) -> None:
    if not found:
        console.print("every topic is as it should be")
        return
    for difference in found:
        console.print(f"{difference.topic} {difference.problem}; {difference.mend}", soft_wrap=True)
    raise typer.Exit(1)


@contextmanager
def _log(settings: Settings) -> Iterator[Broker]:
    broker = connect_broker(settings)
    try:
        yield broker
    finally:
        broker.close()


def _partitions(topic: Topic, settings: Settings) -> int:
    return topic.partitions or settings.log.partitions


def _kept(topic: Topic, settings: Settings) -> str:
    if topic.cleanup == "compact" and settings.kafka.bootstrap_servers:
        return "for ever"
    return f"{topic.retention_hours or settings.log.retention_hours:g} h"
