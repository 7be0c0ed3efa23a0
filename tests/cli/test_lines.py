from __future__ import annotations

import gzip
import io
import os
import threading
from pathlib import Path

import pytest

from metronis.cli.lines import LineFile, Unreadable, chunks, decode_line
from metronis.errors import Misconfigured, TooLarge
from metronis.settings import Ingest

LIMITS = Ingest.model_validate({"max_trace_bytes": 1_024})
TRACE = b'{"input": "What is 2 + 2?", "output": "4"}'


def file_of(tmp_path: Path, content: bytes) -> LineFile:
    path = tmp_path / "traces.jsonl"
    path.write_bytes(content)
    return LineFile(str(path), LIMITS.max_trace_bytes)


def test_lines_keep_their_numbers_past_blank_ones_and_any_line_end(tmp_path: Path) -> None:
    with file_of(tmp_path, b"one\r\n\n  \ntwo\nthree") as lines:
        assert [(line.number, line.data) for line in lines] == [(1, b"one"), (4, b"two"), (5, b"three")]
        assert lines.position_bytes == lines.size_bytes == 18


def test_a_line_of_any_length_is_cut_and_the_next_one_still_found(tmp_path: Path) -> None:
    with file_of(tmp_path, b"x" * 5_000_000 + b"\n" + TRACE + b"\n") as lines:
        huge, good = lines
    assert len(huge.data) <= LIMITS.max_trace_bytes + 2
    assert good.data == TRACE
    with pytest.raises(TooLarge, match="5,000,001 bytes"):
        decode_line(huge, LIMITS)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_a_line_of_just_the_limit_is_whole(tmp_path: Path, end: bytes) -> None:
    data = b'{"input": "%s"}' % (b"x" * (LIMITS.max_trace_bytes - 13))
    with file_of(tmp_path, data + end) as lines:
        (line,) = lines
    assert len(line.data) == LIMITS.max_trace_bytes
    assert decode_line(line, LIMITS).input


def test_gzip_is_recognised_whatever_the_file_is_called(tmp_path: Path) -> None:
    with file_of(tmp_path, gzip.compress(b"one\ntwo\n")) as lines:
        assert [line.data for line in lines] == [b"one", b"two"]


def test_a_damaged_gzip_says_how_far_it_could_be_read(tmp_path: Path) -> None:
    content = gzip.compress(b"".join(os.urandom(30).hex().encode() + b"\n" for _ in range(2_000)))
    lines = file_of(tmp_path, content[: len(content) // 2])
    with lines, pytest.raises(Unreadable, match=r"cannot be read beyond line \d\d+"):
        list(lines)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"one\ntwo\n"))))
    with LineFile("-", 100) as lines:
        assert (lines.size_bytes, lines.position_bytes) == (None, None)
        assert [line.data for line in lines] == [b"one", b"two"]


def test_a_named_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"one\n",))
    writer.start()
    with LineFile(str(pipe), 100) as lines:
        assert [line.data for line in lines] == [b"one"]
        assert lines.position_bytes is None
    writer.join()


@pytest.mark.parametrize("name", ["absent.jsonl", "."])
def test_what_cannot_be_opened_is_a_misconfiguration(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misconfigured, match="cannot read"):
        LineFile(str(tmp_path / name), 100)


def test_ids_are_made_once_for_ever_and_only_where_there_is_none(tmp_path: Path) -> None:
    given = b'{"trace_id": "11111111-1111-4111-8111-111111111111", "input": "x"}'
    with file_of(tmp_path, b"\n".join([TRACE, TRACE, given])) as lines:
        first, second, third = (decode_line(line, LIMITS).trace_id for line in lines)
    assert str(third) == "11111111-1111-4111-8111-111111111111"
    assert first != second
    with file_of(tmp_path, TRACE + b"\r\n") as again:
        assert decode_line(next(iter(again)), LIMITS).trace_id == first


def test_chunks_are_bounded_by_lines_and_by_bytes(tmp_path: Path) -> None:
    with file_of(tmp_path, b"12345\n" * 7) as lines:
        assert [len(chunk) for chunk in chunks(lines, 3, 1_000)] == [3, 3, 1]
    with file_of(tmp_path, b"12345\n" * 3 + b"1234567890123\n" + b"1\n") as lines:
        assert [[line.number for line in chunk] for chunk in chunks(lines, 99, 10)] == [[1, 2], [3], [4], [5]]
