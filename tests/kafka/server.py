"""A real single-node Apache Kafka in a folder, which tests may start, stop, kill and pause."""

from __future__ import annotations

import base64
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

# A short start and a small heap matter here; peak throughput does not.
JVM = ("-Xms256m", "-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")

# Internal topics have one partition: with the default of 50 the first join and the first transaction take seconds.
# A broker that was killed may register again once its old session is over: at the default of 9 s a restart takes 11.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
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
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=250
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
log.segment.bytes=16777216
log.retention.check.interval.ms=1000
"""


class KafkaServer:
    """One broker. Its data and its ports stay the same from one start to the next."""

    def __init__(self, folder: Path, more_properties: str = "") -> None:
        """Formats the storage in `folder`, about a second. Of a property that is there twice the last one counts.

        Raises RuntimeError where Java or Maven is missing.
        """
        self._log = folder / "server.log"
        self._properties = folder / "server.properties"
        self._classpath = f"{jars()}/*"
        self._process: subprocess.Popen[bytes] | None = None
        port, controller_port = free_ports(2)
        self.address = f"127.0.0.1:{port}"
        properties = (PROPERTIES + more_properties).format(
            port=port, controller_port=controller_port, data=folder / "data"
        )
        self._properties.write_text(properties)
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        self._format(cluster_id)

    @property
    def pid(self) -> int:
        """The broker's process. Raises RuntimeError where it does not run."""
        if self._process is None:
            raise RuntimeError("the broker does not run")
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it answers, about two seconds. Raises RuntimeError where it does not."""
        command = self._java("kafka.Kafka", str(self._properties))
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        self._wait_until_ready(self._process)

    def stop(self) -> None:
        """Shut down in order. A paused one goes on first. Idempotent."""
        if self._process is not None:
            self.resume()
            self._process.terminate()
            try:
                self._process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def kill(self) -> None:
        """SIGKILL: it finishes nothing."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """SIGSTOP: connections stay open, and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _java(self, *arguments: str) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={INFRA / 'log4j2.properties'}"
        return [program("java"), *JVM, logging, "-cp", self._classpath, *arguments]

    def _format(self, cluster_id: str) -> None:
        tool = ["kafka.tools.StorageTool", "format", "--standalone", "--config", str(self._properties)]
        tool += [f"--cluster-id={cluster_id}"]  # one word, because the id may begin with a dash
        done = subprocess.run(self._java(*tool), capture_output=True, text=True, timeout=START_TIMEOUT_S, check=False)
        if done.returncode:
            raise RuntimeError(f"Kafka's storage could not be formatted: {(done.stdout + done.stderr)[-2_000:]}")

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline_s = time.monotonic() + START_TIMEOUT_S
        while not is_ready(self.address):
            if process.poll() is not None or time.monotonic() > deadline_s:
                self.kill()
                raise RuntimeError(f"Kafka did not start: {self._log.read_text()[-2_000:]}")
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
def running_server(folder: Path, more_properties: str = "") -> Iterator[KafkaServer]:
    """A started server, which is stopped in the end whatever was done to it."""
    server = KafkaServer(folder, more_properties)
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
