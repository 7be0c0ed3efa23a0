"""The vault's tokens: random, the same for ever, apart by organisation, and durable."""

from __future__ import annotations

from pathlib import Path

import pytest

from metronis.errors import Misconfigured, VaultUnavailable
from processors.sanitize.pseudonyms.token import is_token
from storage.vault.keys import FRESH_S
from storage.vault.sealing import MasterKeys
from storage.vault.vault import Value, Vault
from tests.postgres.server import PostgreSQL
from tests.storage.vault.vaults import ANN, BOB, MASTER, OTHER_MASTER, Vaults


def test_a_value_keeps_its_token_in_every_process(vaults: Vaults) -> None:
    [ann, bob] = vaults.vault().tokens("acme", [ANN, BOB])
    assert ann != bob
    assert vaults.vault().tokens("acme", [BOB, ANN, BOB]) == [bob, ann, bob]


def test_what_is_revealed_is_the_first_spelling(vaults: Vaults) -> None:
    [token, same] = vaults.vault().tokens("acme", [ANN, ANN._replace(value="ANN SMITH")])
    assert token == same
    assert vaults.custody().reveal("acme", token, actor="ada", reason="test") == "Ann Smith"


def test_tokens_are_random_rather_than_derived(tmp_path: Path) -> None:
    """Two vaults with the same master key: what one could compute would be alike."""
    tokens = set()
    for name in "ab":
        vaults = Vaults(f"sqlite:///{tmp_path / name}")
        tokens.update(vaults.vault().tokens("acme", [ANN]))
        vaults.close()
    assert len(tokens) == 2


def test_types_and_organisations_are_apart(vaults: Vaults) -> None:
    vault = vaults.vault()
    mine = vault.tokens("acme", [ANN, ANN._replace(type="LOCATION")])
    theirs = vault.tokens("other", [ANN, ANN._replace(type="LOCATION")])
    assert len({*mine, *theirs}) == 4
    assert is_token(mine[0], "PERSON")
    assert is_token(mine[1], "LOCATION")


def test_any_text_can_be_kept(vaults: Vaults) -> None:
    texts = ["\ud800 half a pair", "名前", "nul \0 byte", "x" * 100_000, ""]
    tokens = vaults.vault().tokens("acme", [Value("PERSON", text, text) for text in texts])
    custody = vaults.custody()
    assert [custody.reveal("acme", token, actor="ada", reason="test") for token in tokens] == texts


def test_more_values_than_one_statement_takes(vaults: Vaults) -> None:
    values = [Value("PERSON", str(number), str(number)) for number in range(2_500)]
    tokens = vaults.vault().tokens("acme", values)
    assert len(set(tokens)) == 2_500
    assert vaults.vault().tokens("acme", values) == tokens


def test_a_token_that_is_taken_is_not_given_twice(vaults: Vaults) -> None:
    minted = iter(["<PERSON_bbb>", "<PERSON_bbb>", "<PERSON_ccc>"])
    vault = Vault(vaults.database(), MasterKeys(MASTER), vaults.clock, lambda _: next(minted))
    assert vault.tokens("acme", [ANN]) + vault.tokens("acme", [BOB]) == ["<PERSON_bbb>", "<PERSON_ccc>"]


def test_another_master_key_is_refused_at_the_start(vaults: Vaults) -> None:
    vaults.vault().tokens("acme", [ANN])
    with pytest.raises(Misconfigured, match="METRONIS_VAULT__MASTER_KEY"):
        vaults.vault(MasterKeys(OTHER_MASTER))


def test_a_short_master_key_is_refused() -> None:
    with pytest.raises(Misconfigured, match="16 bytes"):
        MasterKeys(b"short")


def test_a_forgotten_value_gets_a_new_token_soon_in_running_processes_and_at_once_in_new_ones(vaults: Vaults) -> None:
    running = vaults.vault()
    [old] = running.tokens("acme", [ANN])
    before = running.epoch("acme")
    vaults.custody().forget("acme", old, actor="ada", reason="asked to")
    [new] = vaults.vault().tokens("acme", [ANN])
    assert new != old
    assert running.epoch("acme") == before
    vaults.clock.sleep(FRESH_S + 1)
    assert running.epoch("acme") != before
    assert running.tokens("acme", [ANN]) == [new]


def test_a_running_process_seals_nothing_with_a_destroyed_key(vaults: Vaults) -> None:
    """The worker has not heard that the organisation was forgotten, nor that another has made it new keys."""
    running, custody = vaults.vault(), vaults.custody()
    running.tokens("acme", [ANN])
    custody.forget("acme", actor="ada", reason="contract ended")
    other = vaults.vault().tokens("acme", [BOB])
    [cat, bob] = running.tokens("acme", [Value("PERSON", "cat", "Cat"), BOB])
    assert [bob] == other
    assert custody.reveal("acme", cat, actor="ada", reason="test") == "Cat"


def test_a_database_that_restarted_is_asked_again(postgres: PostgreSQL) -> None:
    vaults = Vaults(postgres.new_database())
    vault = vaults.vault()
    [token] = vault.tokens("acme", [ANN])
    postgres.stop()
    try:
        with pytest.raises(VaultUnavailable, match="did not answer"):
            vault.tokens("acme", [BOB])
    finally:
        postgres.start()
    assert vault.tokens("acme", [ANN]) == [token]
    postgres.stop()
    postgres.start()
    assert vault.tokens("acme", [ANN]) == [token]
    vaults.close()
