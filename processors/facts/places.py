"""Places in the texts of a trace: evidence for a range of them, and sentences that have certain phrases."""

from __future__ import annotations

from processors.scan.phrase import Phrase
from processors.subject import Field, Subject
from processors.text.sentences import Span, sentence_at, sentences
from schemas.evaluation import Evidence


def place(subject: Subject, field: Field, span: Span) -> Evidence:
    """Evidence for a range of one of the subject's texts."""
    start, end = span
    if field == "request":
        return Evidence("input", subject.request_offset + start, subject.request_offset + end)
    if field != "context":
        return Evidence(field, start, end)
    for index, piece in enumerate(subject.context_texts):
        if start <= len(piece):
            return Evidence(f"context[{index}]", start, min(end, len(piece)))
        start, end = start - len(piece) - 1, end - len(piece) - 1
    return Evidence("context", *span)


def sentences_with(
    subject: Subject, phrases: frozenset[Phrase], field: Field
) -> tuple[tuple[Span, ...], frozenset[Span]]:
    """The sentences of a text, and those of them in which one of the phrases begins."""
    marks = [start for (start, _), _ in subject.find_all(phrases, field)]
    if not marks:
        return (), frozenset()
    spans = _sentences(subject, field)
    return spans, frozenset(span for mark in marks if (span := sentence_at(spans, mark)))


def _sentences(subject: Subject, field: Field) -> tuple[Span, ...]:
    spans: tuple[Span, ...] | None = subject.memory.get((sentences, field))
    if spans is None:
        spans = subject.memory[sentences, field] = sentences(subject.text_of(field))
    return spans
