"""`metronis vault`: who stands behind a token, and what becomes of the keys and the values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from metronis.cli.read import Json
from metronis.cli.render import printable, table
from metronis.clock import SystemClock
from metronis.settings import load
from metronis.vault import open_custody

if TYPE_CHECKING:
    from storage.vault.audit import AuditRow
    from storage.vault.custody import Custody
    from storage.vault.keys import KeyFacts

STATUS_EPILOG = "Example: metronis vault status"
REVEAL_EPILOG = "Example: metronis vault reveal clinic '<PERSON_hklmnpqrstbcdfg>' --actor ada --reason 'call 4711'"
FORGET_EPILOG = "Example: metronis vault forget clinic --actor ada --reason 'contract ended'"
KEYS_EPILOG = "Example: metronis vault keys clinic"
ROTATE_EPILOG = "Example: metronis vault rotate clinic --reencrypt --actor ada --reason yearly"
REWRAP_EPILOG = "Example: metronis vault rewrap --actor ada --reason yearly"
AUDIT_EPILOG = "Example: metronis vault audit --verify"

app = typer.Typer(
    help="Reveal what a pseudonym stands for, rotate keys, forget values, and see who did.", no_args_is_help=True
)


def _said(text: str) -> str:
    if not text.strip():
        raise typer.BadParameter("the audit wants more than nothing")
    return text


Org = Annotated[str, typer.Argument(metavar="ORG", help="The organisation.")]
Actor = Annotated[str, typer.Option("--actor", parser=_said, metavar="NAME", help="Who asks; it goes into the audit.")]
Reason = Annotated[str, typer.Option("--reason", parser=_said, metavar="TEXT", help="Why; it goes into the audit.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command(epilog=STATUS_EPILOG)
def status(as_json: Json = False) -> None:
    """Show where the vault is, how much it holds, and which master key wraps its keys."""
    with _custody() as custody:
        found = custody.status()
    if as_json:
        typer.echo(msgspec.json.encode(found))
        return
    others = {name: count for name, count in found.keys_by_master.items() if name != found.master}
    facts = {
        "database": found.address,
        "values": f"{found.entries:,} of {found.organisations:,} organisations",
        "master key": f"{found.master}, which wraps {found.keys_by_master.get(found.master, 0):,} keys",
        **{
            f"older {name}": f"wraps {count:,} keys; `metronis vault rewrap` ends that"
            for name, count in others.items()
        },
        "audit": f"{found.audit_rows:,} rows",
    }
    Console().print(_facts(facts))


@app.command(epilog=REVEAL_EPILOG)
def reveal(
    org: Org,
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="The pseudonym, as `<TYPE_letters>`.")],
    actor: Actor,
    reason: Reason,
) -> None:
    """Print the value that a pseudonym stands for. The audit has who asked and why before it is printed."""
    with _custody() as custody:
        typer.echo(printable(custody.reveal(org, token, actor=actor, reason=reason)))


@app.command(epilog=FORGET_EPILOG)
def forget(
    org: Org,
    actor: Actor,
    reason: Reason,
    token: Annotated[
        str | None, typer.Option("--token", metavar="TOKEN", help="This one value alone, rather than all.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Destroy what stands behind an organisation's pseudonyms, its keys included. Nobody can bring it back."""
    with _custody() as custody:
        what = token or f"all {custody.count(org):,} values of {org}, and its keys"
        if not (yes or typer.confirm(f"Destroy {what} for ever?")):
            raise typer.Exit(1)
        count = custody.forget(org, token, actor=actor, reason=reason)
    Console().print(f"{count:,} {'value' if count == 1 else 'values'} forgotten")


@app.command("keys", epilog=KEYS_EPILOG)
def keys_(
    org: Annotated[str | None, typer.Argument(metavar="[ORG]", help="The organisation; all without.")] = None,
    as_json: Json = False,
) -> None:
    """List the keys, never the keys themselves: their age, the master key that wraps them, the values they seal."""
    with _custody() as custody:
        rows = custody.keys(org)
    if as_json:
        for row in rows:
            typer.echo(msgspec.json.encode(row))
    elif rows:
        Console().print(_keys_table(rows))
    else:
        Console().print("no keys yet")


