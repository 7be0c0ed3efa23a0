"""Pseudonyms from the vault: random, so that nothing about the value can be told from them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from cachetools import LRUCache

from processors.sanitize.pseudonyms.offset import offset_days
from processors.sanitize.pseudonyms.spelling import normalised
from processors.sanitize.pseudonyms.token import TOKEN_LETTERS, token
from storage.vault.vault import Value, Vault

CACHED_TOKENS = 50_000


def random_token(entity_type: str) -> str:
    """A token that was never given before, but for a chance of one in 2^60 for every one that was."""
    return token(entity_type, f"{secrets.randbits(4 * TOKEN_LETTERS):0{TOKEN_LETTERS}x}")


class VaultPseudonyms:
    """Tokens that the vault keeps: HIPAA's Safe Harbor allows them, because they are not derived from the value."""

    def __init__(self, vault: Vault, cached_tokens: int = CACHED_TOKENS) -> None:
        self._vault = vault
        self._known: LRUCache[tuple[str, int, str, str], str] = LRUCache(cached_tokens)

    def tokens(self, org_id: str, wanted: Sequence[tuple[str, str]]) -> Sequence[str]:
        """About 0.5 µs for a value met lately; the vault is asked once for all others.

        Raises VaultUnavailable, Misconfigured where the master key is wrong, Tampered.
        """
        if not wanted:
            return ()
        epoch = self._vault.epoch(org_id)
        tokens = [self._known.get((org_id, epoch, *each)) for each in wanted]
        if None not in tokens:
            return tokens  # type: ignore[return-value]  # mypy does not take `in` for a check
        return self._looked_up(org_id, epoch, wanted)

    def offset_days(self, org_id: str, subject: str) -> int:
        return offset_days(self._vault.subject_key(org_id), subject)

    def _looked_up(self, org_id: str, epoch: int, wanted: Sequence[tuple[str, str]]) -> Sequence[str]:
        values = [Value(kind, normalised(kind, value), value) for kind, value in wanted]
        tokens = self._vault.tokens(org_id, values)
        for each, found in zip(wanted, tokens, strict=True):
            self._known[org_id, epoch, *each] = found
        return tokens
