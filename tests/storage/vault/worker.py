"""A process that wants tokens: `python -m tests.storage.vault.worker URL FIRST COUNT` prints `value token` lines."""

from __future__ import annotations

import random
import sys

from metronis.clock import SystemClock
from processors.sanitize.pseudonyms.vaulted import VaultPseudonyms
from tests.storage.vault.vaults import Vaults

VALUES_IN_TEXT = 5


def main(url: str, first: int, count: int) -> None:
    """Asks for `count` values from `first` on in an order of its own, a few at a time, and prints what it was given."""
    pseudonyms = VaultPseudonyms(Vaults(url).vault(clock=SystemClock()))
    values = [f"Person {number}" for number in range(first, first + count)]
    random.shuffle(values)
    sys.stdin.readline()  # all begin at once
    for at in range(0, count, VALUES_IN_TEXT):
        text = values[at : at + VALUES_IN_TEXT]
        tokens = pseudonyms.tokens("acme", [("PERSON", value) for value in text])
        for value, token in zip(text, tokens, strict=True):
            print(value, token, sep="\t")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