@app.command(epilog=ROTATE_EPILOG)
def rotate(
    org: Org,
    actor: Actor,
    reason: Reason,
    reencrypt: Annotated[
        bool, typer.Option("--reencrypt", help="Seal the old values with the new key too, and destroy the old keys.")
    ] = False,
) -> None:
    """Make a new key for an organisation's new values. Pseudonyms stay what they are."""
    console = Console()
    with _custody() as custody:
        console.print(f"new values are sealed with key {custody.rotate(org, actor=actor, reason=reason)}")
        if reencrypt:
            for done in custody.reencrypt(org, actor=actor, reason=reason):
                console.print(f"{done:,} {'value' if done == 1 else 'values'} sealed anew")


@app.command(epilog=REWRAP_EPILOG)
def rewrap(actor: Actor, reason: Reason) -> None:
    """Wrap every key with the present master key; the older ones are then wanted no more."""
    with _custody() as custody:
        count = custody.rewrap(actor=actor, reason=reason)
    Console().print(f"{count:,} {'key' if count == 1 else 'keys'} wrapped anew")


@app.command("audit", epilog=AUDIT_EPILOG)
def audit_(
    verify: Annotated[bool, typer.Option("--verify", help="Prove that no row was changed or taken out.")] = False,
    as_json: Json = False,
) -> None:
    """Show who revealed, rotated and forgot what, and why; with --verify prove it, with status 1 where it fails."""
    with _custody() as custody:
        if verify:
            _verified(custody.audit.verify())
        else:
            _show_audit(custody, as_json)


def _verified(last: AuditRow | None) -> None:
    if last is None:
        Console().print("the audit is empty")
        return
    rows = "1 row is" if last.number == 1 else f"{last.number:,} rows are"
    Console().print(f"{rows} as written; the last has digest {last.digest.hex()}", soft_wrap=True)
    Console().print(Text("note it elsewhere: a chain does not show that its end was cut off", style="dim"))


def _show_audit(custody: Custody, as_json: bool) -> None:
    if as_json:
        for row in custody.audit.rows():
            typer.echo(msgspec.json.encode(_audit_line(row)))
        return
    shown = table(">row", "at", "actor", "did", "org", "token", "why")
    for row in custody.audit.rows():
        act = row.act
        cells = (act.actor, act.action, act.org_id or "all", act.token or "", act.reason)
        shown.add_row(f"{row.number:,}", f"{row.at:%Y-%m-%d %H:%M}", *(Text(printable(cell)) for cell in cells))
    Console().print(shown if shown.row_count else "nobody has done anything yet")


def _audit_line(row: AuditRow) -> dict[str, object]:
    act = row.act
    about = {"actor": act.actor, "action": act.action, "org_id": act.org_id, "token": act.token, "reason": act.reason}
    return {"number": row.number, "at": row.at, **about, "digest": row.digest.hex()}


def _keys_table(rows: Sequence[KeyFacts]) -> Table:
    shown = table("org", ">key", "made", "master key", ">values")
    for row in rows:
        number = "look-up" if row.is_lookup else str(row.key_id)
        values = "" if row.is_lookup else f"{row.entries:,}"
        shown.add_row(Text(printable(row.org_id)), number, f"{row.created_at:%Y-%m-%d %H:%M}", row.master, values)
    return shown


def _facts(facts: Mapping[str, str]) -> Table:
    shown = Table.grid(padding=(0, 2))
    for name, text in facts.items():
        shown.add_row(Text(name, style="dim"), Text(printable(text)))
    return shown


@contextmanager
def _custody() -> Iterator[Custody]:
    custody = open_custody(load(), SystemClock())
    try:
        yield custody
    finally:
        custody.close()
