"""Scanning text for many phrases at once: what a phrase is, and one pass that says which of a thousand may be there."""
