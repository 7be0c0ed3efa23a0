"""A real Apache Kafka in a folder, one controller and one broker, which tests may start, stop, kill and pause."""

from __future__ import annotations

import base64
import os
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from tests.kafka.jars import INFRA, jars, program

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 20
SESSION_S = 4.0

# A short start and a small heap matter here; peak throughput does not.
JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")

CONTROLLER_PROPERTIES = """\
process.roles=controller
node.id=2
controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}
listeners=CONTROLLER://127.0.0.1:{controller_port}
controller.listener.names=CONTROLLER
log.dirs={data}
broker.session.timeout.ms={session_ms}
"""

# Internal topics have one partition: with the default of 50 the first join and the first transaction take seconds.
PROPERTIES = """\
process.roles=broker
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=250
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
log.segment.bytes=16777216
log.retention.check.interval.ms=1000
"""


class Node:
    """One process of Kafka. Its data and its ports stay the same from one start to the next."""

    def __init__(self, folder: Path, properties: str, heap: tuple[str, ...]) -> None:
        """Raises RuntimeError where Java or Maven is missing."""
        folder.mkdir()
        self._log = folder / "server.log"
        self._properties = folder / "server.properties"
        self._properties.write_text(properties)
        self._heap = heap
        self._classpath = f"{jars()}/*"
        self.process: subprocess.Popen[bytes] | None = None

    def format(self, cluster_id: str, *options: str) -> subprocess.Popen[bytes]:
        """The tool that formats the storage, about a second, as it runs."""
        tool = ["kafka.tools.StorageTool", "format", "--config", str(self._properties), *options]
        tool += [f"--cluster-id={cluster_id}"]  # one word, because the id may begin with a dash
        return self._run(*tool)

    def start(self) -> None:
        self.process = self._run("kafka.Kafka", str(self._properties))

    def stop(self) -> None:
        """Shut down in order. A paused one goes on first. Idempotent."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            if self.process is not None:
                self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
        self.wait()

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)

    def wait(self) -> None:
        """Until it has ended."""
        if self.process is not None:
            self.process.wait()
            self.process = None

    @property
    def last_words(self) -> str:
        """The end of its log."""
        return self._log.read_text()[-2_000:]

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        logging = f"-Dlog4j2.configurationFile={INFRA / 'log4j2.properties'}"
        command = [program("java"), *self._heap, *JVM, logging, "-cp", self._classpath, *arguments]
        with self._log.open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)


class KafkaServer:
    """One broker, and a controller that outlives it.

    In one process with its controller, a broker that was killed takes itself for the leader of everything when it
    starts, finds the transactions that were committed and not yet marked so in their topics, takes those topics for
    deleted because their leader is not up, and never marks them: their readers wait for ever (Kafka 4.3.1). A
    controller that goes on, and has found the broker gone before it comes back, spares it that, as replicas do. The
    same befalls a lone broker that goes on after a pause longer than its session with the controller: what was to be
    aborted is committed with the next transaction.
    """

    def __init__(self, folder: Path, more_properties: str = "", session_s: float = SESSION_S) -> None:
        """Formats the storage in `folder`, about a second. Of a property that is there twice the last one counts.

        `session_s`: of the broker with its controller. A start after a kill waits for its end, and a pause had better
        be shorter. Raises RuntimeError where Java or Maven is missing.
        """
        self._session_s = session_s
        port, controller_port = free_ports(2)
        self.address = f"127.0.0.1:{port}"
        at_controller = CONTROLLER_PROPERTIES.format(
            controller_port=controller_port, data=folder / "metadata", session_ms=int(session_s * 1_000)
        )
        at_broker = (PROPERTIES + more_properties).format(
            port=port, controller_port=controller_port, data=folder / "data"
        )
        folder.mkdir(exist_ok=True)
        self._controller = Node(folder / "controller", at_controller, ("-Xms64m", "-Xmx256m"))
        self._broker = Node(folder / "broker", at_broker, ("-Xms256m", "-Xmx768m"))
        self._killed_at_s = -session_s
        self._format()

    @property
    def pid(self) -> int:
        """The broker's process. Raises RuntimeError where it does not run."""
        if self._broker.process is None:
            raise RuntimeError("the broker does not run")
        return self._broker.process.pid

    def start(self) -> None:
        """Start it and wait until it answers, about three seconds. Raises RuntimeError where it does not."""
        if self._controller.process is None:
            self._controller.start()
        time.sleep(max(0, self._killed_at_s + self._session_s - time.monotonic()))  # see the class
        self._broker.start()
        self._wait_until_ready()

    def stop(self) -> None:
        """Shut down in order. A paused one goes on first. Idempotent."""
        self._broker.stop()
        self._controller.stop()

    def kill(self) -> None:
        """SIGKILL to the broker: it finishes nothing."""
        self._broker.signal(signal.SIGKILL)
        self._broker.wait()
        self._killed_at_s = time.monotonic()

    def pause(self) -> None:
        """SIGSTOP to the broker, every thread of it: connections stay open, and nothing is answered."""
        self._broker.signal(signal.SIGSTOP)
        assert self._broker.process is not None
        os.waitid(os.P_PID, self._broker.process.pid, os.WSTOPPED | os.WNOWAIT)

    def resume(self) -> None:
        """SIGCONT."""
        self._broker.signal(signal.SIGCONT)

    def _format(self) -> None:
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        tools = {
            self._controller: self._controller.format(cluster_id, "--standalone"),
            self._broker: self._broker.format(cluster_id, "--no-initial-controllers"),
        }
        for node, tool in tools.items():
            if tool.wait(START_TIMEOUT_S):
                raise RuntimeError(f"Kafka's storage could not be formatted: {node.last_words}")

    def _wait_until_ready(self) -> None:
        deadline_s = time.monotonic() + START_TIMEOUT_S
        while not is_ready(self.address):
            ended = self._broker.process is None or self._broker.process.poll() is not None
            if ended or time.monotonic() > deadline_s:
                self.stop()
                raise RuntimeError(f"Kafka did not start: {self._broker.last_words}")
            time.sleep(0.05)


def is_ready(address: str, timeout_s: float = 2.0) -> bool:
    """Whether a broker listens at `address` and answers a request for metadata."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=timeout_s).close()
        AdminClient({"bootstrap.servers": address, "log_level": 0}).list_topics(timeout=timeout_s)
    except (OSError, KafkaException):
        return False
    return True


@contextmanager
def running_server(folder: Path, more_properties: str = "", session_s: float = SESSION_S) -> Iterator[KafkaServer]:
    """A started server, which is stopped in the end whatever was done to it."""
    server = KafkaServer(folder, more_properties, session_s)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens at."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [bound.getsockname()[1] for bound in sockets]
    for bound in sockets:
        bound.close()
    return ports
