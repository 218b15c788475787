"""The only door to DuckDB: the run's lock, the store and its ledger, staging, audit, load, publication, read-only queries."""
