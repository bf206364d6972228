"""Exact changes that may have to be undone: in a private database of SQLite that nobody else can open, in
memory
while it is small and in a temporary file when it grows. It is gone when it is closed.
"""

from __future__ import annotations

import marshal
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from typing import Any

from lua_engine.store.changes.diff import Row, TouchedRow, TouchedTable
from lua_engine.store.connections import RawText

_SCHEMA = """
CREATE TABLE parts (id INTEGER PRIMARY KEY, change INTEGER, name TEXT, key TEXT, columns BLOB);
CREATE TABLE rows (part INTEGER, key BLOB, before BLOB, after BLOB);
CREATE INDEX rows_of_part ON rows (part);
CREATE INDEX parts_of_change ON parts (change);
"""
_RAW = "\0raw"  # how text that is not UTF-8 is told from a blob


class ChangeStore:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self._database = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._database.executescript(_SCHEMA)

    def new(self) -> int:
        """The number of a new change, without rows so far."""
        with self._lock:
            self._last += 1
            return self._last

    def add(self, change: int, tables: Iterable[TouchedTable]) -> None:
        """One more transaction of ``change``."""
        with self._lock:
            self._database.execute("BEGIN")
            for table in tables:
                part = self._database.execute(
                    "INSERT INTO parts (change, name, key, columns) VALUES (?, ?, ?, ?)",
                    (change, table.table, table.key, marshal.dumps(table.columns)),
                ).lastrowid
                self._database.executemany(
                    "INSERT INTO rows VALUES (?, ?, ?, ?)",
                    (
                        (part, marshal.dumps(row.key), packed_row(row.before), packed_row(row.after))
                        for row in table.rows
                    ),
                )
            self._database.execute("COMMIT")

    def parts(self, change: int, rows: int) -> Iterator[TouchedTable]:
        """The transactions of ``change``, the last first, in pieces of at most that many ``rows``."""
        with self._lock:
            parts = self._database.execute(
                "SELECT id, name, key, columns FROM parts WHERE change = ? ORDER BY id DESC", (change,)
            ).fetchall()
        for part, name, key, columns in parts:
            last = 2**62
            while True:
                with self._lock:
                    found = self._database.execute(
                        "SELECT rowid, key, before, after FROM rows WHERE part = ? AND rowid < ? "
                        "ORDER BY rowid DESC LIMIT ?",
                        (part, last, rows),
                    ).fetchall()
                if not found:
                    break
                last = found[-1][0]
                touched = tuple(
                    TouchedRow(marshal.loads(one), unpacked_row(before), unpacked_row(after))
                    for _id, one, before, after in found
                )
                yield TouchedTable(name, key, marshal.loads(columns), touched)

    def drop(self, change: int) -> None:
        """Forget ``change``."""
        with self._lock:
            self._database.execute(
                "DELETE FROM rows WHERE part IN (SELECT id FROM parts WHERE change = ?)", (change,)
            )
            self._database.execute("DELETE FROM parts WHERE change = ?", (change,))

    def close(self) -> None:
        with self._lock:
            self._database.close()


def packed_row(row: Row | None) -> bytes | None:
    """A row as bytes, for this program alone."""
    if row is None:
        return None
    return marshal.dumps(
        tuple((_RAW, bytes(value)) if isinstance(value, RawText) else value for value in row)
    )


def unpacked_row(data: bytes | None) -> Row | None:
    """What :func:`packed_row` was given."""
    if data is None:
        return None
    row: tuple[Any, ...] = marshal.loads(data)  # ours, made by this process
    return tuple(RawText(value[1]) if isinstance(value, tuple) else value for value in row)
