"""Compiled patterns on disk are used where they can be trusted, and done without where not."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from presidio_analyzer import Pattern, PatternRecognizer

from processors.sanitize.detector import Entity
from processors.sanitize.patterns.detector import PatternDetector
from processors.scan.cache import MAX_FILES, DatabaseCache


def found(folder: Path) -> list[Entity]:
    recognizer = PatternRecognizer("CODE", patterns=[Pattern("code", r"\bX\d{4}\b", 0.9)])
    return list(PatternDetector([recognizer], cache_folder=folder).find("of X1234"))


EXPECTED = [Entity("CODE", 3, 8, 0.9)]


def test_keeps_one_file_for_the_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert found(folder) == found(folder) == EXPECTED
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", [b"", b"x" * 10, b"\0" * 10_000])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    found(tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage)
    assert found(tmp_path) == EXPECTED
    assert file.read_bytes() == whole


def test_a_database_of_another_machine_is_made_anew(tmp_path: Path) -> None:
    found(tmp_path)
    (file,) = tmp_path.iterdir()
    DatabaseCache(tmp_path).put(file.name, b"\0no database")
    assert found(tmp_path) == EXPECTED


def test_what_others_may_write_is_not_read(tmp_path: Path) -> None:
    cache = DatabaseCache(tmp_path)
    cache.put("key", b"content")
    assert cache.get("key") == b"content"
    (tmp_path / "key").chmod(0o620)
    assert cache.get("key") is None


def test_goes_without_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert found(tmp_path / "file" / "cache") == EXPECTED


def test_what_was_not_used_for_longest_goes_when_there_is_too_much(tmp_path: Path) -> None:
    cache = DatabaseCache(tmp_path)
    for number in range(MAX_FILES):
        cache.put(f"{number}", b"content")
        os.utime(tmp_path / f"{number}", (number, number))
    assert cache.get("0")
    cache.put("new", b"content")
    assert (cache.get("0"), cache.get("1"), cache.get("new")) == (b"content", None, b"content")
