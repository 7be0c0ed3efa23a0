"""Subject: the view of a trace that evaluators get, with the texts that they share computed once."""

from __future__ import annotations

from functools import cached_property

import msgspec

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
    def context_texts(self) -> tuple[str, ...]:
        """The pieces of context, in order."""
        return tuple(piece if isinstance(piece, str) else piece.content for piece in self.trace.context)

    @cached_property
    def context_text(self) -> str:
        """All context as one text."""
        return "\n".join(self.context_texts)
