"""Places in text: a gazetteer in one file, a reader that finds and resolves names, and GDELT's geography columns."""
