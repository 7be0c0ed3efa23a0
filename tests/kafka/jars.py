"""The jars of Apache Kafka, copied once by Maven into a cache folder."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

INFRA = Path(__file__).parents[2] / "infra" / "kafka"
POM = INFRA / "pom.xml"
DOWNLOAD_TIMEOUT_S = 600


def kafka_version() -> str:
    """The version that the pom pins."""
    version = ElementTree.parse(POM).findtext("{*}properties/{*}kafka.version")
    assert version is not None, f"{POM} pins no kafka.version"
    return version


def jars() -> Path:
    """The folder with Kafka's jars; the first call on a machine downloads 44 MB. Safe for several processes at once.

    Raises RuntimeError with one sentence where Maven is missing or fails.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "metronis" / "kafka"
    folder = cache / kafka_version()
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _copy_jars(folder)
    return folder


def _copy_jars(folder: Path) -> None:
    """Through a neighbour and a rename, so that a folder that is there is complete."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as parent:
        partial = Path(parent) / "jars"
        command = [program("mvn"), "-B", "-q", "-f", str(POM), "dependency:copy-dependencies"]
        command += ["-DincludeScope=runtime", f"-DoutputDirectory={partial}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_TIMEOUT_S, check=False)
        if done.returncode:
            raise RuntimeError(f"Maven could not copy Kafka's jars: {done.stdout[-2_000:]}")
        partial.rename(folder)


def program(name: str) -> str:
    """Path of a program. Raises RuntimeError with the mend where it is missing."""
    path = shutil.which(name)
    if path is None:
        raise RuntimeError(
            f"{name} is missing, and the Kafka tests need it: install Java 17 and Maven "
            "(on Debian: openjdk-17-jre-headless and maven), or name a running broker in METRONIS_TEST_KAFKA"
        )
    return path
