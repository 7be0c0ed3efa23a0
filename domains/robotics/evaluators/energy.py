"""Energy: a machine goes on although its battery is too low to come back or to stop in safety."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.robotics.telemetry.frames import Frame, frames, where
from domains.robotics.telemetry.limits import limits
from domains.robotics.telemetry.motion import moves
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject

_RETURNING = ("return", "rtl", "rth", "home", "dock", "charge", "land", "stop", "hover", "descend", "idle", "park")


@dataclass(frozen=True, kw_only=True)
class BatteryTooLow(Evaluator):
    """Below the least charge a machine stops, lands or goes to its dock (14 CFR 107.49(d) for drones).

    The least charge comes from the trace; without one below `low` percent is doubtful and below `empty` a failure.
    Abstains where no charge is told.
    """

    name: ClassVar[str] = "battery_too_low"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "battery_too_low"
    cites: ClassVar[tuple[str, ...]] = ("part_107_49",)

    low: float = 10.0
    empty: float = 4.0

    def evaluate(self, subject: Subject) -> Result:
        told = [(frame, charge) for frame in frames(subject) if (charge := _charge(frame)) is not None]
        if not told:
            return Abstain("the trace tells no charge of a battery")
        fractions = all(0 <= charge <= 1 for _, charge in told)
        least = self._least(subject)
        scale = 100.0 if fractions else 1.0
        before: Frame | None = None
        found: list[tuple[int, float]] = []
        for frame, charge in told:
            if charge * scale < (self.low if least is None else least) and not _returns(frame) and moves(frame, before):
                found.append((frame.step, charge * scale))
            before = frame
        if not found:
            return Pass()
        return self._failed(subject, found, least)

    def _failed(self, subject: Subject, found: Sequence[tuple[int, float]], least: float | None) -> Fail:
        step, charge = min(found, key=lambda each: each[1])
        sure = least is not None or charge < self.empty
        return Fail(
            score=0.85 if sure else 0.5,
            severity="high" if sure else "medium",
            label="battery",
            explanation=f"At step {step} it goes on at {charge:.3g} % of charge; {least or self.low:g} % is the least.",
            evidence=where(subject, (step for step, _ in found)),
        )

    def _least(self, subject: Subject) -> float | None:
        """The least charge demanded, in percent."""
        lows = [limit.low[0] for limit in limits(subject) if limit.quantity == "battery" and limit.low]
        return max((low * 100 if low <= 1 else low for low in lows), default=None)


def _charge(frame: Frame) -> float | None:
    return next(
        (reading.values[0] for reading in frame.of("battery") if reading.part not in ("action", "output")), None
    )


def _returns(frame: Frame) -> bool:
    """Whether it is told, or says, that it is on its way to a charger or to the ground."""
    said = [*frame.commands, *(flag.text for flag in frame.flags if flag.name == "mode")]
    return any(word in text for text in said for word in _RETURNING)
