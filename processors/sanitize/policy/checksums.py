"""Check digits that identifiers carry; a number without the right one is another number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

Checksum = Literal["none", "luhn", "mod11", "mod97"]


def luhn(code: str) -> bool:
    """ISO/IEC 7812-1: cards, IMEI, NPI without its prefix."""
    digits = [int(char) for char in reversed(code) if char.isdecimal()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return len(digits) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def mod11(code: str) -> bool:
    """Digits weighted 1, 2, 3… from the last, which may be X for ten: NHS numbers, ISBN-10."""
    *digits, last = [char for char in code.upper() if char.isdecimal() or char == "X"] or [""]
    if not digits or "X" in digits:
        return False
    values = [10 if last == "X" else int(last), *map(int, reversed(digits))]
    return sum(weight * value for weight, value in enumerate(values, 1)) % 11 == 0


def mod97(code: str) -> bool:
    """ISO/IEC 7064 MOD 97-10: letters count as 10 to 35, the two check digits stand last."""
    chars = [char for char in code if char.isascii() and char.isalnum()]
    return len(chars) > 2 and int("".join(str(int(char, 36)) for char in chars)) % 97 == 1


CHECKSUMS: Mapping[Checksum, Callable[[str], bool]] = {"luhn": luhn, "mod11": mod11, "mod97": mod97}
"""By name; `none` has none. Each takes the code with whatever punctuation it has."""
