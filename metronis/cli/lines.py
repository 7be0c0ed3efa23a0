"""Traces in JSONL files: bounded lines from a file, gzip or standard input, with ids that a rerun gives again."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self, cast
from uuid import UUID, uuid5

import msgspec

from metronis.errors import MetronisError, Misconfigured, TooLarge
from metronis.settings import Ingest
from schemas.public import decode_trace
from schemas.trace import NO_ID, Trace

STANDARD_INPUT = "-"
GZIP_MAGIC = b"\x1f\x8b"
SKIP_BYTES = 1 << 20
LINES = UUID("0b7f7f0e-52c3-4d0b-9a53-6d2c2f0f9f6e")


class Unreadable(MetronisError):
    """The file stopped being readable in the middle."""

    code = "unreadable"


class Line(NamedTuple):
    """One line without its end, counted from 1. `size_bytes` is its true size with its end; `data` may be cut."""

    number: int
    data: bytes
    size_bytes: int


class LineFile:
    """The lines of a file; `-` is standard input; gzip is recognised by its first bytes.

    A line longer than `max_line_bytes` is cut, so that no line can fill the memory. Raises Misconfigured where the file
    cannot be opened.
    """

    def __init__(self, path: str, max_line_bytes: int) -> None:
        self.name = "standard input" if path == STANDARD_INPUT else path
        self._max_line_bytes = max_line_bytes
        try:
            self._raw = _standard_input() if path == STANDARD_INPUT else _opened(Path(path))
        except OSError as error:
            raise Misconfigured(f"cannot read {path}: {error.strerror}") from error
        self._ours = path != STANDARD_INPUT
        self.size_bytes = Path(path).stat().st_size if self._ours and Path(path).is_file() else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ours:
            self._raw.close()

    @property
    def position_bytes(self) -> int | None:
        """How far the file has been read, as stored (so compressed, if it is); None for a pipe."""
        return None if self.size_bytes is None else self._raw.tell()

    def __iter__(self) -> Iterator[Line]:
        """Every line that is not blank. Raises Unreadable where a compressed file is damaged or the disk fails."""
        number = 0
        try:
            file = self._inflated()
            while data := file.readline(self._max_line_bytes + 2):
                number += 1
                size_bytes = len(data)
                if not data.endswith(b"\n"):
                    size_bytes += _skip_line(file)
                data = data.rstrip(b"\r\n")
                if data.strip():
                    yield Line(number, data, size_bytes)
        except (OSError, EOFError, zlib.error) as error:
            raise Unreadable(f"{self.name} cannot be read beyond line {number}: {error}") from error

    def _inflated(self) -> BinaryIO | BufferedReader:
        head = self._raw.peek(2)[:2]
        return cast("BinaryIO", gzip.GzipFile(fileobj=self._raw)) if head == GZIP_MAGIC else self._raw


def _standard_input() -> BufferedReader:
    return cast("BufferedReader", sys.stdin.buffer)


def _opened(path: Path) -> BufferedReader:
    return path.open("rb")


def _skip_line(file: BinaryIO | BufferedReader) -> int:
    """Read up to the next line and return how many bytes that took."""
    skipped = 0
    while data := file.readline(SKIP_BYTES):
        skipped += len(data)
        if data.endswith(b"\n"):
            break
    return skipped


def decode_line(line: Line, limits: Ingest) -> Trace:
    """The trace of a line. Where it has no id it gets one made of the line's number and content.

    Raises Reject with field and mend.
    """
    if line.size_bytes > len(line.data) + 2:
        raise TooLarge(
            f"{line.size_bytes:,} bytes, at most {limits.max_trace_bytes:,} are taken",
            mend="Send less, or raise METRONIS_INGEST__MAX_TRACE_BYTES",
        )
    trace = decode_trace(line.data, max_bytes=limits.max_trace_bytes, max_depth=limits.max_depth)
    return trace if trace.trace_id != NO_ID else msgspec.structs.replace(trace, trace_id=line_id(line))


def line_id(line: Line) -> UUID:
    """The id of a trace that brings none: equal for the same content on the same line."""
    return uuid5(LINES, f"{line.number}/{sha256(line.data).hexdigest()}")


def chunks(lines: Iterable[Line], max_lines: int, max_bytes: int) -> Iterator[list[Line]]:
    """Lines in lists of at most `max_lines` and about `max_bytes`, never empty."""
    chunk: list[Line] = []
    size_bytes = 0
    for line in lines:
        if chunk and (len(chunk) >= max_lines or size_bytes + len(line.data) > max_bytes):
            yield chunk
            chunk, size_bytes = [], 0
        chunk.append(line)
        size_bytes += len(line.data)
    if chunk:
        yield chunk
