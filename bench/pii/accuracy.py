"""How much personal data tier 0 finds, and how much else it takes for such, on two labelled sets.

    python -m bench.pii.accuracy [--detector NAME] [--data FOLDER] [--show TYPE] [--official] [--save]

FOLDER holds the development parts of ASQ-PHI and synth_dataset_v2; `asq.py` and `synth.py` say where the originals are.
`product`, the default, is tier 0 with its default settings. Its names layer has learnt from these very texts, so that
of its own types these are no held-out figures: docs/models/names.md has those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.machine import save
from bench.pii import asq, synth
from bench.pii.detectors import DETECTORS, PRODUCT
from bench.pii.official import official_hits
from bench.pii.scoring import Estimate, Labelled, Scores, characters, is_covered, share
from processors.sanitize.detector import Detector, Entity
from processors.sanitize.spans import disjoint

WIDTH = 120
MARGIN_CHARS = 40

Masks = Sequence[Sequence[Entity]]


def masks(detector: Detector, samples: Sequence[Labelled]) -> list[list[Entity]]:
    """What a sanitiser with this detector would replace in each text."""
    shown = track(samples, "detecting", console=Console(stderr=True), transient=True)
    return [list(disjoint(detector.find(sample.text))) for sample in shown]


def _luhn(number: str) -> bool:
    digits = [int(char) for char in reversed(number) if char.isdecimal()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


@dataclass(frozen=True, slots=True)
class Form:
    """Personal data whose form leaves no doubt, so that all of it is to be found. types: what the sets call it."""

    name: str
    types: frozenset[str]
    has_it: Callable[[str], bool] = bool


FLOOR = (
    Form("e-mail", frozenset({"EMAIL_ADDRESS"}), lambda value: "@" in value),  # one label is on the word "email"
    Form("IBAN", frozenset({"IBAN_CODE"})),
    Form("SSN", frozenset({"US_SSN", "SOCIAL_SECURITY_NUMBER"})),
    Form("IP", frozenset({"IP_ADDRESS"})),
    Form("URL", frozenset({"DOMAIN_NAME", "URL"})),
    Form("card, Luhn-valid", frozenset({"CREDIT_CARD"}), _luhn),
)


def floor(form: Form, samples: Sequence[Labelled], found: Masks) -> Estimate:
    """The share of which no letter or digit shows."""
    covered = []
    for sample, each in zip(samples, found, strict=True):
        masked = characters(each)
        for entity in sample.entities:
            if entity.type in form.types and form.has_it(sample.text[entity.start : entity.end]):
                covered.append(is_covered(sample.text, entity, masked))
    return share(sum(covered), len(covered))


def plain_table(*columns: str) -> Table:
    """An empty table."""
    return Table(*columns, box=SIMPLE_HEAD, pad_edge=False)


def asq_table(result: asq.AsqScore) -> Table:
    """Recall by type, and at the end of the whole set."""
    table = plain_table("ASQ-PHI", "elements", "touched", "nothing shows")
    for name, row in result.types.items():
        table.add_row(name, str(row.elements), str(row.touched), str(row.covered))
    table.add_section()
    count = sum(row.elements for row in result.types.values())
    table.add_row("all", str(count), str(result.recall), str(result.full_recall), style="bold")
    return table


def asq_summary(result: asq.AsqScore) -> Table:
    """What else the masks hide."""
    table = plain_table("ASQ-PHI", "")
    table.add_row("over-redaction", str(result.over_redaction), style="bold")
    table.add_row("its masks by type", ", ".join(f"{name} {count}" for name, count in result.false_masks.items()))
    for name, value in zip(("precision", "recall", "F2"), _columns(result.characters), strict=True):
        table.add_row(f"characters, {name}", value)
    return table


def synth_table(result: synth.SynthScore) -> Table:
    """By type: the share found, whatever it was taken for, and the scores where the type counts. Then the whole set."""
    table = plain_table("synth_dataset_v2", "spans", "found", "precision", "recall", "F2")
    for name, row in sorted(result.types.items(), key=lambda item: -item[1].typed.hits.there):
        table.add_row(name, str(row.typed.hits.there), str(row.found), *_columns(row.typed))
    table.add_section()
    table.add_row("all, whatever type", str(result.spans.hits.there), "", *_columns(result.spans), style="bold")
    table.add_row("characters", "", "", *_columns(result.characters))
    return table


def _columns(row: Scores) -> tuple[str, str, str]:
    return str(row.precision), str(row.recall), str(row.f2)


def floor_table(result: Mapping[str, Estimate]) -> Table:
    """What may not be missed."""
    table = plain_table("form leaves no doubt", "nothing shows, both sets")
    for kind, recall in result.items():
        table.add_row(kind, str(recall))
    return table


def show_errors(console: Console, name: str, errors: Iterator[tuple[str, Entity]]) -> None:
    """One line for each miss or false mask, the entity between brackets."""
    for text, entity in errors:
        before = text[max(entity.start - MARGIN_CHARS, 0) : entity.start]
        after = text[entity.end : entity.end + MARGIN_CHARS]
        line = f"{name}  {before}⟦{text[entity.start : entity.end]}⟧{after}".replace("\n", "⏎")
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def main(
    data: Annotated[Path, typer.Option(exists=True, file_okay=False, envvar="METRONIS_BENCH_DATA", help="The sets.")],
    detector: Annotated[str, typer.Option(help=f"One of {', '.join(DETECTORS)}.")] = PRODUCT,
    show: Annotated[list[str] | None, typer.Option(help="List misses of this type, or our false masks of it.")] = None,
    official: Annotated[bool, typer.Option("--official", help="Check against presidio-evaluator.")] = False,
    keep: Annotated[bool, typer.Option("--save", help="Write the figures to bench/results.")] = False,
) -> None:
    """Measure one detector."""
    console = Console(width=WIDTH)
    found_by = DETECTORS[detector]()
    questions, sentences = asq.read(data / asq.FILE), synth.read(data / synth.FILE)
    in_questions, in_sentences = masks(found_by, questions), masks(found_by, sentences)
    for name in show or ():
        show_errors(console, name, asq.errors(questions, in_questions, name))
        show_errors(console, name, synth.errors(sentences, in_sentences, name))
    of_questions, of_sentences = asq.score(questions, in_questions), synth.score(sentences, in_sentences)
    both = [*questions, *sentences], [*in_questions, *in_sentences]
    of_floor = {form.name: floor(form, *both) for form in FLOOR}
    for table in (asq_table(of_questions), asq_summary(of_questions), synth_table(of_sentences), floor_table(of_floor)):
        console.print(table)
    if official and (hits := official_hits(sentences, in_sentences)) != of_sentences.spans.hits:
        raise AssertionError(f"presidio-evaluator counts {hits}, and here it is {of_sentences.spans.hits}")
    if keep:
        sets = {"asq_phi": asdict(of_questions), "synth_dataset_v2": asdict(of_sentences)}
        floors = {name: asdict(recall) for name, recall in of_floor.items()}
        print(f"written to {save(f'pii-accuracy-{detector}', {**sets, 'floor': floors})}")


if __name__ == "__main__":
    typer.run(main)
