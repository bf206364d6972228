"""Which SQLite keeps the data."""

from __future__ import annotations

import sqlite3


def sqlite_version() -> str:
    """``3.40.1``."""
    return sqlite3.sqlite_version
