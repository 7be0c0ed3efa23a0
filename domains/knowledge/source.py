"""One public service as a source of answers: through the cache, counted, and saying where each comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from domains.knowledge.base import Answer
from domains.knowledge.cache import AnswerCache, key_of
from domains.knowledge.http import JsonClient
from metronis.clock import Clock
from metronis.errors import MetronisError
from monitoring.metrics import KNOWLEDGE_QUESTIONS

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A service named `name`, whose answers are kept for `ttl_s` where there is a cache."""

    name: str
    client: JsonClient
    clock: Clock
    ttl_s: int
    cache: AnswerCache | None = None

    def answer(self, asked: tuple[str, ...], kind: type[Answer[T]], ask: Callable[[], T | None]) -> Answer[T]:
        """What `ask` finds, or found lately for the same question. `asked` tells the question from all others."""

        def live() -> Answer[T]:
            return Answer(ask(), self.name, self.clock.now(), "live")

        try:
            given = self.cache.fetch(key_of(self.name, asked), kind, live, self.ttl_s) if self.cache else live()
        except MetronisError as error:
            KNOWLEDGE_QUESTIONS.labels(self.name, error.code).inc()
            raise
        KNOWLEDGE_QUESTIONS.labels(self.name, given.origin).inc()
        return given

    def close(self) -> None:
        """Idempotent."""
        self.client.close()
