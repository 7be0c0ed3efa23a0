"""The vault of pseudonyms: keys, entries, and the audit that only grows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_APPEND_ONLY = {
    "postgresql": [
        """
        CREATE FUNCTION vault_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'vault_audit is append-only'; END $$
        """,
        """
        CREATE TRIGGER vault_audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vault_audit
        FOR EACH STATEMENT EXECUTE FUNCTION vault_audit_is_append_only()
        """,
    ],
    "sqlite": [
        f"""
        CREATE TRIGGER vault_audit_is_append_only_{verb.lower()} BEFORE {verb} ON vault_audit
        BEGIN SELECT RAISE(ABORT, 'vault_audit is append-only'); END
        """
        for verb in ("UPDATE", "DELETE")
    ],
}


def upgrade() -> None:
    op.create_table(
        "vault_keys",
        sa.Column("org_id", sa.Text, primary_key=True),
        sa.Column("key_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("master", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "vault_entries",
        sa.Column("org_id", sa.Text, primary_key=True),
        sa.Column("lookup", sa.LargeBinary, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
        sa.Column("key_id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("token", "org_id", name="vault_entries_token"),
        sa.ForeignKeyConstraint(
            ["org_id", "key_id"], ["vault_keys.org_id", "vault_keys.key_id"], name="vault_entries_key"
        ),
    )
    op.create_index("vault_entries_by_key", "vault_entries", ["key_id", "org_id"])
    op.create_table(
        "vault_audit",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("org_id", sa.Text),
        sa.Column("token", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
    )
    op.create_index("vault_audit_by_action", "vault_audit", ["org_id", "action", "number"])
    for statement in _APPEND_ONLY[op.get_context().dialect.name]:
        op.execute(statement)
