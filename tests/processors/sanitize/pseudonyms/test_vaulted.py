"""Pseudonyms from the vault: consistent, and the database is spared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from metronis.errors import VaultUnavailable
from processors.sanitize.pseudonyms.vaulted import VaultPseudonyms
from storage.vault.keys import FRESH_S
from tests.storage.vault.vaults import Vaults

WANTED = [("PERSON", "Ann Smith"), ("US_SSN", "123-45-6789"), ("PERSON", "ANN  SMITH"), ("US_SSN", "123 45 6789")]


@pytest.fixture
def vaults(tmp_path: Path) -> Iterator[Vaults]:
    vaults = Vaults(f"sqlite:///{tmp_path / 'control.db'}")
    yield vaults
    vaults.close()


def test_spellings_are_one_and_order_is_kept(vaults: Vaults) -> None:
    ann, ssn, ann_again, ssn_again = VaultPseudonyms(vaults.vault()).tokens("acme", WANTED)
    assert (ann, ssn) == (ann_again, ssn_again)
    assert ann != ssn


def test_another_process_and_the_next_run_give_the_same(vaults: Vaults) -> None:
    tokens = VaultPseudonyms(vaults.vault()).tokens("acme", WANTED)
    assert VaultPseudonyms(vaults.vault()).tokens("acme", WANTED) == tokens


def test_few_are_remembered_and_all_are_right(vaults: Vaults) -> None:
    pseudonyms = VaultPseudonyms(vaults.vault(), cached_tokens=2)
    wanted = [("PERSON", f"Person {number}") for number in range(10)]
    tokens = pseudonyms.tokens("acme", wanted)
    assert pseudonyms.tokens("acme", wanted) == tokens
    assert pseudonyms.tokens("acme", wanted[::-1]) == tokens[::-1]


def test_what_is_remembered_is_given_without_the_database(vaults: Vaults) -> None:
    pseudonyms = VaultPseudonyms(vaults.vault())
    tokens = pseudonyms.tokens("acme", WANTED)
    break_database(vaults)
    assert pseudonyms.tokens("acme", WANTED) == tokens


def test_nothing_is_given_where_the_database_does_not_answer(vaults: Vaults) -> None:
    pseudonyms = VaultPseudonyms(vaults.vault())
    pseudonyms.tokens("acme", WANTED)
    break_database(vaults)
    with pytest.raises(VaultUnavailable):
        pseudonyms.tokens("acme", [*WANTED, ("PERSON", "Bob Jones")])
    vaults.clock.sleep(FRESH_S + 1)  # it may have been forgotten by now
    with pytest.raises(VaultUnavailable):
        pseudonyms.tokens("acme", WANTED)


def test_a_forgotten_value_is_not_remembered(vaults: Vaults) -> None:
    pseudonyms = VaultPseudonyms(vaults.vault())
    old = pseudonyms.tokens("acme", WANTED)
    vaults.custody().forget("acme", actor="ada", reason="contract ended")
    vaults.clock.sleep(FRESH_S + 1)
    assert not set(old) & set(pseudonyms.tokens("acme", WANTED))


def test_days_of_a_subject_stay_and_end_with_the_organisation(vaults: Vaults) -> None:
    def days(org_id: str = "acme") -> list[int]:
        pseudonyms = VaultPseudonyms(vaults.vault())
        return [pseudonyms.offset_days(org_id, str(subject)) for subject in range(20)]

    before = days()
    assert days() == before != days("other")
    vaults.custody().forget("acme", actor="ada", reason="contract ended")
    assert days() != before


def break_database(vaults: Vaults) -> None:
    database = vaults.database()
    for name in ("vault_entries", "vault_keys"):
        database.read(lambda connection, name=name: connection.exec_driver_sql(f"DROP TABLE {name}"))  # type: ignore[misc]
