"""Names, titles and nationalities of an article turned into CAMEO actor codes."""
