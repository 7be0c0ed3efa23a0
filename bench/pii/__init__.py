"""Measurements of tier 0: how much personal data it finds, how much else it takes for such, and how fast."""
