"""Names of people, places and organisations."""

from __future__ import annotations

from processors.sanitize.names.detector import NameDetector

__all__ = ["NameDetector"]
