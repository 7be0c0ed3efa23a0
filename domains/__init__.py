"""One folder a domain: declarations, no mechanism."""
