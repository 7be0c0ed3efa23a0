"""Logins and TLS: what the settings say reaches a broker that asks for both, and what is wrong is one sentence."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from metronis.errors import Misconfigured
from metronis.log import open_broker
from metronis.settings import Settings
from schemas.topics import TRACES_RAW
from streams.broker import Message
from streams.tier import ends
from tests.infra.processes import failing, free_port
from tests.kafka.jars import program
from tests.kafka.server import running_server

pytestmark = pytest.mark.kafka

USER, PASSWORD = "metronis", "unguessable"
STORE_PASSWORD = "changeit"  # of a file that a test makes and throws away

# The plain listener stays, for the server's own start; nobody else uses it.
PROPERTIES = """
listeners=PLAINTEXT://127.0.0.1:{{port}},SECURED://127.0.0.1:{port}
advertised.listeners=PLAINTEXT://127.0.0.1:{{port}},SECURED://127.0.0.1:{port}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURED:SASL_SSL
sasl.enabled.mechanisms=PLAIN
listener.name.secured.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
user_{user}="{password}";
ssl.keystore.type=PKCS12
ssl.keystore.location={keystore}
ssl.keystore.password={store_password}
"""


@dataclass(frozen=True)
class Secured:
    """A listener that wants TLS and a login, and what a client needs for it."""

    address: str
    certificate: Path

    @property
    def security(self) -> dict[str, str]:
        return {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "PLAIN",
            "sasl.username": USER,
            "sasl.password": PASSWORD,
            "ssl.ca.location": str(self.certificate),
        }

    def settings(self, changes: Mapping[str, str], data_dir: Path) -> Settings:
        kafka = {"bootstrap_servers": self.address, "security": json.dumps({**self.security, **changes})}
        return Settings(data_dir=data_dir, kafka=kafka)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    try:
        program("mvn")
        keytool = program("keytool")
    except RuntimeError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("secured")
    keystore, certificate = folder / "broker.p12", folder / "broker.pem"
    store = ["-keystore", str(keystore), "-storetype", "PKCS12", "-storepass", STORE_PASSWORD, "-alias", "broker"]
    identity = ["-dname", "CN=127.0.0.1", "-ext", "san=ip:127.0.0.1", "-keyalg", "RSA", "-validity", "2"]
    subprocess.run([keytool, "-genkeypair", *store, *identity], check=True, capture_output=True)
    subprocess.run([keytool, "-exportcert", "-rfc", "-file", str(certificate), *store], check=True, capture_output=True)
    port = free_port()
    more = PROPERTIES.format(port=port, user=USER, password=PASSWORD, keystore=keystore, store_password=STORE_PASSWORD)
    with running_server(folder, more):
        yield Secured(f"127.0.0.1:{port}", certificate)


def test_every_client_of_ours_logs_in_over_tls(secured: Secured, tmp_path: Path) -> None:
    with closing(open_broker(secured.settings({}, tmp_path))) as broker:
        broker.producer().send([Message(TRACES_RAW.name, b"key", b"value")])
        consumer = broker.consumer("t0", [TRACES_RAW.name])
        while not (records := consumer.poll(10, 1.0)):
            pass
        consumer.commit(ends(records), [Message("traces.t1", b"key", b"value")])
        assert [record.value for record in broker.read("traces.t1", limit=10)] == [b"value"]
        assert broker.lag("t0", [TRACES_RAW.name]) == 0


@pytest.mark.parametrize(
    "changes",
    [{"sasl.password": "guessed"}, {"security.protocol": "PLAINTEXT"}, {"ssl.ca.location": "/nowhere.pem"}],
    ids=["wrong password", "no TLS", "no certificate"],
)
def test_who_is_not_let_in_is_told_so_at_start(secured: Secured, changes: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as told:
        open_broker(secured.settings(changes, tmp_path))
    assert secured.address in str(told.value) or "ssl.ca.location" in str(told.value)
    assert PASSWORD not in str(told.value)


def test_the_program_says_it_in_one_sentence_without_the_password(secured: Secured, tmp_path: Path) -> None:
    wrong = "neither-this-one"
    status, text = failing(
        "worker",
        variables={
            "METRONIS_DATA_DIR": str(tmp_path),
            "METRONIS_KAFKA__BOOTSTRAP_SERVERS": secured.address,
            "METRONIS_KAFKA__SECURITY": json.dumps(secured.security | {"sasl.password": wrong}),
        },
    )
    assert status == 2
    assert secured.address in text
    assert "uthentication" in text
    assert wrong not in text
    assert "Traceback" not in text
