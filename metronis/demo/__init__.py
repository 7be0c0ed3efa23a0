"""The demo: traces of our own writing."""
