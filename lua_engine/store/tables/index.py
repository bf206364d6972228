"""The order of the rows of a query: one key a row, so that any place of a table of any size is one jump away.

An index of 1,000,000 rows is 8 MB: rowids stand in an array of 64-bit integers. Rows are then read by key,
some
hundred at a time (``reading.py``); OFFSET would read and throw away all the rows before them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from lua_engine.base.deadline import Deadline
from lua_engine.store.tables.query import RowQuery, keys_of
from lua_engine.store.tables.source import RowKey, Source

_CHUNK = 2_000
MAX_KEYS = 20_000_000
"""Rows past these are not in the index: 160 MB."""


@dataclass(frozen=True, slots=True)
class RowIndex:
    """The keys of all rows of a query, in its order. ``is_cut``: there are more than :data:`MAX_KEYS`."""

    keys: Sequence[RowKey]
    is_cut: bool = False

    def __len__(self) -> int:
        return len(self.keys)


def build_index(
    connection: Connection,
    source: Source,
    query: RowQuery,
    deadline: Deadline,
    progress: Callable[[int], None] = lambda _count: None,
) -> RowIndex:
    """Read the keys; ``progress`` hears how many there are so far. Ends with :class:`CallKilled` when
    ``deadline``
    is over or revoked.
    """
    found: Any = array("q") if source.has_rowid else []
    result = connection.execute(keys_of(source, query))
    cursor: Any = result.cursor  # SQLAlchemy's rows would cost half of the time
    try:
        while rows := cursor.fetchmany(_CHUNK):
            deadline.check()
            found.extend([row[0] for row in rows] if source.has_rowid else rows)
            progress(len(found))
            if len(found) >= MAX_KEYS:
                return RowIndex(found, is_cut=True)
    finally:
        result.close()
    return RowIndex(found)
