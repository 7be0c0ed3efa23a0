"""The alerts stand on metrics that exist and on pages that say what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

import monitoring.metrics  # noqa: F401 - fills the registry

ROOT = Path(__file__).parents[2]
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "infra/prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_asks_for_metrics_and_labels_that_exist(rule: dict[str, Any]) -> None:
    asked = re.findall(r"(metronis_\w+)(?:\{([^}]*)\})?", rule["expr"])
    assert asked
    for name, selector in asked:
        labels = _labels_of(name)
        used = set(re.findall(r"(\w+)\s*[=!]", selector)) | set(re.findall(r"\$labels\.(\w+)", str(rule)))
        assert used <= labels, f"{name} has the labels {labels}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_what_happened_how_bad_it_is_and_where_to_read_on(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"]["summary"]
    assert (ROOT / rule["annotations"]["runbook"]).is_file()


def _labels_of(name: str) -> set[str]:
    collector = REGISTRY._names_to_collectors.get(name)  # the registry has no public way to ask by name
    assert isinstance(collector, MetricWrapperBase), f"there is no metric {name}"
    return set(collector._labelnames)
