"""Subject: the view of a trace that evaluators get, with the texts that they share computed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

from processors.text.cues import Finding
from processors.text.declining import declined
from processors.text.harm import asked_for_harm
from processors.text.numbers import Number, numbers
from processors.text.sentences import Span, sentences
from processors.text.words import folded, stems, words
from schemas.trace import Text, Trace

T = TypeVar("T")


class shared(Generic[T]):
    """A property computed at its first access and kept. `functools.cached_property` takes a lock, and twice as long."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, instance: Any, owner: type) -> T:
        value = instance.__dict__[self._name] = self._compute(instance)
        return value


def plain(text: Text) -> str:
    """A text, or the contents of its messages one below the other."""
    return text if isinstance(text, str) else "\n".join(message.content for message in text)


def _request(given: Text) -> str:
    if isinstance(given, str):
        return given
    asked = [message.content for message in given if message.role == "user"]
    return asked[-1] if asked else plain(given)


class Subject:
    """What evaluators see. `trace.expected` is always None here: no evaluator may read the label.

    What nearly every evaluator reads is there from the start, the rest from its first use:
    request: what the user asked last, that is the last `user` message, or the whole input where it is no conversation.
    output_text: the whole output as one text. `…_folded`: in lower case, of the same length. output_words: in order, in
    lower case. request_words, output_vocabulary: the distinct ones.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = msgspec.structs.replace(trace, expected=None) if trace.expected else trace
        self.request = _request(trace.input)
        self.request_folded = folded(self.request)
        self.request_words = frozenset(words(self.request_folded))
        self.output_text = plain(trace.output)
        self.output_folded = folded(self.output_text)
        self.output_words = words(self.output_folded)
        self.output_vocabulary = frozenset(self.output_words)

    @shared
    def input_text(self) -> str:
        """The whole input as one text."""
        return plain(self.trace.input)

    @shared
    def request_offset(self) -> int:
        """Where the request begins within the input text."""
        return max(self.input_text.rfind(self.request), 0)

    @shared
    def request_harm(self) -> Finding:
        """Whether the request asks for harm."""
        return asked_for_harm(self.request_folded, self.request_words)

    @shared
    def output_declines(self) -> Finding:
        """Whether the output declines to answer."""
        return declined(self.output_folded, self.output_vocabulary)

    @shared
    def request_stems(self) -> set[str]:
        """The stems of the content words of the request."""
        return stems(self.request_words)

    @shared
    def output_stems(self) -> set[str]:
        """The stems of the content words of the output."""
        return stems(self.output_vocabulary)

    @shared
    def output_sentences(self) -> tuple[Span, ...]:
        """The sentences of the output as character ranges."""
        return sentences(self.output_text)

    @shared
    def output_numbers(self) -> list[Number]:
        """The quantities that the output writes in digits, in order."""
        return numbers(self.output_text)

    @shared
    def context_texts(self) -> tuple[str, ...]:
        """The pieces of context, in order."""
        return tuple(piece if isinstance(piece, str) else piece.content for piece in self.trace.context)

    @shared
    def context_text(self) -> str:
        """All context as one text."""
        return "\n".join(self.context_texts)

    @shared
    def grounds(self) -> frozenset[str]:
        """The distinct words, in lower case, of what an answer may rest on: the context and the request."""
        return frozenset(words(folded(self.context_text))) | self.request_words
