"""Healthcare: its domain file, what it knows, and evaluators that need that knowledge."""
