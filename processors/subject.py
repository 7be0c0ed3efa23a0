"""Subject: the view of a trace that evaluators get, with the texts that they share computed once."""

from __future__ import annotations

from functools import cached_property

import msgspec

from processors.text.cues import Finding
from processors.text.declining import declined
from processors.text.harm import asked_for_harm
from processors.text.numbers import Number, numbers
from processors.text.sentences import Span, sentences
from processors.text.words import folded, words
from schemas.trace import Text, Trace


def plain(text: Text) -> str:
    """A text, or the contents of its messages one below the other."""
    return text if isinstance(text, str) else "\n".join(message.content for message in text)


class Subject:
    """What evaluators see. `trace.expected` is always None here: no evaluator may read the label."""

    def __init__(self, trace: Trace) -> None:
        self.trace = msgspec.structs.replace(trace, expected=None) if trace.expected else trace

    @cached_property
    def input_text(self) -> str:
        """The whole input as one text."""
        return plain(self.trace.input)

    @cached_property
    def request(self) -> str:
        """What the user asked last: the last `user` message, or the whole input where it is no conversation."""
        if isinstance(self.trace.input, str):
            return self.trace.input
        asked = [message.content for message in self.trace.input if message.role == "user"]
        return asked[-1] if asked else self.input_text

    @cached_property
    def output_text(self) -> str:
        """The whole output as one text."""
        return plain(self.trace.output)

    @cached_property
    def request_folded(self) -> str:
        """The request in lower case, of the same length."""
        return folded(self.request)

    @cached_property
    def request_words(self) -> frozenset[str]:
        """The distinct words of the request, in lower case."""
        return frozenset(words(self.request_folded))

    @cached_property
    def request_offset(self) -> int:
        """Where the request begins within the input text."""
        return max(self.input_text.rfind(self.request), 0)

    @cached_property
    def request_harm(self) -> Finding:
        """Whether the request asks for harm."""
        return asked_for_harm(self.request_folded, self.request_words)

    @cached_property
    def output_declines(self) -> Finding:
        """Whether the output declines to answer."""
        return declined(self.output_folded, self.output_vocabulary)

    @cached_property
    def output_folded(self) -> str:
        """The output in lower case, of the same length."""
        return folded(self.output_text)

    @cached_property
    def output_words(self) -> list[str]:
        """The words of the output in order, in lower case."""
        return words(self.output_folded)

    @cached_property
    def output_vocabulary(self) -> frozenset[str]:
        """The distinct words of the output, in lower case."""
        return frozenset(self.output_words)

    @cached_property
    def output_sentences(self) -> tuple[Span, ...]:
        """The sentences of the output as character ranges."""
        return sentences(self.output_text)

    @cached_property
    def output_numbers(self) -> list[Number]:
        """The quantities that the output writes in digits, in order."""
        return numbers(self.output_text)

    @cached_property
    def context_texts(self) -> tuple[str, ...]:
        """The pieces of context, in order."""
        return tuple(piece if isinstance(piece, str) else piece.content for piece in self.trace.context)

    @cached_property
    def context_text(self) -> str:
        """All context as one text."""
        return "\n".join(self.context_texts)

    @cached_property
    def grounds(self) -> frozenset[str]:
        """The distinct words, in lower case, of what an answer may rest on: the context and the request."""
        return frozenset(words(folded(self.context_text))) | self.request_words
