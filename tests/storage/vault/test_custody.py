"""What people do to the vault: nothing without a row in the audit, nothing forgotten comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from metronis.errors import Forgotten, Misconfigured, NotFound, Tampered
from storage.vault.sealing import MasterKeys
from storage.vault.tables import ENTRIES, KEYS
from tests.storage.vault.vaults import ANN, BOB, MASTER, OTHER_MASTER, Vaults

WHO = {"actor": "ada", "reason": "ticket 4711"}


def test_every_question_is_in_the_audit_whatever_the_answer(vaults: Vaults) -> None:
    custody = vaults.custody()
    [token] = vaults.vault().tokens("acme", [ANN])
    assert custody.reveal("acme", token, **WHO) == "Ann Smith"
    with pytest.raises(NotFound, match="has no token"):
        custody.reveal("acme", "<PERSON_nobody>", **WHO)
    acts = [row.act for row in custody.audit.rows()]
    assert [(act.actor, act.action, act.org_id, act.token, act.reason) for act in acts] == [
        ("ada", "reveal", "acme", token, "ticket 4711"),
        ("ada", "reveal", "acme", "<PERSON_nobody>", "ticket 4711"),
    ]


def test_an_organisation_reveals_no_token_of_another(vaults: Vaults) -> None:
    [token] = vaults.vault().tokens("acme", [ANN])
    vaults.vault().tokens("other", [ANN])
    with pytest.raises(NotFound):
        vaults.custody().reveal("other", token, **WHO)


def test_nothing_is_revealed_where_the_audit_cannot_be_written(sqlite_vaults: Vaults) -> None:
    [token] = sqlite_vaults.vault().tokens("acme", [ANN])
    custody = sqlite_vaults.custody()
    sqlite_vaults.database().read(lambda each: each.execute(text("DROP TABLE vault_audit")))
    with pytest.raises(Exception, match="did not answer"):
        custody.reveal("acme", token, **WHO)


def test_a_forgotten_organisation_is_gone_and_says_so(vaults: Vaults) -> None:
    custody = vaults.custody()
    [ann, bob] = vaults.vault().tokens("acme", [ANN, BOB])
    [theirs] = vaults.vault().tokens("other", [ANN])
    assert custody.forget("acme", **WHO) == 2
    for token in (ann, bob):
        with pytest.raises(Forgotten, match="all of organisation acme was forgotten on 2026-01-01 by ada"):
            custody.reveal("acme", token, **WHO)
    assert custody.keys("acme") == []
    assert custody.reveal("other", theirs, **WHO) == "Ann Smith"


def test_one_value_is_forgotten_alone(vaults: Vaults) -> None:
    custody = vaults.custody()
    [ann, bob] = vaults.vault().tokens("acme", [ANN, BOB])
    assert custody.forget("acme", ann, **WHO) == 1
    with pytest.raises(Forgotten, match=f"{ann} was forgotten"):
        custody.reveal("acme", ann, **WHO)
    with pytest.raises(Forgotten):
        custody.forget("acme", ann, **WHO)
    with pytest.raises(NotFound):
        custody.forget("other", bob, **WHO)
    assert custody.reveal("acme", bob, **WHO) == "Bob Jones"


def test_a_destroyed_key_is_nowhere_in_the_files(sqlite_vaults: Vaults, tmp_path: Path) -> None:
    sqlite_vaults.vault().tokens("acme", [ANN])
    database = sqlite_vaults.database()
    wrapped = database.read(lambda each: each.execute(select(KEYS.c.wrapped)).scalars().all())
    sealed = database.read(lambda each: each.execute(select(ENTRIES.c.ciphertext)).scalars().all())
    assert len(wrapped) == 2
    assert all(key in _files(tmp_path) for key in wrapped)
    sqlite_vaults.custody().forget("acme", **WHO)
    assert not any(secret in _files(tmp_path) for secret in [*wrapped, *sealed])


def test_no_value_is_in_the_files_and_only_their_owner_may_read_them(sqlite_vaults: Vaults, tmp_path: Path) -> None:
    sqlite_vaults.vault().tokens("acme", [ANN, BOB])
    for plain in (b"Ann", b"ann smith", b"Bob", b"jones", MASTER):
        assert plain not in _files(tmp_path)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_rotation_changes_no_token(vaults: Vaults) -> None:
    custody = vaults.custody()
    [ann] = vaults.vault().tokens("acme", [ANN])
    [first, second] = [key.key_id for key in custody.keys("acme")]
    third = custody.rotate("acme", **WHO)
    [ann_again, bob] = vaults.vault().tokens("acme", [ANN, BOB])
    assert ann_again == ann
    assert [(key.key_id, key.entries) for key in custody.keys("acme")] == [(first, 0), (second, 1), (third, 1)]
    assert list(custody.reencrypt("acme", **WHO)) == [1]
    assert [(key.key_id, key.entries) for key in custody.keys("acme")] == [(first, 0), (third, 2)]
    assert vaults.vault().tokens("acme", [BOB, ANN]) == [bob, ann]
    assert custody.reveal("acme", ann, **WHO) == "Ann Smith"


def test_a_process_that_has_an_old_key_goes_on_after_it_was_destroyed(vaults: Vaults) -> None:
    running, custody = vaults.vault(), vaults.custody()
    running.tokens("acme", [ANN])
    custody.rotate("acme", **WHO)
    list(custody.reencrypt("acme", **WHO))
    [bob] = running.tokens("acme", [BOB])
    assert custody.reveal("acme", bob, **WHO) == "Bob Jones"


def test_nothing_is_rotated_for_an_unknown_organisation(vaults: Vaults) -> None:
    with pytest.raises(NotFound, match="nothing of organisation nobody"):
        vaults.custody().rotate("nobody", **WHO)


def test_the_master_key_is_replaced_without_a_pause(vaults: Vaults) -> None:
    [ann] = vaults.vault().tokens("acme", [ANN])
    both = MasterKeys(OTHER_MASTER, MASTER)
    assert vaults.vault(both).tokens("acme", [ANN]) == [ann]
    assert vaults.custody(both).rewrap(**WHO) == 2
    assert vaults.custody(both).rewrap(**WHO) == 0
    assert vaults.custody(MasterKeys(OTHER_MASTER)).reveal("acme", ann, **WHO) == "Ann Smith"
    with pytest.raises(Misconfigured):
        vaults.vault(MasterKeys(MASTER))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE vault_entries SET ciphertext = (SELECT ciphertext FROM vault_entries WHERE type = 'LOCATION')"
        " WHERE type = 'PERSON'",
        "UPDATE vault_entries SET token = '<PERSON_other>' WHERE type = 'PERSON'",
        "UPDATE vault_keys SET wrapped = (SELECT wrapped FROM vault_keys WHERE key_id = 0) WHERE key_id > 0",
    ],
)
def test_a_changed_row_says_so_rather_than_reveal_another_person(vaults: Vaults, change: str) -> None:
    vaults.vault().tokens("acme", [ANN, BOB._replace(type="LOCATION")])
    vaults.database().read(lambda each: each.execute(text(change)))
    [token] = vaults.database().read(
        lambda each: each.execute(select(ENTRIES.c.token).where(ENTRIES.c.type == "PERSON")).scalars().all()
    )
    with pytest.raises(Tampered, match="changed or moved"):
        vaults.custody().reveal("acme", token, **WHO)


def test_the_status_counts_and_hides_the_password(vaults: Vaults) -> None:
    vaults.vault().tokens("acme", [ANN, BOB])
    vaults.vault().tokens("other", [ANN])
    status = vaults.custody().status()
    assert (status.organisations, status.entries, status.audit_rows) == (2, 3, 0)
    assert status.keys_by_master == {status.master: 4}


def _files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())
