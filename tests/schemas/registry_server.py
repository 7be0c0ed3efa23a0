"""A Confluent Schema Registry as its REST interface documents it: enough to register schemas and to look them up."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote

LOGIN = "reader:a password"


class Registry:
    """Schemas by number and by subject and version. `failure` is answered instead, while it is set."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[str] = []
        self.failure: tuple[int, bytes] | None = None
        self.password: str | None = None
        self._registered: list[dict[str, Any]] = []

    def register(self, schema: Any, /, subject: str = "traces.raw-value", **fields: Any) -> int:
        """The number of a schema, a version of its subject."""
        version = 1 + sum(each["subject"] == subject for each in self._registered)
        number = len(self._registered) + 1
        entry = {"subject": subject, "version": version, "id": number, "schema": json.dumps(schema), **fields}
        self._registered.append(entry)
        return number

    def answer(self, path: str, authorization: str | None) -> tuple[int, bytes]:
        """Status and body."""
        self.asked.append(path)
        if self.failure:
            return self.failure
        if self.password and authorization != f"Basic {base64.b64encode(self.password.encode()).decode()}":
            return _refusal(401, 401, "User cannot access the resource.")
        match path.strip("/").split("/"):
            case ["schemas", "ids", number]:
                found = [each for each in self._registered if each["id"] == int(number)]
                shown = {"schema", "schemaType", "references"}
                return _found(found[0], shown) if found else _refusal(404, 40403, "Schema not found")
            case ["subjects", subject, "versions", version]:
                wanted = (unquote(subject), int(version))
                found = [each for each in self._registered if (each["subject"], each["version"]) == wanted]
                return _found(found[0], set(found[0])) if found else _refusal(404, 40401, "Subject not found")
            case _:
                return _refusal(404, 404, "HTTP 404 Not Found")


def _found(entry: dict[str, Any], shown: set[str]) -> tuple[int, bytes]:
    return 200, json.dumps({name: value for name, value in entry.items() if name in shown}).encode()


def _refusal(status: int, code: int, message: str) -> tuple[int, bytes]:
    return status, json.dumps({"error_code": code, "message": message}).encode()


@contextmanager
def running_registry() -> Iterator[Registry]:
    """A registry that answers at its `url`."""
    registry = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = registry.answer(self.path, self.headers.get("Authorization"))
            self.send_response(status)
            self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing is logged."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        registry.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield registry
        server.shutdown()
