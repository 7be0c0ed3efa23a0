"""The gateway: takes traces in and answers queries."""
