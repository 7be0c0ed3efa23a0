"""Mining without permit: production, or work that is planned, at a time when no permit is in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.evaluators.status_contradiction import STATUSES
from domains.mining.record import Record, moment

_NOT_IN_FORCE = frozenset(
    {
        "expired",
        "revoked",
        "suspended",
        "denied",
        "lapsed",
        "none",
        "no",
        "rejected",
        "withdrawn",
        "cancelled",
        "canceled",
    }
    | {"missing", "refused", "invalid", "terminated", "false", "pending", "not granted", "no permit", "not issued"}
    | {"application pending", "under application", "applied"}
)
_IN_FORCE = frozenset(
    {"valid", "active", "granted", "current", "approved", "issued", "yes", "renewed", "true", "in force"}
    | {"in good standing"}
)
_CONTINUED = frozenset({"administratively continued", "under renewal", "renewal pending", "renewal filed"})


@dataclass(frozen=True, kw_only=True)
class MiningWithoutPermit(RecordClaim):
    """Whoever mines has a permit in force: by its status, and by its expiry in the record's year or, without one, now.

    SMCRA, 30 U.S.C. 1256; 30 CFR 773.4. Now is the day that the record names, else when the trace was made. Work
    that is planned, such as blasts, lies before the expiry.

    A permit whose renewal was asked for in time goes on (30 CFR 773.4(b)). Abstains where no permit is spoken of.
    """

    name: ClassVar[str] = "mining_without_permit"
    issue: ClassVar[str] = "mining_without_permit"
    cites: ClassVar[tuple[str, ...]] = ("smcra_506", "cfr_30_773")
    dimension: ClassVar[Dimension] = "consistency"
    needs: ClassVar[str] = "permit"

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        status, expiry = mine.text("permit_status"), moment(mine.text("permit_expiry"))
        if status not in _NOT_IN_FORCE | _IN_FORCE | _CONTINUED and expiry is None:
            return None
        return [*_flaws(mine, status), *_planned(mine, status)]


def _flaws(mine: Record, status: str) -> Iterator[Flaw]:
    produced = mine.figure("production", "ore")
    key = STATUSES.key(mine.text("status"))
    class_ = STATUSES.rows[key]["class"] if key else ""
    works = produced.value > 0 if produced else class_ == "producing"
    expiry = moment(mine.text("permit_expiry"))
    if works and status in _NOT_IN_FORCE:
        yield Flaw("high", f"The permit is {status!r}, yet the mine works{f': {produced}' if produced else ''}.")
    elif works and expiry and status not in _CONTINUED:
        period = mine.year or mine.today.year
        if expiry.year < period or (mine.year is None and expiry < mine.today):
            yield Flaw("high", f"The permit expired on {expiry}, yet the mine works in {period}.")
    elif expiry and status in _IN_FORCE and expiry < mine.today and not mine.year:
        yield Flaw("high", f"The permit is {status!r}, but expired on {expiry}.")


def _planned(mine: Record, status: str) -> Iterator[Flaw]:
    expiry = moment(mine.text("permit_expiry"))
    days = [day for text in mine.planned if (day := moment(text))]
    late = [day for day in days if expiry and day > expiry]
    if late and status not in _CONTINUED:
        yield Flaw("high", f"The permit expires on {expiry}, yet work is planned for {min(late)}.")
