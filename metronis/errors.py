"""Every error of ours, in families named for what the one who catches it does next.

MetronisError
├── Retry            back off and try the same thing again
│   └── Unavailable      the broker, the store, the control plane or a public service did not answer
│       └── VaultUnavailable  no pseudonyms can be had; what needs them may not go on
├── Reject           never retry: this item is wrong; dead-letter it or answer 4xx
│   ├── InvalidTrace     a field of a trace is missing, of a wrong type or out of range
│   ├── TooLarge         more bytes than the limit in settings
│   ├── UnknownDomain    the domain is not one of those loaded
│   └── Unsanitised      sanitising failed, so the trace must not go on (fail-closed)
├── Backpressure     slow down; the item was not taken and may be offered again
├── Fenced           another member owns these partitions now; drop the work, do not commit
├── Misconfigured    stop at start with one sentence and the mend; exit status 2, no traceback
├── Tampered         stored data is not what was stored; stop and find out who changed it
└── NotFound         there is no such thing for this organisation
    └── Forgotten        there was, and it was destroyed on purpose
"""

from __future__ import annotations


class MetronisError(Exception):
    """Root of every error that this program raises on purpose."""

    code = "error"


class Retry(MetronisError):
    """Something outside is away for now; back off and try the same call again."""

    code = "retry"


class Unavailable(Retry):
    """The broker, the store, the control plane or a public service did not answer."""

    code = "unavailable"


class VaultUnavailable(Unavailable):
    """The vault did not answer, so there are no pseudonyms, and what needs them may go nowhere (fail-closed)."""

    code = "vault_unavailable"


class Reject(MetronisError):
    """The item itself is wrong and will be wrong for ever.

    `problem` says what is wrong, `field` where (a JSON path such as `$.output[0].role`), `mend` how to put it right.
    """

    code = "rejected"

    def __init__(self, problem: str, *, field: str = "$", mend: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.field = field
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}" + (f". {self.mend}" if self.mend else "")

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild_reject, (type(self), self.problem, self.field, self.mend)


def _rebuild_reject(kind: type[Reject], problem: str, field: str, mend: str) -> Reject:
    return kind(problem, field=field, mend=mend)


class InvalidTrace(Reject):
    """A field of a trace is missing, of a wrong type or out of range."""

    code = "invalid_trace"


class TooLarge(Reject):
    """The item has more bytes than the limit in settings."""

    code = "too_large"


class UnknownDomain(Reject):
    """The trace names a domain that is not loaded."""

    code = "unknown_domain"


class Unsanitised(Reject):
    """Sanitising failed; the trace may not be stored or passed on."""

    code = "unsanitised"


class Backpressure(MetronisError):
    """Too much is waiting. The item was not taken; offer it again after `retry_after_s` seconds."""

    code = "backpressure"

    def __init__(self, message: str, *, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Fenced(MetronisError):
    """Another member of the consumer group owns the partitions now."""

    code = "fenced"


class Misconfigured(MetronisError):
    """The program cannot start like this. The message is one sentence that names the mend."""

    code = "misconfigured"


class Tampered(MetronisError):
    """Stored data is not what was stored: somebody changed it, or moved it elsewhere."""

    code = "tampered"


class NotFound(MetronisError):
    """There is no such thing for this organisation."""

    code = "not_found"


class Forgotten(NotFound):
    """There was such a thing, and it was destroyed on purpose: nobody can bring it back."""

    code = "forgotten"
