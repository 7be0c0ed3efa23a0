"""The tiers: what each does to a trace."""
