"""What the consume loop runs: a task that moves one batch at a time."""

from __future__ import annotations

from typing import Protocol


class Task(Protocol):
    """Moves records in turns."""

    @property
    def name(self) -> str:
        """Names the task in metrics and logs."""

    def turn(self) -> int:
        """Move one batch; return how many records it finished, 0 where none were waiting. Blocks for a bounded time.

        Raises Retry or Fenced where nothing was committed; the loop then calls `rewind` and goes on.
        """

    def rewind(self) -> None:
        """Drop what is in hand and begin again at what was committed."""

    def close(self) -> None:
        """Leave the consumer group."""
