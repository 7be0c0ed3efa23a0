"""How far a long command has come: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

from metronis.clock import Clock
from processors.scoring import share

PLAIN_EVERY_S = 5.0


class TraceProgress:
    """Counts traces, and how much of the input is done where its size is known, in bytes or in traces.

    Writes to `console`, best standard error.
    """

    def __init__(self, label: str, size: int | None, console: Console, clock: Clock) -> None:
        self._label = label
        self._size = size or None
        self._console = console
        self._clock = clock
        self._began_ns = clock.monotonic_ns()
        self._last_line_s = 0.0
        self._bar = _bar(console, sized=self._size is not None)
        self._task = self._bar.add_task(label, total=self._size, traces=0, rate="")
        self.traces = 0

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._bar.stop()

    @property
    def elapsed_s(self) -> float:
        return (self._clock.monotonic_ns() - self._began_ns) / 1e9

    def advance(self, traces: int, position: int | None) -> None:
        """So many traces more are done; the input has been read up to there."""
        self.traces += traces
        rate = f"{share(self.traces, self.elapsed_s) or 0:,.0f}/s"
        if self._console.is_terminal:
            self._bar.update(self._task, completed=position, traces=self.traces, rate=rate)
        elif self.elapsed_s - self._last_line_s >= PLAIN_EVERY_S:
            self._last_line_s = self.elapsed_s
            self._console.print(f"{self._label}: {self.traces:,} traces, {rate}{self._rest(position)}")

    def _rest(self, position: int | None) -> str:
        """Share done and seconds to go, as far as they are known."""
        done = share(position or 0, self._size or 0)
        if not done:
            return ""
        return f", {done:.0%}, about {self.elapsed_s * (1 - done) / done:.0f} s to go"


def _bar(console: Console, *, sized: bool) -> Progress:
    text = TextColumn("{task.description}")
    count = TextColumn("{task.fields[traces]:,} traces  {task.fields[rate]}")
    if not sized:
        return Progress(SpinnerColumn(), text, count, console=console)
    return Progress(text, BarColumn(), TaskProgressColumn(), count, TimeRemainingColumn(), console=console)
