"""The time-expression reader: tokens -> phrases (grammar) -> days (resolve); `reader.read_times` is the door."""
