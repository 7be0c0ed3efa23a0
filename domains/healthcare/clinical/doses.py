"""Doses: what the answer, or an order, says to take of which drug."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domains.healthcare.clinical.advice import advice, clauses
from domains.healthcare.clinical.drugs import NAMES, facts
from domains.healthcare.clinical.lexicon import Mention
from domains.healthcare.clinical.patient import patient
from domains.healthcare.clinical.records import orders_written_out, turned_down
from processors.extraction.doses import Amount, Regimen, regimens
from processors.subject import Subject, once
from processors.text.words import folded
from schemas.evaluation import Evidence

_MOST_READ = 20_000  # characters of an answer
_NAMED_WITHIN = 300  # characters before a dose, where its sentence names no drug
_INJECTED = frozenset({"intravenous", "intramuscular", "subcutaneous"})
_SWALLOWED = frozenset({None, "oral"})
_UNKNOWN_DRUG = re.compile(
    r"\b[a-z]{2,20}(?:gliptin|gliflozin|glutide|pril|sartan|olol|statin|oxacin|cillin|mycin|conazole|prazole|azepam|zolam"
    r"|dipine|triptan|setron|ciclovir|mab|tinib|parin|xaban|cycline|thiazide|profen|oxetine|tidine|zosin|penem|lukast"
    r"|dronate|fibrate|terol|solone)\b|<[A-Z_]{4,20}_[a-z]{6,30}> (?=[0-9])",
    re.IGNORECASE,
)
"""Names by the stems of the WHO's international nonproprietary names; a pseudonym before a dose was such a name."""


class Dose(NamedTuple):
    """A regimen and the drug that it is of. evidence: None where it stands in an order of `attributes`."""

    drug: str
    regimen: Regimen
    evidence: Evidence | None

    @property
    def said(self) -> str:
        """The amounts in words, for explanations."""
        return ", ".join(_shown(amount) for amount in (self.regimen.dose, self.regimen.daily) if amount)

    def limit(self, of: str) -> float | None:
        """The limit `max_single` or `max_daily` of the drug, in mg, by this route; None where there is none."""
        row = facts(self.drug)
        injected: float | None = row.get(f"injected_{of}")
        swallowed: float | None = row.get(of)
        if self.regimen.route in _INJECTED:
            return injected
        if self.regimen.route not in _SWALLOWED:
            return None
        return injected if swallowed is None else swallowed


def in_mg(amount: Amount | None) -> tuple[float, float] | None:
    """The least and the most of an amount, in mg; None where it is no mass."""
    return (amount.low, amount.high) if amount is not None and amount.unit == "mg" else None


def _shown(amount: Amount) -> str:
    low, high = f"{amount.low:g}", f"{amount.high:g}"
    return f"{low} {amount.unit}" if low == high else f"{low} to {high} {amount.unit}"


@once
def doses(subject: Subject) -> tuple[Dose, ...]:
    """The doses that the output and the orders of a trace give, each with its drug. What they warn of is left out."""
    return (*_in_output(subject), *_in_orders(subject))


@once
def charted_doses(subject: Subject) -> tuple[Dose, ...]:
    """The doses that the context gives."""
    text = subject.context_text[:_MOST_READ]
    mentions = NAMES.find(folded(text))
    return tuple(_of(text, mentions, regimens(text), mentions, None)) if mentions else ()


def _in_output(subject: Subject) -> Iterator[Dose]:
    if turned_down(subject):
        return
    text = subject.output_text[:_MOST_READ]
    mentions = NAMES.find(subject.output_folded[:_MOST_READ], subject.output_vocabulary)
    known = patient(subject)
    asked = known.asked or known.taken
    if not mentions and not asked:
        return
    only = next(iter(asked)) if len(asked) == 1 else None
    urged = [mention for mention in mentions if mention.key in advice(subject).urged]
    for dose in _of(text, mentions, regimens(text, known.weight_kg), urged, only):
        if dose.regimen.maximum is not None or not _is_warned_of(subject, dose.regimen):
            yield dose._replace(evidence=Evidence("output", dose.regimen.start, dose.regimen.end))


def _is_warned_of(subject: Subject, regimen: Regimen) -> bool:
    return any(each.stance == "against" and each.start <= regimen.start < each.end for each in clauses(subject))


def _in_orders(subject: Subject) -> Iterator[Dose]:
    for order in orders_written_out(subject):
        named = NAMES.find(folded(order))
        if named:
            yield from _of(order, named[:1], regimens(order, patient(subject).weight_kg), (), None)


def _of(
    text: str, mentions: Sequence[Mention], found: Sequence[Regimen], meant: Sequence[Mention], only: str | None
) -> Iterator[Dose]:
    """Each regimen with the drug named nearest before it in its sentence, else after it there.

    Where its sentence names none, it is of the last of those `meant` shortly before, else of `only`; not where the
    sentence names a drug that the table does not know.
    """
    for regimen in found:
        start, end = regimen.sentence
        own = [mention for mention in mentions if start <= mention.start < end]
        before = [mention for mention in own if mention.start <= regimen.end]
        earlier = [mention for mention in meant if regimen.start - _NAMED_WITHIN < mention.start < start]
        nearest = next((chosen for chosen in (before[-1:], own[:1], earlier[-1:]) if chosen), None)
        drug = nearest[0].key if nearest else only
        if not own and _UNKNOWN_DRUG.search(text, start, regimen.end):
            continue
        if drug is not None and not facts(drug).get("contains"):
            yield Dose(drug, regimen, None)
