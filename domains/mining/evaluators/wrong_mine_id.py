"""Wrong mine id: an MSHA id has seven digits, and the first two are the state in which the mine lies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.names import words_of
from domains.mining.places import STATES, state_of
from domains.mining.record import Record

_ID = re.compile(r"(\d{1,2})-?(\d{5})")
_BY_CODE = {row["msha"]: name for name, row in STATES.rows.items()}
_LAST_CODE = 60


@dataclass(frozen=True, kw_only=True)
class WrongMineId(RecordClaim):
    """A mine id that MSHA gave is one: `36-09005` or `3609005`; a leading nought may have got lost on the way.

    Near the border of two states either's number is right. Abstains where no key speaks of MSHA and the record is no
    annual return.
    """

    name: ClassVar[str] = "wrong_mine_id"
    issue: ClassVar[str] = "wrong_mine_id"
    cites: ClassVar[tuple[str, ...]] = ("msha_mines",)
    dimension: ClassVar[Dimension] = "validity"
    needs: ClassVar[str] = "MSHA id"

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        if not mine.text("mine_id") or not (mine.is_return or any("msha" in words_of(key) for key in mine.keys)):
            return None
        return list(_flaws(mine.texts["mine_id"][0], state_of(mine.text("state"))))


def _flaws(identifier: str, state: str | None) -> Iterator[Flaw]:
    match = _ID.fullmatch(identifier.strip())
    if match is None:
        yield Flaw("high", f"{identifier[:40]!r} is no MSHA id, which has seven digits.")
        return
    code = match[1].zfill(2)
    of = _BY_CODE.get(code)
    if code == "00" or int(code) > _LAST_CODE or match[2] == "00000":
        yield Flaw("high", f"{identifier!r} is no MSHA id: no state has the number {code}.")
    elif of and state and of != state and STATES.rows[of]["postal"] not in STATES.rows[state]["borders"]:
        yield Flaw("high", f"The MSHA id {identifier!r} is of a mine in {of}, but the record is of one in {state}.")
