"""Tests of the model itself are collected where the packages of the extra `ml` are installed."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if all(map(find_spec, ("onnxruntime", "tokenizers"))) else ["test_rampart.py"]
