"""Telemetry: what a machine measured, was told to do and is allowed, read from any shape a producer gives it."""

from __future__ import annotations
