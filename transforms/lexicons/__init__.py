"""The knowledge, as CSV tables with headers; `tables.py` reads them, PROVENANCE.md says where facts came from."""
