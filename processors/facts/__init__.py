"""Facts: named, typed values that a domain reads from a trace, from its fields or from its texts."""
