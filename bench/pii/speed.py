"""Speed of the pattern engine beside presidio-analyzer's, with the same recognisers, on the same texts.

    python -m bench.pii.speed [--data FOLDER] [--rounds 5] [--no-spacy] [--save]

Texts are traces of a kilobyte (their strings, one a line) and, where FOLDER holds the development parts of ASQ-PHI and
synth_dataset_v2 (`asq.py` and `synth.py` say where the originals are), its sentences, its questions, and the sentences
joined to kilobytes. One thread on one core, CPU time, both sides in turns; medians of the rounds. Each round has a new
detector, which remembers nothing of the round before. Against presidio with spaCy, spans at its usual threshold count.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from bench.machine import save
from bench.pii import asq, synth
from bench.pii.vanilla import VanillaDetector, bare_nlp, recognizers, spacy_nlp
from bench.pipeline import messages, workload
from processors.sanitize.detector import Detector, Entity
from processors.sanitize.patterns.detector import THRESHOLD, PatternDetector

KILOBYTE = 1_024
WORKLOAD = "traces-1kb"
WARM_UP = "ann@example.org, 212-555-0123"  # what is loaded at first use is no cost of a text
SCANNED = ("input", "output", "context", "attributes")  # fields of a trace with nearly all of its text
SPACY_TEXTS = 60  # of each corpus: spaCy takes forty times as long


@dataclass(frozen=True, slots=True)
class Speeds:
    """CPU microseconds for 1,024 characters on both sides, and in how many texts they differ."""

    texts: int
    chars: int
    theirs_us: float
    ours_us: float
    ratios: tuple[float, ...]
    differing: int

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)


@dataclass(frozen=True, slots=True)
class Contest:
    """Two detectors that are to find the same, and what of an entity counts."""

    theirs: Detector
    ours: Callable[[], Detector]
    counts: Callable[[Entity], tuple[object, ...]]

    def run(self, texts: Sequence[str], rounds: int) -> Speeds:
        """Time both on all texts, in turns."""
        per_kilobyte = KILOBYTE / sum(map(len, texts)) / 1_000
        times = [self._round(texts) for _ in range(rounds)]
        differing = self._differing(texts)
        theirs, ours = (statistics.median(side) * per_kilobyte for side in zip(*times, strict=True))
        ratios = tuple(first / second for first, second in times)
        return Speeds(len(texts), sum(map(len, texts)), theirs, ours, ratios, differing)

    def _round(self, texts: Sequence[str]) -> tuple[int, int]:
        ours = self.ours()
        for detector in (self.theirs, ours):
            detector.find(WARM_UP)
        return _spent_ns(self.theirs, texts), _spent_ns(ours, texts)

    def _differing(self, texts: Sequence[str]) -> int:
        ours = self.ours()
        return sum(self._counted(ours, text) != self._counted(self.theirs, text) for text in texts)

    def _counted(self, detector: Detector, text: str) -> set[tuple[object, ...]]:
        return {self.counts(entity) for entity in detector.find(text)}


def _spent_ns(detector: Detector, texts: Sequence[str]) -> int:
    began = time.process_time_ns()
    for text in texts:
        detector.find(text)
    return time.process_time_ns() - began


def without_spacy() -> Contest:
    """Everything equal, scores too."""
    return Contest(
        theirs=VanillaDetector(bare_nlp()),
        ours=lambda: PatternDetector(recognizers(), threshold=0, context=False),
        counts=tuple,
    )


def with_spacy() -> Contest:
    """Types and spans equal: where a match needs no help, we do not ask its context for more."""
    return Contest(
        theirs=VanillaDetector(spacy_nlp(), THRESHOLD),
        ours=lambda: PatternDetector(recognizers()),
        counts=lambda entity: (entity.type, entity.start, entity.end),
    )


def corpora(data: Path | None) -> Mapping[str, Sequence[str]]:
    """The texts by corpus."""
    spec = workload(WORKLOAD)
    found: dict[str, Sequence[str]] = {WORKLOAD: [_text(each.value) for each in messages(spec, 0, spec["distinct"])]}
    if data:
        sentences = [sample.text for sample in synth.read(data / synth.FILE)]
        found["dense, 1 KB"] = list(_joined(sentences))
        found["sentences"] = sentences
        found["questions"] = [sample.text for sample in asq.read(data / asq.FILE)]
    return found


def _text(message: bytes) -> str:
    trace = msgspec.json.decode(message)
    return "\n".join(_strings([trace.get(field) for field in SCANNED]))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _joined(sentences: Sequence[str]) -> Iterator[str]:
    text = ""
    for sentence in sentences:
        text += sentence + " "
        if len(text) >= KILOBYTE:
            yield text
            text = ""


def main(
    data: Annotated[Path | None, typer.Option(file_okay=False, envvar="METRONIS_BENCH_DATA", help="The sets.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Medians of so many.")] = 5,
    spacy: Annotated[bool, typer.Option(help="Time presidio with spaCy's small model, too.")] = True,
    keep: Annotated[bool, typer.Option("--save", help="Write the figures to bench/results.")] = False,
) -> None:
    """Measure and show."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    texts = corpora(data)
    results = {"presidio, patterns": {name: without_spacy().run(each, rounds) for name, each in texts.items()}}
    if spacy:
        contest = with_spacy()
        results["presidio, spaCy sm"] = {n: contest.run(each[:SPACY_TEXTS], rounds) for n, each in texts.items()}
    table = Table("beside", "corpus", "texts", "theirs µs/KB", "ours µs/KB", "ratio", "texts that differ")
    for beside, speeds in results.items():
        for name, each in speeds.items():
            figures = f"{each.theirs_us:,.0f}", f"{each.ours_us:,.0f}", f"{each.ratio:.1f}", str(each.differing)
            table.add_row(beside, name, str(each.texts), *figures)
    Console().print(table)
    if keep:
        kept = {b: {n: {**asdict(s), "ratio": s.ratio} for n, s in each.items()} for b, each in results.items()}
        print(f"written to {save('pii-speed', kept)}")


if __name__ == "__main__":
    typer.run(main)
