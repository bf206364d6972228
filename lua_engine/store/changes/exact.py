"""Writes of our own whose every row is kept exactly as it was before, so that they can be undone.

with exact_write(database, {"cards"}, origin="window") as write:
    write.connection.execute(update(cards)...)
write.tables  # every row that was touched, before and after: those of triggers and cascades too
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import StoreError
from lua_engine.base.events import RowChange
from lua_engine.store.changes.diff import TouchedRow, TouchedTable
from lua_engine.store.changes.tracked import OwnConnection
from lua_engine.store.changes.tracking import EXACT, MAX_COLUMNS, Tracker
from lua_engine.store.database import Database
from lua_engine.store.system_connections import note_keys, note_table, raw_connection

WRITE_SECONDS = 5.0
PAUSE_SECONDS = 0.005
"""Between the transactions of a long edit: other writers look every 100 ms whether the file is free, and
would else find it locked again and again until they give up.
"""
_ANNOUNCED_KEYS = 1_000
_REACHES_OTHERS = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' OR sql LIKE '%REFERENCES%' LIMIT 1"


class ExactWrite:
    """One transaction. ``tables`` is what it did, once it is committed."""

    def __init__(self, connection: Connection, touched: Callable[[], tuple[TouchedTable, ...]]) -> None:
        self.connection = connection
        self.touched = touched  # what it has done so far
        self.tables: tuple[TouchedTable, ...] = ()


@contextmanager
def exact_write(
    database: Database,
    tables: frozenset[str] | None,
    *,
    origin: str,
    deadline: Deadline | None = None,
    before_commit: Callable[[tuple[TouchedTable, ...]], object] = lambda _tables: None,
) -> Iterator[ExactWrite]:
    """A write transaction that changes ``tables`` (None: any); committed at the end of the block, rolled back
    on an error. ``before_commit`` hears of what it did when it is about to be committed; an error there rolls
    it back too.

    Raises :class:`StoreError`, and changes nothing, when it touches more than can be kept.
    """
    with database.system_write(deadline or Deadline(WRITE_SECONDS), origin=origin) as connection:
        tracked = OwnConnection(raw_connection(connection))
        reaches_others = connection.exec_driver_sql(_REACHES_OTHERS).first() is not None
        tracker = Tracker(EXACT, None if reaches_others else tables)
        tracker.begin(tracked)

        def touched() -> tuple[TouchedTable, ...]:
            return tuple(_checked(one) for one in tracker.touched(tracked) if one.rows or one.left_out)

        write = ExactWrite(connection, touched)
        try:
            yield write
            write.tables = touched()
            before_commit(write.tables)
        finally:
            tracker.end(tracked)
        for one in write.tables:
            _announce(connection, one)


def _checked(table: TouchedTable) -> TouchedTable:
    if table.left_out:
        count = len(table.rows) + table.left_out
        raise StoreError(
            f"nothing was changed: {count:,} rows of {table.table} would be, more than can be undone at once"
        )
    if len(table.columns) > MAX_COLUMNS:
        raise StoreError(f"nothing was changed: {table.table} has more than {MAX_COLUMNS} columns")
    return table


def _announce(connection: Connection, table: TouchedTable) -> None:
    rows = [row for row in table.rows if row.before != row.after]
    if not rows:
        return
    if len(rows) > _ANNOUNCED_KEYS or not all(isinstance(row.key, int) for row in rows):
        note_table(connection, table.table)
    else:
        note_keys(connection, table.table, {row.key: RowChange(_operation(row)) for row in rows})


def _operation(row: TouchedRow) -> str:
    if row.before is None:
        return "insert"
    return "delete" if row.after is None else "update"
