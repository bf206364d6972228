"""data.db: one SQLite file that Goop2 may have open at the same time."""
