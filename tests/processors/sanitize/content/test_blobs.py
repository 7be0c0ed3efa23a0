"""Binary data is found by its form, pictures are told from other data, and their markers are no data themselves."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

import pytest

from processors.sanitize.content.blobs import BLOB_CHARS, blobs, masked
from processors.sanitize.content.detector import ContentDetector
from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.recognizers import english

NOISE = random.Random(1).randbytes(3_000)
DETECTOR = ContentDetector()

HEADS = {
    "png": b"\x89PNG\r\n\x1a\n",
    "jpeg": b"\xff\xd8\xff\xe0",
    "gif": b"GIF89a",
    "webp": b"RIFF\x24\x10\x00\x00WEBP",
    "tiff": b"II*\0",
    "heic": b"\0\0\0\x18ftypheic",
    "dicom": bytes(128) + b"DICM",
}


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def found(text: str) -> list[tuple[str, str]]:
    return [(entity.type, text[entity.start : entity.end]) for entity in DETECTOR.find(text)]


@pytest.mark.parametrize("code", [coded, bytes.hex, lambda data: base64.urlsafe_b64encode(data).decode()])
def test_long_runs_are_blobs(code: Callable[[bytes], str]) -> None:
    run = code(NOISE)
    assert found(f"Attached: {run} (end)") == [("BLOB", run)]
    assert found(f"Attached: {run[: BLOB_CHARS - 1]} (end)") == []
    assert list(ContentDetector(blob_chars=100).find(f"see {run[:100]}"))


def test_wrapped_runs_are_one_blob() -> None:
    wrapped = base64.encodebytes(NOISE).decode().strip()
    assert found(f"file:\n{wrapped}\n.") == [("BLOB", wrapped)]
    escaped = wrapped.replace("\n", "\\n")
    assert found(f'{{"file": "{escaped}"}}') == [("BLOB", escaped)]


@pytest.mark.parametrize("head", HEADS)
def test_pictures_are_known_by_how_they_begin(head: str) -> None:
    for code in (coded, bytes.hex):
        run = code(HEADS[head] + NOISE)
        assert found(f"scan {run}") == [("PHOTO", run)]


def test_pictures_in_data_uris_are_photos_at_any_length() -> None:
    icon = "data:image/svg+xml;utf8,%3Csvg/%3E"
    assert found(f"<img src='{icon}'>")[0][0] == "PHOTO"
    assert found("data:text/plain,hello") == []
    assert found(f"data:application/pdf;base64,{coded(NOISE)}")[0][0] == "BLOB"


@pytest.mark.parametrize("text", ["a" * 5_000, "31415926535" * 200, "The quick brown fox. " * 200, "word-" * 400])
def test_long_text_is_no_blob(text: str) -> None:
    assert found(text) == []


def test_a_megabyte_is_one_blob() -> None:
    run = coded(NOISE * 300)
    assert [(each.type, each.start, each.end) for each in blobs(run)] == [("BLOB", 0, len(run))]


def test_a_marker_tells_type_and_size_and_of_blobs_whether_they_are_equal() -> None:
    run = coded(NOISE)
    assert masked("BLOB", run) == masked("BLOB", run) != masked("BLOB", run[1:])
    assert masked("BLOB", run).endswith(" 4 kB>")
    assert masked("PHOTO", run) == masked("PHOTO", coded(NOISE[::-1])) == "<PHOTO 4 kB>"
    assert masked("PHOTO", "IMG_0001.jpg") == "<PHOTO>"
    assert masked("PERSON", "Ann") == "<PERSON>"


def test_a_marker_is_no_personal_data() -> None:
    patterns = PatternDetector(english())
    for size in (600, 6_000, 66_000):
        marker = masked("BLOB", coded(random.Random(size).randbytes(size)))
        assert not patterns.find(f"see {marker} there")
        assert not DETECTOR.find(marker)
