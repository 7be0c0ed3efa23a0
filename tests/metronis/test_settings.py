"""Settings: a typo stops the program with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from metronis.errors import Misconfigured
from metronis.secret import master_secret
from metronis.settings import Settings, load


def test_a_variable_of_a_group_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRONIS_API__PORT", "9001")
    assert load().api.port == 9001


def test_a_misspelt_variable_is_refused_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRONIS_API__PROT", "9001")
    with pytest.raises(Misconfigured, match="METRONIS_API__PROT: did you mean METRONIS_API__PORT"):
        load()


def test_a_value_out_of_range_is_refused_naming_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRONIS_API__PORT", "99999")
    with pytest.raises(Misconfigured, match="METRONIS_API__PORT is wrong"):
        load()


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    assert master_secret(settings) == master_secret(settings)
    assert (tmp_path / "new" / "pseudonym.secret").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["pseudonym.secret"]


def test_a_damaged_secret_stops_the_program_rather_than_change_every_pseudonym(tmp_path: Path) -> None:
    (tmp_path / "pseudonym.secret").write_bytes(b"short")
    with pytest.raises(Misconfigured, match="restore it from a backup"):
        master_secret(Settings(data_dir=tmp_path))


def test_a_given_secret_is_used_and_a_weak_one_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRONIS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("METRONIS_SANITIZE__SECRET", "a secret of some length")
    assert master_secret(load()) == b"a secret of some length"
    assert "a secret" not in repr(load())
    monkeypatch.setenv("METRONIS_SANITIZE__SECRET", "short")
    with pytest.raises(Misconfigured, match="16 characters"):
        master_secret(load())
