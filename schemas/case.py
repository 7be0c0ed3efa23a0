"""Case: what is known of a trace so far. It travels in a header beside the trace, whose bytes stay untouched."""

from __future__ import annotations

from datetime import datetime

import msgspec

from metronis.errors import Reject
from schemas.evaluation import Evaluation
from schemas.verdict import TierUse

CASE = "case"  # the header's name


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """source: origin `topic_id/partition/offset` of the raw message. ingested_at: when the log took it."""

    source: str
    ingested_at: datetime
    tiers: list[TierUse] = []
    evaluations: list[Evaluation] = []

    def after(self, use: TierUse, evaluations: list[Evaluation]) -> Case:
        """The case with one more tier behind it."""
        return msgspec.structs.replace(self, tiers=[*self.tiers, use], evaluations=[*self.evaluations, *evaluations])


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Case)


def encode_case(case: Case) -> bytes:
    return _ENCODER.encode(case)


def decode_case(data: bytes | None) -> Case:
    """Raise Reject where the header is missing or damaged."""
    if data is None:
        raise Reject("the message has no `case` header", field="headers")
    try:
        return _DECODER.decode(data)
    except msgspec.MsgspecError as error:
        raise Reject(f"damaged `case` header: {error}", field="headers") from error
