"""The only SQL, and the only place that opens DuckDB or SQLite."""
