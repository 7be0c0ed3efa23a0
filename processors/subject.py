"""Subject: the view of a trace that evaluators get, with the texts that they share computed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Literal, TypeVar, get_args

import msgspec

from processors.scan.phrase import Phrase
from processors.scan.scanner import Scanner
from processors.scan.typed import Typed
from processors.text.cues import Finding
from processors.text.declining import declined
from processors.text.harm import asked_for_harm
from processors.text.numbers import Number, numbers
from processors.text.sentences import Span, sentences
from processors.text.words import folded, stems, words
from schemas.trace import Text, Trace

T = TypeVar("T")

Field = Literal["input", "request", "output", "context"]
"""A text of a trace: the whole input, what the user asked last, the output, all context one piece below the other."""
FIELDS: tuple[Field, ...] = get_args(Field)


class shared(Generic[T]):
    """A property computed at its first access and kept. `functools.cached_property` takes a lock, and twice as long."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, instance: Any, owner: type) -> T:
        value = instance.__dict__[self._name] = self._compute(instance)
        return value


def once(compute: Callable[[Subject], T]) -> Callable[[Subject], T]:
    """Decorator: computed at the first call with a subject, remembered as long as the subject lives."""

    def remembered(subject: Subject) -> T:
        memory = subject.memory
        if compute not in memory:
            memory[compute] = compute(subject)
        value: T = memory[compute]
        return value

    return remembered


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

    scanner: spares the search for those of its phrases that are not in a text; nothing is found otherwise with it.
    """

    def __init__(self, trace: Trace, scanner: Scanner | None = None) -> None:
        self.trace = msgspec.structs.replace(trace, expected=None) if trace.expected else trace
        self.memory: dict[object, Any] = {}  # of `once`
        self.scanner = scanner
        self._typed: dict[Field, Typed] = {}
        self._seen: dict[Field, frozenset[Phrase]] = {}
        self._places: dict[tuple[Phrase, Field], tuple[Span, ...]] = {}
        self.request = _request(trace.input)
        self.request_folded = folded(self.request)
        self.request_words = frozenset(words(self.request_folded))
        self.output_text = plain(trace.output)
        self.output_folded = folded(self.output_text)
        self.output_words = words(self.output_folded)
        self.output_vocabulary = frozenset(self.output_words)

    def text_of(self, field: Field) -> str:
        """The text that places in that field are counted in."""
        match field:
            case "output":
                return self.output_text
            case "request":
                return self.request
            case "input":
                return self.input_text
            case "context":
                return self.context_text

    def find(self, phrase: Phrase, field: Field) -> tuple[Span, ...]:
        """Where the phrase stands in that text, as `Phrase.find` says; remembered."""
        places = self._places.get((phrase, field))
        if places is None:
            missed = self.scanner and phrase in self.scanner.phrases and phrase not in self.seen(field)
            places = () if missed else phrase.find_typed(self._typed_text(field))
            self._places[phrase, field] = places
        return places

    def find_all(self, phrases: frozenset[Phrase], field: Field) -> list[tuple[Span, Phrase]]:
        """Where any of the phrases stands in that text, in order. Thousands of phrases cost little with a scanner."""
        maybe = phrases
        if self.scanner:
            maybe = (phrases & self.seen(field)) | (phrases - self.scanner.phrases)
        found = [(span, phrase) for phrase in maybe for span in self.find(phrase, field)]
        return sorted(found, key=lambda each: (each[0], each[1].source))

    def seen(self, field: Field) -> frozenset[Phrase]:
        """Those phrases of the scanner that may be in that text; none without one."""
        seen = self._seen.get(field)
        if seen is None:
            seen = self._seen[field] = self.scanner.hits(self._typed_text(field)) if self.scanner else frozenset()
        return seen

    def _typed_text(self, field: Field) -> Typed:
        typed = self._typed.get(field)
        if typed is None:
            typed = self._typed[field] = Typed(self.text_of(field))
        return typed

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
