"""The pattern engine: one multi-pattern scan says which patterns match where, and only those run there."""
