"""What the log lets go: records past their age, the oldest of a file that is too large, unused names."""

from __future__ import annotations

import sqlite3
import time
from typing import Final

from lua_engine.logs.limits import LogLimits

MAX_NAMES: Final = 10_000  # anybody may ask for scripts that do not exist
_GONE: Final = """
DELETE FROM names WHERE
  (kind = 'script' AND NOT EXISTS (SELECT 1 FROM entries WHERE script <> '' AND script = names.id))
  OR (kind = 'caller' AND NOT EXISTS (SELECT 1 FROM entries WHERE caller_id <> '' AND caller_id = names.id))
"""


def prune(connection: sqlite3.Connection, limits: LogLimits) -> bool:
    """Drop what is too old, then a tenth of the rest as long as the file is too large. Whether names went."""
    oldest = time.time() - limits.days * 86_400
    with connection:
        connection.execute("DELETE FROM entries WHERE time < ?", (oldest,))
    while _size(connection) > limits.max_bytes:
        first, last = connection.execute("SELECT min(id), max(id) FROM entries").fetchone()
        if first is None or first == last:
            break
        with connection:
            connection.execute("DELETE FROM entries WHERE id <= ?", (first + (last - first) // 10,))
    went: bool = connection.execute("SELECT count(*) FROM names").fetchone()[0] > MAX_NAMES
    if went:
        with connection:
            connection.execute(_GONE)
    connection.execute("PRAGMA incremental_vacuum")
    return went


def _size(connection: sqlite3.Connection) -> int:
    """Bytes in use, without free pages."""
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
