"""What crosses a boundary: traces, evaluations, verdicts, the topics they travel on and their codecs."""
