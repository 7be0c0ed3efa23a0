"""Words: lower-casing that keeps offsets, tokens, and the function words of a few languages."""

from __future__ import annotations

import re

from processors.text.lexicons import word_set

WORD = re.compile(r"\w+(?:'\w+)?")

# They carry no claim, so they say nothing about whether a text is supported or on topic.
FUNCTION_WORDS = word_set("function_words")

STEM_LENGTH = 5
"""Words count as the same where their first five letters agree: `poisoned` and `poisoning`. Crude, and free."""


def folded(text: str) -> str:
    """The text in lower case with straight apostrophes, of the same length, so that offsets hold in both."""
    lower = text.lower()
    if len(lower) != len(text):  # a few capitals, such as İ, grow when lower-cased
        lower = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return lower.replace("’", "'")


def words(text: str) -> list[str]:
    """The words of a folded text, in order."""
    return WORD.findall(text)


def stems(of: frozenset[str] | set[str]) -> set[str]:
    """The stems of the content words among those given. Numbers are left out: they are compared by value."""
    return {word[:STEM_LENGTH] for word in of - FUNCTION_WORDS if len(word) > 2 and not word[0].isdigit()}
