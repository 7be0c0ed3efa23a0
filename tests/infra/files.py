"""The files that a deployment is made from, read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "infra" / "docker" / "Dockerfile"
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::([?-])([^}]*))?\}")


def compose() -> dict[str, Any]:
    """docker-compose.yml with its anchors merged and its variables as they stand."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def services() -> dict[str, Any]:
    """Every service by name."""
    found: dict[str, Any] = compose()["services"]
    return found


def of_ours() -> dict[str, Any]:
    """The services that run our image."""
    return {name: service for name, service in services().items() if service["image"].startswith("metronis")}


def dev_values() -> dict[str, str]:
    """What infra/docker/dev.env sets."""
    lines = (ROOT / "infra" / "docker" / "dev.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def filled_in(text: Any) -> str:
    """A value with its variables replaced, as a trial would."""
    given = dev_values()
    return VARIABLE.sub(lambda found: given.get(found[1]) or (found[3] if found[2] == "-" else ""), str(text))


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions and their arguments, continued lines joined, in order."""
    joined = DOCKERFILE.read_text().replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


def exec_form(arguments: str) -> list[str] | None:
    """The words of an instruction in exec form; None where it goes through a shell."""
    try:
        words: list[str] = json.loads(arguments)
    except ValueError:
        return None
    return words
