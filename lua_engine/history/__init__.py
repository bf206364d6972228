"""The calls that somebody kept: a database of the console's own."""
