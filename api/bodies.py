"""Reads request bodies within limits while they arrive: on the wire, once inflated, and over all requests."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request

from api.errors import UnsupportedMediaType
from api.intake import WaitingBytes
from metronis.errors import TooLarge
from schemas.mends import MalformedJson

JSON = "application/json"
NDJSON = "application/x-ndjson"

_GZIP = 31  # zlib's window bits for a gzip header
_PIECE_BYTES = 262_144


def media_type(request: Request, *taken: str) -> str:
    """The body's media type; where none is given, the first one taken. Raises UnsupportedMediaType."""
    given = request.headers.get("content-type", taken[0])
    essence = given.partition(";")[0].strip().lower()
    if essence not in taken:
        raise UnsupportedMediaType(
            f"the body is sent as {essence[:40]!r}",
            field="header.content-type",
            mend=f"Send the header Content-Type: {' or '.join(taken)}",
        )
    return essence


@asynccontextmanager
async def body(request: Request, *, max_bytes: int, waiting: WaitingBytes) -> AsyncIterator[bytes]:
    """The request's body, inflated where it is gzip; its bytes count as waiting inside the block.

    Raises TooLarge as soon as more than `max_bytes` have come, Backpressure where too much is waiting,
    UnsupportedMediaType for another encoding, MalformedJson where the gzip is damaged.
    """
    held = 0
    pieces: list[bytes] = []
    try:
        async for piece in _decoded(request, max_bytes):
            _check_size(held + len(piece), max_bytes)
            waiting.take(len(piece), held=held)
            held += len(piece)
            pieces.append(piece)
        yield b"".join(pieces)
    finally:
        waiting.give_back(held)


def _decoded(request: Request, max_bytes: int) -> AsyncIterator[bytes]:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal():
        _check_size(int(declared), max_bytes)
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        return request.stream()
    if encoding == "gzip":
        return _inflated(request.stream(), max_bytes)
    raise UnsupportedMediaType(
        f"the body is encoded as {encoding[:40]!r}",
        field="header.content-encoding",
        mend="Send it plain, or with Content-Encoding: gzip",
    )


async def _inflated(chunks: AsyncIterator[bytes], max_bytes: int) -> AsyncIterator[bytes]:
    """The inflated bytes in small pieces, so that a bomb is noticed before it is in memory."""
    inflater = zlib.decompressobj(_GZIP)
    arrived = 0
    try:
        async for chunk in chunks:
            arrived += len(chunk)
            _check_size(arrived, max_bytes)  # empty gzip members inflate to nothing for ever
            rest = chunk
            while rest:
                if inflater.eof:
                    inflater = zlib.decompressobj(_GZIP)
                yield inflater.decompress(rest, _PIECE_BYTES)
                rest = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        while not inflater.eof and (piece := inflater.decompress(b"", _PIECE_BYTES)):
            yield piece
    except zlib.error:
        raise MalformedJson("the gzip is damaged", mend="Compress the body again, or send it plain") from None
    if not inflater.eof:
        raise MalformedJson("the gzip ends before it is complete", mend="Send all of it")


def _check_size(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise TooLarge(f"the body has more than {max_bytes:,} bytes", mend="Send less in one request")
