"""The audit only grows, and no change of it goes unseen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from metronis.errors import Tampered, Unavailable
from storage.vault.audit import Act, Audit
from tests.storage.vault.vaults import Vaults

ACT = Act("ada", "reveal", "acme", "<PERSON_bcd>", "ticket 4711")


def appended(vaults: Vaults, count: int) -> Audit:
    audit = Audit(vaults.database(), vaults.clock)
    for _ in range(count):
        audit.append(ACT, lambda _: None)
    return audit


def test_an_empty_audit_is_in_order(vaults: Vaults) -> None:
    assert Audit(vaults.database(), vaults.clock).verify() is None


def test_all_rows_are_proved(vaults: Vaults) -> None:
    last = appended(vaults, 3).verify()
    assert last is not None
    assert (last.number, last.act) == (3, ACT)


@pytest.mark.parametrize("statement", ["UPDATE vault_audit SET actor = 'eve'", "DELETE FROM vault_audit"])
def test_the_database_refuses_to_change_a_row(vaults: Vaults, statement: str) -> None:
    appended(vaults, 1)
    with pytest.raises((Unavailable, DBAPIError)):
        vaults.database().read(lambda each: each.execute(text(statement)))
    assert Audit(vaults.database(), vaults.clock).verify() is not None


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE vault_audit SET actor = 'eve' WHERE number = 2", "row 2 of the vault's audit was changed"),
        (
            "UPDATE vault_audit SET at = '2020-01-01 00:00:00' WHERE number = 3",
            "row 3 of the vault's audit was changed",
        ),
        ("DELETE FROM vault_audit WHERE number = 2", "row 2 of the vault's audit is missing"),
        ("DELETE FROM vault_audit WHERE number = 1", "row 1 of the vault's audit is missing"),
    ],
)
def test_whoever_gets_round_the_database_is_seen(vaults: Vaults, statement: str, problem: str) -> None:
    audit = appended(vaults, 3)
    for refusal in triggers(vaults):
        vaults.database().read(lambda each, refusal=refusal: each.execute(text(refusal)))  # type: ignore[misc]
    vaults.database().read(lambda each: each.execute(text(statement)))
    with pytest.raises(Tampered, match=problem):
        audit.verify()


def triggers(vaults: Vaults) -> list[str]:
    if vaults.url.startswith("sqlite"):
        return [f"DROP TRIGGER vault_audit_is_append_only_{verb}" for verb in ("update", "delete")]
    return ["DROP TRIGGER vault_audit_is_append_only ON vault_audit"]


def test_many_append_at_once_and_none_is_lost(vaults: Vaults) -> None:
    audits = [Audit(vaults.database(), vaults.clock) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: audits[number % 4].append(ACT, lambda _: None), range(40)))
    last = audits[0].verify()
    assert last is not None
    assert last.number == 40
