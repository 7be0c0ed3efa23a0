"""Account numbers: of banks, and of anyone else who keeps accounts."""

from __future__ import annotations

from presidio_analyzer import Pattern

from processors.sanitize.recognizers.labels import LABELLED, Labelled, labelled

_ACCOUNT = (
    r"(?:(?:bank|checking|savings|billing|patient|customer|loan|mortgage)[ _-])?(?:accounts?|acct\b\.?|a/c)"
    r"|routing|ABA|sort[ _]code|BSB|SWIFT|BIC|loan[ _](?:number|no\.?|id)|mortgage[ _](?:number|no\.?|id)"
)


class AccountNumber(Labelled):
    """`account number BA-98765432`, `acct. 12345678`, `sort code 12-34-56`."""

    def __init__(self) -> None:
        super().__init__("ACCOUNT_NUMBER", [Pattern("Account", labelled(_ACCOUNT), LABELLED)])
