"""Measurements: workloads are data, results are committed with machine and commit."""
