"""The control plane's database: SQLite in the data folder, or PostgreSQL."""
