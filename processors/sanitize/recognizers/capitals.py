"""Capitalised words, as patterns that see nothing in a letter but whether it is a capital."""

from __future__ import annotations

_BEYOND_ASCII = ((0xC0, 0x180), (0x386, 0x3AC), (0x400, 0x430))  # Latin, Greek and Cyrillic

# One by one, not as ranges: so the pattern engine knows that the gate, which sees ASCII alone, misses none of them.
CAPITALS = "A-Z" + "".join(
    char for first, last in _BEYOND_ASCII for char in map(chr, range(first, last)) if char.isupper()
)
"""The capital letters, for use within a character class."""

CAPITAL = f"[{CAPITALS}]"
"""One capital letter."""

CAPITALISED = rf"{CAPITAL}(?:\w{{0,2}}\.(?= )|[\w.'’/-]{{0,30}}\w|)"
"""A word that begins with a capital, its full stop where it is short too: `St. Mary` is one name, `Lisbon. She` not."""
