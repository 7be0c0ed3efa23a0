"""Regimen: one instruction to take something, and the arithmetic of its doses."""

from __future__ import annotations

import msgspec

from processors.extraction.strengths import Amount
from processors.text.sentences import Span


class Regimen(msgspec.Struct):
    """One instruction to take something, as far as the text states it, between the characters `start` and `end`.

    dose: the amount of one dose, in mg or mL where the text gives the strength of what it counts.
    times: the fewest and the most doses a day.
    daily: the least and the most that the text allows in a day; None where it says nothing of how often.
    maximum: the most in a day that it names.
    per_kg: the dose, or the daily amount where the text gives that, by body weight as written. weight_kg: that weight.
    days: for how long.
    sentence: the sentence of the dose, in which mostly stand the words that name what is taken.
    """

    start: int
    end: int
    sentence: Span
    dose: Amount | None = None
    times: tuple[float, float] | None = None
    daily: Amount | None = None
    maximum: Amount | None = None
    per_kg: Amount | None = None
    weight_kg: float | None = None
    route: str | None = None
    as_needed: bool = False
    days: float | None = None

    def weigh(self, weight_kg: float | None) -> None:
        """Make an amount by body weight one for a body of that weight."""
        known = self.dose or self.daily
        if known is None or not known.unit.endswith("/kg"):
            return
        self.per_kg = known
        if weight_kg is not None:
            self.weight_kg = weight_kg
            self.dose = self.dose and weighed(self.dose, weight_kg)
            self.daily = self.daily and weighed(self.daily, weight_kg)

    def repeat(self, low: float, high: float) -> None:
        """Set how many doses a day there are; a daily amount that is known is divided among them."""
        self.times = (low, high)
        if self.daily is not None and (low, high) != (1.0, 1.0):
            self.dose = self.daily.times(1 / high, 1 / low)
        elif self.dose is not None and self.daily is None:
            self.daily = self.dose.times(low, high)

    def repeat_at_most(self, times: float) -> None:
        """Allow no more doses a day than that."""
        low, high = self.times or (1.0, times)
        self.times = (min(low, times), min(high, times))
        if self.dose is not None:
            self.daily = self.dose.times(*self.times)

    def limit(self, most: Amount) -> None:
        """Allow no more a day than that amount. Of another unit than the dose, it is only kept as the maximum."""
        self.maximum = most
        if self.daily is not None and self.daily.unit == most.unit:
            self.daily = Amount(min(self.daily.low, most.high), min(self.daily.high, most.high), most.unit)
        elif self.daily is None and self.dose is not None and self.dose.unit == most.unit:
            self.daily = Amount(min(self.dose.low, most.high), most.high, most.unit)

    def same_drug_unit(self, other: Regimen) -> bool:
        """Whether the doses of two regimens are known in the same unit."""
        return self.dose is not None and other.dose is not None and self.dose.unit == other.dose.unit

    def join(self, other: Regimen) -> None:
        """Take in another dose of the same day: "10 mg in the morning and 20 mg at night"."""
        if self.dose and other.dose and self.daily and other.daily and self.times and other.times:
            self.dose = Amount(min(self.dose.low, other.dose.low), max(self.dose.high, other.dose.high), self.dose.unit)
            self.daily = Amount(self.daily.low + other.daily.low, self.daily.high + other.daily.high, self.daily.unit)
            self.times = (self.times[0] + other.times[0], self.times[1] + other.times[1])
            self.end = other.end


def weighed(amount: Amount, weight_kg: float | None) -> Amount:
    """An amount by body weight as one for a body of that weight; any other as it is."""
    if weight_kg is None or not amount.unit.endswith("/kg"):
        return amount
    return Amount(amount.low * weight_kg, amount.high * weight_kg, amount.unit.removesuffix("/kg"))
