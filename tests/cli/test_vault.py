"""`metronis vault`: what the person at the terminal sees, and what the audit then has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from metronis.cli import app
from metronis.clock import SystemClock
from metronis.errors import Forgotten, Misconfigured, NotFound
from metronis.settings import load
from metronis.vault import open_vault
from processors.sanitize.pseudonyms.vaulted import VaultPseudonyms

WHO = ("--actor", "ada", "--reason", "ticket 4711")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("METRONIS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path / "data"


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["vault", *arguments], input=given)


def tokens(*names: str, org_id: str = "clinic") -> list[str]:
    vault = open_vault(load(), SystemClock())
    found = VaultPseudonyms(vault).tokens(org_id, [("PERSON", name) for name in names])
    vault.close()
    return list(found)


def test_a_value_is_revealed_and_the_audit_says_to_whom_and_why() -> None:
    [token] = tokens("Ann Smith")
    assert run("reveal", "clinic", token, *WHO).output == "Ann Smith\n"
    [row] = [json.loads(line) for line in run("audit", "--json").output.splitlines()]
    assert (row["actor"], row["action"], row["token"], row["reason"]) == ("ada", "reveal", token, "ticket 4711")
    assert "ada" in run("audit").output


@pytest.mark.parametrize("missing", [("--actor", "ada"), ("--reason", "x"), ("--actor", " ", "--reason", "x")])
def test_nothing_is_revealed_to_nobody_or_without_a_reason(missing: tuple[str, ...]) -> None:
    [token] = tokens("Ann Smith")
    refused = run("reveal", "clinic", token, *missing)
    assert refused.exit_code == 2
    assert "Ann" not in refused.output


def test_a_value_cannot_change_the_terminal() -> None:
    [token] = tokens("\x1b[2JAnn")
    assert "\x1b" not in run("reveal", "clinic", token, *WHO).output


def test_an_unknown_token_and_a_forgotten_one_differ() -> None:
    [token] = tokens("Ann Smith")
    assert isinstance(run("reveal", "clinic", "<PERSON_x>", *WHO).exception, NotFound)
    assert run("forget", "clinic", *WHO, "--yes").output == "1 value forgotten\n"
    assert isinstance(run("reveal", "clinic", token, *WHO).exception, Forgotten)


def test_forgetting_asks_first_and_says_what_would_go() -> None:
    [token, _] = tokens("Ann Smith", "Bob Jones")
    asked = run("forget", "clinic", *WHO, given="n\n")
    assert "Destroy all 2 values of clinic, and its keys for ever?" in asked.output
    assert asked.exit_code == 1
    assert run("reveal", "clinic", token, *WHO).output == "Ann Smith\n"


def test_one_value_is_forgotten_alone() -> None:
    [ann, bob] = tokens("Ann Smith", "Bob Jones")
    assert run("forget", "clinic", "--token", ann, *WHO, given="y\n").exit_code == 0
    assert run("reveal", "clinic", bob, *WHO).output == "Bob Jones\n"


def test_rotation_says_what_it_did_and_keeps_the_tokens() -> None:
    [before] = tokens("Ann Smith")
    rotated = run("rotate", "clinic", "--reencrypt", *WHO)
    assert "new values are sealed with key 2" in rotated.output
    assert "1 value sealed anew" in rotated.output
    assert tokens("Ann Smith") == [before]
    keys = [json.loads(line) for line in run("keys", "clinic", "--json").output.splitlines()]
    assert [(key["key_id"], key["entries"]) for key in keys] == [(0, 0), (2, 1)]
    assert "look-up" in run("keys").output


def test_the_master_key_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRONIS_VAULT__MASTER_KEY", "the first master key")
    [token] = tokens("Ann Smith")
    monkeypatch.setenv("METRONIS_VAULT__MASTER_KEY", "the second master key")
    refused = run("status")
    assert isinstance(refused.exception, Misconfigured)
    monkeypatch.setenv("METRONIS_VAULT__OLDER_MASTER_KEYS", '["the first master key"]')
    assert "`metronis vault rewrap` ends that" in run("status").output
    assert run("rewrap", *WHO).output == "2 keys wrapped anew\n"
    monkeypatch.delenv("METRONIS_VAULT__OLDER_MASTER_KEYS")
    assert run("reveal", "clinic", token, *WHO).output == "Ann Smith\n"


def test_the_audit_is_proved() -> None:
    assert run("audit", "--verify").output == "the audit is empty\n"
    run("reveal", "clinic", "<PERSON_x>", *WHO)
    assert run("audit", "--verify").output.startswith("1 row is as written; the last has digest ")


def test_an_empty_vault_says_so() -> None:
    assert run("keys").output == "no keys yet\n"
    assert run("audit").output == "nobody has done anything yet\n"
    assert json.loads(run("status", "--json").output)["entries"] == 0


def test_a_server_wants_a_master_key_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRONIS_VAULT__URL", "postgresql://user:hunter2@127.0.0.1:1/name")
    refused = run("status").exception
    assert isinstance(refused, Misconfigured)
    assert "METRONIS_VAULT__MASTER_KEY" in str(refused)


def test_key_and_vault_are_readable_by_their_owner_alone(folder: Path) -> None:
    tokens("Ann Smith")
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert b"Ann" not in b"".join(file.read_bytes() for file in folder.iterdir())
