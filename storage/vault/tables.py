"""The vault's tables; migrations in `storage/control/migrations` make them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from storage.control.types import Moment

METADATA = MetaData()

KEYS = Table(
    "vault_keys",
    METADATA,
    Column("org_id", Text, primary_key=True),
    Column("key_id", Integer, primary_key=True, autoincrement=False),  # 0: the look-up key; 1, 2…: data keys
    Column("wrapped", LargeBinary, nullable=False),
    Column("master", Text, nullable=False),  # fingerprint of the master key that it is wrapped with
    Column("created_at", Moment, nullable=False),
)
"""The keys of an organisation, each wrapped with the master key. New entries are sealed with the last data key."""

ENTRIES = Table(
    "vault_entries",
    METADATA,
    Column("org_id", Text, primary_key=True),
    Column("lookup", LargeBinary, primary_key=True),  # MAC of type and spelling
    Column("type", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("key_id", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    # Only the primary key begins with the organisation: without statistics PostgreSQL might take any index that does.
    UniqueConstraint("token", "org_id", name="vault_entries_token"),
    # Nothing can be sealed with a key that is destroyed meanwhile.
    ForeignKeyConstraint(["org_id", "key_id"], ["vault_keys.org_id", "vault_keys.key_id"], name="vault_entries_key"),
    Index("vault_entries_by_key", "key_id", "org_id"),
)
"""A value and its token."""

AUDIT = Table(
    "vault_audit",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3… without a gap
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("org_id", Text),
    Column("token", Text),
    Column("reason", Text, nullable=False),
    Column("previous", LargeBinary, nullable=False),  # digest of the row before
    Column("digest", LargeBinary, nullable=False),
    Index("vault_audit_by_action", "org_id", "action", "number"),
)
"""Who did what to the vault and why. A trigger refuses to change or delete a row."""
