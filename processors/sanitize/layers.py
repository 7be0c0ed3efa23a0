"""The layers of detection, one upon the other: patterns, keys, content and names, each over decoded views too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from processors.sanitize.detector import Detector, Entity, finds_all
from processors.sanitize.evasion.detector import EvasionDetector
from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.policy import SanitizePolicy
from processors.sanitize.recent import Recent

REMEMBERED_TEXTS = 20_000


class Layers:
    """What all detectors find. One of these serves one thread.

    exact: those that find the same whatever stands around it; they look again at what replacing made. judging: those
    that go by the context, which have nothing to say of what `is_identifier`. A policy's own recognisers look too,
    where it has any.
    """

    def __init__(
        self,
        exact: Sequence[Detector],
        judging: Sequence[Detector] = (),
        is_identifier: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._is_identifier = is_identifier
        self._exact = _Remembering(exact)
        self._every = _Remembering([*exact, *judging]) if judging else self._exact
        self._own: dict[str, Detector] = {}  # of policies by version

    def find(self, text: str, policy: SanitizePolicy) -> Sequence[Entity]:
        """What all find in a text, in no order; entities may overlap. Raises whatever a detector raises."""
        return (*self._of(text).find(text), *self._find_own(text, policy))

    def find_all(self, texts: Sequence[str], policy: SanitizePolicy) -> Mapping[str, Sequence[Entity]]:
        """The texts in which anything was found, and what."""
        plain: list[str] = []
        named: list[str] = []
        for text in texts:
            (plain if self._is_identifier(text) else named).append(text)
        every = chain(
            zip(named, self._every.find_all(named), strict=True), zip(plain, self._exact.find_all(plain), strict=True)
        )
        if not policy.recognizers:
            return {text: found for text, found in every if found}
        return {text: both for text, found in every if (both := (*found, *self._find_own(text, policy)))}

    def _of(self, text: str) -> _Remembering:
        return self._exact if self._is_identifier(text) else self._every

    def find_again(self, text: str, policy: SanitizePolicy) -> Sequence[Entity]:
        """What the exact detectors find in a text that was made clean."""
        return (*self._exact.find(text), *self._find_own(text, policy))

    def _find_own(self, text: str, policy: SanitizePolicy) -> Sequence[Entity]:
        if not policy.recognizers:
            return ()
        own = self._own.get(policy.version)
        if own is None:
            own = self._own[policy.version] = EvasionDetector(PatternDetector(policy.recognizers))
        return own.find(text)


class _Remembering:
    """Detectors one after the other, over a text and its decoded views.

    What they found is remembered by the text's hash: conversations repeat their history at every turn.
    """

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detector = EvasionDetector(_Every(detectors))
        self._recent = Recent(REMEMBERED_TEXTS)

    def find(self, text: str) -> Sequence[Entity]:
        return self.find_all([text])[0]

    def find_all(self, texts: Sequence[str]) -> Sequence[Sequence[Entity]]:
        keys = [self._recent.key(text) for text in texts]
        known = {key: self._recent.get(key) for key in keys}
        new = {key: text for key, text in zip(keys, texts, strict=True) if known[key] is None}
        for key, found in zip(new, self._detector.find_all(list(new.values())), strict=True) if new else ():
            known[key] = found
            self._recent.put(key, found)
        return [known[key] or () for key in keys]


class _Every:
    """Detectors one after the other."""

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = [finds_all(detector) for detector in detectors]

    def find(self, text: str) -> Sequence[Entity]:
        return self.find_all([text])[0]

    def find_all(self, texts: Sequence[str]) -> Sequence[Sequence[Entity]]:
        by_detector = [find_all(texts) for find_all in self._detectors]
        return (
            [tuple(chain.from_iterable(found)) for found in zip(*by_detector, strict=True)]
            if by_detector
            else [()] * len(texts)
        )
