"""Keyed pseudonyms: computed from the value with a secret, kept nowhere."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from cachetools import LRUCache

from metronis.errors import Misconfigured
from processors.sanitize.pseudonyms.offset import offset_days
from processors.sanitize.pseudonyms.spelling import normalised
from processors.sanitize.pseudonyms.token import token

MIN_SECRET_BYTES = 16
CACHED_KEYS = 10_000
CACHED_TOKENS = 50_000


class KeyedPseudonyms:
    """Tokens from HMAC-SHA-256, keyed for each organisation. Stateless: every process makes the same.

    They are derived from the value, so whoever has the secret can test a guess, and HIPAA's Safe Harbor does not take
    them for de-identified (45 CFR 164.514(c)). `epoch` rotates the keys: tokens of two epochs cannot be linked.
    Raises Misconfigured where the secret is shorter than 16 bytes.
    """

    def __init__(self, secret: bytes, epoch: int = 0) -> None:
        if len(secret) < MIN_SECRET_BYTES:
            raise Misconfigured(
                f"the secret for pseudonyms is shorter than {MIN_SECRET_BYTES} bytes; give a longer one"
            )
        self._secret = secret if epoch == 0 else hmac.digest(secret, epoch.to_bytes(8, "big"), "sha256")
        self._keys: LRUCache[str, bytes] = LRUCache(CACHED_KEYS)
        self._known: LRUCache[tuple[str, str, str], str] = LRUCache(CACHED_TOKENS)

    def tokens(self, org_id: str, wanted: Sequence[tuple[str, str]]) -> Sequence[str]:
        """Never blocks, never raises. About 2 µs for a value, and 0.5 µs for one met lately."""
        return [self._known.get((org_id, *each)) or self._made(org_id, *each) for each in wanted]

    def _made(self, org_id: str, entity_type: str, value: str) -> str:
        digest = _mac(self._key(org_id), f"{entity_type}\0{normalised(entity_type, value)}")
        made = self._known[org_id, entity_type, value] = token(entity_type, digest.hex())
        return made

    def offset_days(self, org_id: str, subject: str) -> int:
        return offset_days(self._key(org_id), subject)

    def _key(self, org_id: str) -> bytes:
        key = self._keys.get(org_id)
        if key is None:
            key = self._keys[org_id] = _mac(self._secret, org_id)
        return key


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")
