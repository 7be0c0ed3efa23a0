"""Top-level domains, from the public suffix list that tldextract carries. Never asks the network."""

from __future__ import annotations

from functools import cache

import tldextract


@cache
def top_level_domains() -> frozenset[str]:
    """All top-level labels in lower case, the international ones in Unicode."""
    extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    return frozenset(suffix.rpartition(".")[2] for suffix in extract.tlds)


def is_top_level(label: str) -> bool:
    """Whether names of hosts may end in this label."""
    label = label.casefold()
    return label in top_level_domains() or label.startswith("xn--")
