"""Binary data in text: base64, hex and data URIs. No detector can say whether it is a scan of somebody's passport."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from hashlib import sha256

from processors.sanitize.detector import Entity
from processors.sanitize.pseudonyms.token import LETTERS

BLOB_CHARS = 512
"""Least length of base64 or hex that counts: a signature of 4,096 bits is 342 characters of base64."""

MIN_DISTINCT = 10  # characters in a run; `aaaa…` is no data, and long numbers have no letters
DIGEST_LETTERS = 8

_LINE_BREAK = r"(?:\r?\n|(?:\\r)?\\n)"  # within a JSON string it may still be escaped
_RUN = re.compile(rf"[A-Za-z0-9+/_-]{{60,}}={{0,2}}(?:{_LINE_BREAK}[A-Za-z0-9+/_-]+={{0,2}})*")
_DATA_URI = re.compile(
    r"data:(?P<media>[a-z]+/[a-z0-9.+-]+)?(?:;[\w=.-]+)*(?:;base64)?,[\w%+/=.~:;!$&'()*-]*", re.ASCII
)
_LETTER, _DIGIT, _HEX = re.compile("[A-Za-z]"), re.compile("[0-9]"), re.compile("[0-9A-Fa-f]+")
_STANDARD = str.maketrans("-_", "+/", "=")

_PICTURE_HEADS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_MEDIA = frozenset({b"WEBP", b"heic", b"heix", b"mif1", b"avif"})  # after RIFF and its size, or a size and `ftyp`
_DICOM_AT = 128  # bytes before its magic word
_HEAD_CHARS = 2 * (_DICOM_AT + 4)

_DIGEST = str.maketrans("0123456789abcdef", LETTERS)


def blobs(text: str, min_chars: int = BLOB_CHARS) -> Iterator[Entity]:
    """Runs of base64 or hex of `min_chars` and more, data URIs of that length; pictures, at any length in a data URI.

    A picture is a PHOTO, the 17th identifier of HIPAA; anything else a BLOB.
    """
    for uri in _DATA_URI.finditer(text):
        picture = (uri["media"] or "").startswith("image/")
        if picture or len(uri[0]) >= min_chars:
            yield Entity("PHOTO" if picture else "BLOB", *uri.span(), 1.0)
    for run in _RUN.finditer(text):
        if len(run[0]) >= min_chars and _is_data(run[0]):
            yield Entity("PHOTO" if _is_picture(run[0]) else "BLOB", *run.span(), 1.0)


def masked(entity_type: str, value: str) -> str:
    """What stands in place of a value that is not told: its type; of a long one also its size.

    Of a blob also eight letters of its SHA-256, by which equal ones are known. Nothing else has any: HIPAA bars codes
    made from what they stand for (45 CFR 164.514(c)).
    """
    if len(value) < BLOB_CHARS:
        return f"<{entity_type}>"
    size = f"{max(1, len(value) // 1_000)} kB"
    if entity_type != "BLOB":
        return f"<{entity_type} {size}>"
    digest = sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_LETTERS].translate(_DIGEST)
    return f"<BLOB {digest} {size}>"


def _is_data(run: str) -> bool:
    return len(set(run)) >= MIN_DISTINCT and _LETTER.search(run) is not None and _DIGIT.search(run) is not None


def _is_picture(run: str) -> bool:
    head = _head(run)
    return head.startswith(_PICTURE_HEADS) or head[8:12] in _MEDIA or head[_DICOM_AT : _DICOM_AT + 4] == b"DICM"


def _head(run: str) -> bytes:
    """The first bytes of what is written in hex or base64."""
    chars = run[:_HEAD_CHARS]
    if _HEX.fullmatch(chars):
        return bytes.fromhex(chars[: len(chars) // 2 * 2])
    sextets = re.sub(_LINE_BREAK, "", chars).translate(_STANDARD)
    return binascii.a2b_base64(sextets[: len(sextets) // 4 * 4])
