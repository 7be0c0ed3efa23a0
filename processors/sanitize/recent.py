"""What was found lately in texts: conversations repeat their history at every turn."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from processors.sanitize.detector import Entity

SHORT = 64  # characters: a text no longer than this is its own key


class Recent:
    """Findings by text, for at least the last `size` texts and at most twice as many; keeps no long text.

    Two generations, of which the older one is dropped when the younger is full: a look-up is one or two in a dict.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: dict[str | bytes, Sequence[Entity]] = {}
        self._old: dict[str | bytes, Sequence[Entity]] = {}

    def key(self, text: str) -> str | bytes:
        """What the text is known by: itself, or its hash (BLAKE2b, 128 bits)."""
        return text if len(text) <= SHORT else blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def get(self, key: str | bytes) -> Sequence[Entity] | None:
        """What was found, None where that is not known."""
        found = self._young.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: str | bytes, found: Sequence[Entity]) -> None:
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[key] = found
