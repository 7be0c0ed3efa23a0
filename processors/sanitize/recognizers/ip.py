"""IP addresses of hosts: no versions, no slices, no placeholders."""

from __future__ import annotations

from ipaddress import ip_interface

from presidio_analyzer import Pattern
from presidio_analyzer.predefined_recognizers import IpRecognizer

_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV4 = rf"(?:{_OCTET}\.){{3}}{_OCTET}(?:/(?:3[0-2]|[12]?\d)\b)?"
_GROUP = r"[0-9a-f]{1,4}"
_GROUPS = rf"{_GROUP}(?::{_GROUP}){{0,6}}"
_IPV6 = (
    rf"(?:(?:{_GROUP}:){{7}}{_GROUP}|{_GROUPS}::(?:{_GROUPS})?|::{_GROUPS})(?:%[0-9a-z._-]{{1,15}})?(?:/\d{{1,3}}\b)?"
)
_MIXED = rf"(?:(?:{_GROUP}:){{6}}|(?:{_GROUPS})?::(?:{_GROUP}:){{0,5}}){_IPV4}"
_BEFORE, _AFTER = r"(?<![\w:.])", r"(?!\w|[.:]\w)"
_PATTERNS = [
    Pattern("IPv4", rf"(?<![\w.]){_IPV4}(?!\w|\.\d)", 0.6),
    Pattern("IPv6", rf"{_BEFORE}{_IPV6}{_AFTER}", 0.6),
    Pattern("IPv6 before a colon", rf"{_BEFORE}(?P<value>{_IPV6}):(?!\w)", 0.6),
    Pattern("IPv6 after a label", rf"[g-z_][:=](?P<value>{_IPV6}){_AFTER}", 0.6),
    Pattern("IPv4 within IPv6", rf"{_BEFORE}{_MIXED}{_AFTER}", 0.65),
]
_MIN_GROUPS = 4
_LONG_GROUP = 3


class Ip(IpRecognizer):
    """Addresses that tell hosts apart: `0.0.0.0`, `127.0.0.1`, `::1` and the `120.0.0.0` of a browser do not.

    Presidio takes `x[1::2]` and `a::b` for addresses of version 6, and misses those that a colon follows.
    """

    def __init__(self) -> None:
        super().__init__(patterns=_PATTERNS)

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it is no address, or one that any host may have."""
        try:
            address = ip_interface(pattern_text).ip
        except ValueError:
            return True
        if address.is_unspecified or address.is_loopback or str(address).endswith(".0.0.0"):
            return True
        return address.version == 6 and not _like_an_address(pattern_text)


def _like_an_address(text: str) -> bool:
    """Whether hexadecimal groups are more than a slice of a list or a name within a name."""
    groups = [group for group in text.partition("%")[0].partition("/")[0].split(":") if group]
    long = any(len(group) >= _LONG_GROUP and not group.isalpha() for group in groups)
    return long or len(groups) >= _MIN_GROUPS
