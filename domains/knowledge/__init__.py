"""What is known about the world: snapshot tables that come with a domain, and clients of public services."""

from __future__ import annotations

from domains.knowledge.table import Table, table

__all__ = ["Table", "table"]
