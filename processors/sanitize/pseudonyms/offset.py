"""By how many days a subject's dates are shifted."""

from __future__ import annotations

import hmac

MAX_OFFSET_DAYS = 365

_PURPOSE = b"days\0"  # keeps these apart from tokens made with the same key


def offset_days(key: bytes, subject: str) -> int:
    """One of -365 to -1 and 1 to 365, each as likely: never 0, which would leave a date as it was."""
    digest = hmac.digest(key, _PURPOSE + subject.encode("utf-8", "surrogatepass"), "sha256")
    number = int.from_bytes(digest[:8], "big") % (2 * MAX_OFFSET_DAYS)
    return number - MAX_OFFSET_DAYS if number < MAX_OFFSET_DAYS else number - MAX_OFFSET_DAYS + 1
