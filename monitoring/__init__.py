"""The metric catalogue, health and logs."""
