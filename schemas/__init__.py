"""What may exist: the travelling types, the strict source reader, the tables and the rules over them."""
