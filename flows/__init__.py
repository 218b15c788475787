"""Effects: the network, the disk, DuckDB, Prefect and the command line."""
