"""The HTTP interface of a ClickHouse server over the embedded engine: `python -m tests.clickhouse.engine FOLDER PORT`.

It speaks as much of the protocol as our client does: statements in the body, in the URL and in forms, bound parameters,
settings, inserts with data, basic authentication, and errors with their codes.
"""

from __future__ import annotations

import base64
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import chdb

DATABASE, USER, PASSWORD = "metronis", "metronis", "a password of the tests"

_NO_SETTINGS = frozenset(
    {"database", "query", "query_id", "client_protocol_version", "wait_end_of_query", "enable_http_compression"}
)
_INSERT = re.compile(rb"(INSERT INTO [^\n]*?) FORMAT (\w+)(?:\n|$)")
_CODE = re.compile(r"Code: (\d+)\. ")
MAX_FIELD_BYTES = 131_072  # http_max_field_value_size


class Refused(Exception):
    """What the server says instead of an answer."""

    def __init__(self, code: int, text: str, status: HTTPStatus = HTTPStatus.INTERNAL_SERVER_ERROR) -> None:
        super().__init__(text)
        self.code = code
        self.status = status


@dataclass(frozen=True)
class Statement:
    """One statement with what came along."""

    sql: bytes
    database: str
    settings: Mapping[str, str]
    parameters: Mapping[str, str]


class Engine:
    """Runs one statement at a time."""

    def __init__(self, folder: Path) -> None:
        self._connection = chdb.connect(str(folder))  # type: ignore[no-untyped-call]  # it has no annotations
        self._lock = Lock()
        self._run(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")

    def answer(self, statement: Statement) -> bytes:
        """The rows in the format that the statement names. Raises Refused."""
        with self._lock:
            try:
                self._run(f"USE {statement.database}")
                insert = _INSERT.match(statement.sql)
                return self._insert(statement, insert) if insert else self._query(statement)
            except RuntimeError as error:
                text = str(error)[max(str(error).find("Code: "), 0) :]
                code = _CODE.search(text)
                raise Refused(int(code[1]) if code else 0, text) from error

    def _query(self, statement: Statement) -> bytes:
        for name, value in statement.settings.items():
            self._run(f"SET {name} = {_quoted(value)}")
        try:
            return self._run(statement.sql.decode(), statement.parameters)
        finally:
            for name in statement.settings:
                self._run(f"SET {name} = DEFAULT")

    def _insert(self, statement: Statement, insert: re.Match[bytes]) -> bytes:
        """The engine takes data from a file, and settings of an insert in its own clause alone."""
        with tempfile.NamedTemporaryFile() as data:
            data.write(statement.sql[insert.end() :])
            data.flush()
            clause = ", ".join(f"{name} = {_quoted(value)}" for name, value in statement.settings.items())
            settings = f" SETTINGS {clause}" if clause else ""
            return self._run(
                f"{insert[1].decode()} FROM INFILE {_quoted(data.name)}{settings} FORMAT {insert[2].decode()}"
            )

    def _run(self, sql: str, parameters: Mapping[str, str] | None = None) -> bytes:
        answer: bytes = self._connection.query(sql, "TabSeparated", params=dict(parameters or {})).bytes() or b""
        return answer


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    engine: Engine

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/ping":
            self._send(HTTPStatus.OK, b"Ok.\n")
        else:
            self.do_POST()

    def do_POST(self) -> None:
        body = self._body()
        try:
            self._authenticate()
            self._send(HTTPStatus.OK, self.engine.answer(self._statement(body)))
        except Refused as refused:
            self._send(refused.status, str(refused).encode(), {"X-ClickHouse-Exception-Code": str(refused.code)})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _authenticate(self) -> None:
        wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {wanted}":
            text = "Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)"
            raise Refused(516, text, HTTPStatus.FORBIDDEN)

    def _statement(self, body: bytes) -> Statement:
        fields = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        content_type = self.headers.get("Content-Type", "")
        if content_type.startswith("multipart/form-data"):
            fields |= _form(content_type, body)
            body = b""
        sql = b"\n".join(part for part in (fields.get("query", "").encode(), body) if part)
        return Statement(
            sql,
            fields.get("database", "default"),
            {name: text for name, text in fields.items() if name not in _NO_SETTINGS and not name.startswith("param_")},
            {name.removeprefix("param_"): text for name, text in fields.items() if name.startswith("param_")},
        )

    def _send(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"X-ClickHouse-Timezone": "UTC", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is logged."""


def _form(content_type: str, body: bytes) -> dict[str, str]:
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    fields = {}
    for part in message.iter_parts():
        text = part.get_payload(decode=True)
        assert isinstance(text, bytes)
        name = str(part.get_param("name", header="content-disposition"))
        if len(text) > MAX_FIELD_BYTES:
            raise Refused(1_000, f"Poco::Exception. Code: 1000, Field value of {name} too long")
        fields[name] = text.decode()
    return fields


def main() -> None:
    Handler.engine = Engine(Path(sys.argv[1]))
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()


if __name__ == "__main__":
    main()
