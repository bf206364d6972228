"""Rows that a page reads and writes without a script between (``Goop.data.find``, ``insert`` ...)."""
