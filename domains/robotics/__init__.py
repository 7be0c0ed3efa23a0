"""Robotics: machines that move, the people beside them, and what is said about both."""

from __future__ import annotations
