"""Sealing: AES-256-GCM over a value or a key, bound to what it belongs to."""

from __future__ import annotations

import hmac
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from metronis.errors import Misconfigured, Tampered

KEY_BYTES = 32
NONCE_BYTES = 12
MIN_SECRET_BYTES = 16


def seal(key: bytes, plain: bytes, *about: str) -> bytes:
    """Nonce, ciphertext and tag. It opens only with the same key and the same `about`."""
    nonce = os.urandom(NONCE_BYTES)  # random ones are safe for 2^32 values under one key (NIST SP 800-38D, 8.3)
    return nonce + AESGCM(key).encrypt(nonce, plain, _bound(about))


def unseal(key: bytes, sealed: bytes, *about: str) -> bytes:
    """What was sealed. Raises Tampered where it was sealed about something else, or was changed."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(about))
    except (InvalidTag, ValueError):
        raise Tampered(f"the vault's row for {' '.join(about)} does not open: it was changed or moved") from None


def _bound(about: tuple[str, ...]) -> bytes:
    return json.dumps(about).encode()


class MasterKeys:
    """The key that wraps all others, and older ones that keys may still be wrapped with.

    Raises Misconfigured where one is shorter than 16 bytes.
    """

    def __init__(self, secret: bytes, *older: bytes) -> None:
        if any(len(each) < MIN_SECRET_BYTES for each in (secret, *older)):
            raise Misconfigured(f"the vault's master key is shorter than {MIN_SECRET_BYTES} bytes; give a longer one")
        self._current = _fingerprint(secret)
        self._keys = {_fingerprint(each): _wrapping_key(each) for each in (secret, *older)}

    @property
    def current(self) -> str:
        """Fingerprint of the key that wraps what is wrapped from now on. It says nothing of the key."""
        return self._current

    def check(self, fingerprint: str) -> None:
        """Raises Misconfigured where the key with this fingerprint is not one of these."""
        if fingerprint not in self._keys:
            raise Misconfigured(
                f"the vault is sealed with master key {fingerprint}, and METRONIS_VAULT__MASTER_KEY is "
                f"{self._current}; give the key that it was made with, or name it in METRONIS_VAULT__OLDER_MASTER_KEYS"
            )

    def wrap(self, key: bytes, org_id: str, key_id: int) -> bytes:
        """Sealed with the current key."""
        return seal(self._keys[self._current], key, "key", org_id, str(key_id))

    def unwrap(self, wrapped: bytes, fingerprint: str, org_id: str, key_id: int) -> bytes:
        """Raises Misconfigured and Tampered."""
        self.check(fingerprint)
        return unseal(self._keys[fingerprint], wrapped, "key", org_id, str(key_id))


def _wrapping_key(secret: bytes) -> bytes:
    return hmac.digest(secret, b"metronis vault: wrapping", "sha256")


def _fingerprint(secret: bytes) -> str:
    return hmac.digest(secret, b"metronis vault: fingerprint", "sha256")[:8].hex()
