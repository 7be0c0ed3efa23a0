"""Takes a batch of traces apart, so that each is decoded on its own and one bad item spoils no other."""

from __future__ import annotations

import re
from codecs import BOM_UTF8

import msgspec

from metronis.errors import InvalidTrace, TooLarge
from schemas.mends import MalformedJson, explain

_SHAPE = 'Send a JSON array of traces, {"traces": [...]}, or one trace a line as application/x-ndjson'


MAX_TOKENS = 1_000_000  # looked at in a broken batch, about half a second; 30 MB of ordinary traces have fewer


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    traces: list[msgspec.Raw]


_DECODER = msgspec.json.Decoder(list[msgspec.Raw] | _Batch)
_OPENING = re.compile(rb'\s*(?:\[|(\{)\s*"traces"\s*:\s*\[)')
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_BETWEEN_ITEMS = re.compile(_STRING + rb"|[\[{]+|[\]}]+|,", re.DOTALL)
_INSIDE_ITEM = re.compile(_STRING + rb"|[\[{]+|[\]}]+", re.DOTALL)


def split_lines(data: bytes, *, max_items: int) -> list[bytes]:
    """The lines of NDJSON that are not blank. Raises TooLarge over `max_items`, InvalidTrace where there are none."""
    return _bounded([line for line in data.removeprefix(BOM_UTF8).split(b"\n") if line.strip()], max_items)


def split_array(data: bytes, *, max_items: int) -> list[bytes]:
    """The items of a JSON array or of `{"traces": [...]}`, not yet decoded and perhaps not even JSON.

    Raises MalformedJson where the array itself is broken, InvalidTrace where it is no array, TooLarge over `max_items`.
    """
    data = data.removeprefix(BOM_UTF8)
    try:
        batch = _DECODER.decode(data)
    except msgspec.ValidationError:
        raise InvalidTrace("not a batch of traces", mend=_SHAPE) from None
    except (msgspec.DecodeError, RecursionError) as error:
        # An item is broken, or the array. Finding out is about 50 times slower, so only now.
        items = _split_by_brackets(data)
        if items is None:
            raise _broken_array(error, data) from None
        return _bounded(items, max_items)
    items = batch if isinstance(batch, list) else batch.traces
    return _bounded([bytes(item) for item in items], max_items)


def _bounded(items: list[bytes], max_items: int) -> list[bytes]:
    if not items:
        raise InvalidTrace("the batch is empty", mend=_SHAPE)
    if len(items) > max_items:
        raise TooLarge(f"{len(items):,} traces, at most {max_items:,} are taken", mend="Send several smaller batches")
    return items


def _broken_array(error: Exception, data: bytes) -> MalformedJson:
    reason = explain(error, data)
    return MalformedJson(f"the batch is broken: {reason.problem}", mend=reason.mend or _SHAPE)


def _split_by_brackets(data: bytes) -> list[bytes] | None:
    """The items between the top commas, whatever is in them; None where strings or brackets do not close in time."""
    opening = _OPENING.match(data)
    if not opening:
        return None
    items: list[bytes] = []
    start = position = opening.end()
    depth = 0
    for _ in range(MAX_TOKENS):
        token = (_INSIDE_ITEM if depth else _BETWEEN_ITEMS).search(data, position)
        if not token:
            return None
        position = token.end()
        first = token[0][:1]
        if first == b",":
            items.append(data[start : token.start()])
            start = position
        elif first in b"[{":
            depth += len(token[0])
        elif first in b"]}":
            depth -= len(token[0])
            if depth < 0:
                break
    else:
        return None
    end = position + depth + 1  # where the run of closing brackets went below zero, plus that bracket
    if data[end:].strip() != (b"}" if opening[1] else b""):
        return None
    return [*items, data[start : end - 1]]
