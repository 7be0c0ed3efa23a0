"""An optional second look: a small transformer reads the text that the cheap layers leave doubtful."""
