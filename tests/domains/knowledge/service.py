"""A public service on this machine: it gives the answers that a test sets, faults too, and notes what it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """One answer. `midway` runs when half of the body is sent."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    midway: Callable[[], object] | None = None


class PublicService:
    """Each path gives its replies one after the other, the last of them for ever; others give 404."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.stopping = Event()
        self._replies: dict[str, list[Reply]] = {}

    def gives(self, path: str, *contents: Reply | Any) -> None:
        """What is not a Reply is sent as JSON."""
        replies = [each if isinstance(each, Reply) else Reply(body=json.dumps(each).encode()) for each in contents]
        self._replies[path] = replies

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        replies = self._replies.get(asked.path, [Reply(404, b"<html>nothing here</html>")])
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def hangs(self) -> Reply:
        """A reply that stops midway until the service stops."""
        return Reply(midway=self.stopping.wait)


@contextmanager
def running_service() -> Iterator[PublicService]:
    """A service that answers at its `url`."""
    service = PublicService()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = Asked(self.command, parts.path, parse_qs(parts.query), dict(self.headers))
            with suppress(BrokenPipeError, ConnectionResetError):  # of a client that gave up
                self._send(service.reply(asked))

        do_POST = do_GET

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            half = len(reply.body) // 2
            self.wfile.write(reply.body[:half])
            if reply.midway:
                reply.midway()
            self.wfile.write(reply.body[half:])

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing is logged."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield service
        service.stopping.set()
        server.shutdown()
