"""The connections for statements of our own, through SQLAlchemy, and the notes of a write transaction: which
tables and rows it changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import QueuePool

from lua_engine.base.events import RowChange
from lua_engine.store.connections import open_raw

_CHANGED = "goop.changed"
_KEYS = "goop.keys"


def open_engine(path: Path, *, read_only: bool) -> Engine:
    """Connections to ``path``, as many as are needed. ``read_only``: a missing file is as an empty one."""
    engine = sqlalchemy.create_engine(
        "sqlite://",
        creator=lambda: open_raw(path, read_only=read_only, missing_is_empty=read_only),
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=-1,
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_execute", _note_change)
    return engine


def begin_notes(connection: Connection, changed: set[str], keys: dict[str, Mapping[int, RowChange]]) -> None:
    """Note into ``changed`` and ``keys`` which tables and rows a write transaction changes."""
    connection.info[_CHANGED] = changed
    connection.info[_KEYS] = keys


def end_notes(connection: Connection) -> None:
    connection.info.pop(_CHANGED, None)
    connection.info.pop(_KEYS, None)


def note_keys(connection: Connection, table: str, rows: Mapping[int, RowChange]) -> None:
    """Inside a ``system_write``: ``table`` changed, and these are the rows of it that did."""
    connection.info[_CHANGED].add(table)
    connection.info[_KEYS][table] = rows


def note_table(connection: Connection, table: str) -> None:
    """Inside a ``system_write``: ``table`` changed, in rows that nobody counted."""
    connection.info[_CHANGED].add(table)


def raw_connection(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)


@contextmanager
def attached(connection: Connection, incoming: Path | None) -> Iterator[None]:
    """``incoming`` under that name; before a transaction, as SQLite wants it."""
    if incoming is None:
        yield
        return
    raw = raw_connection(connection)
    raw.execute("ATTACH DATABASE ? AS incoming", (f"{incoming.absolute().as_uri()}?mode=ro",))
    try:
        yield
    finally:
        try:
            raw.execute("DETACH DATABASE incoming")
        except (
            sqlite3.Error
        ):  # a statement that failed half-way still has it open: the connection goes, and it with it
            connection.invalidate()


def _begin(connection: Connection) -> None:
    raw = raw_connection(connection)
    if not raw.in_transaction:  # a write transaction was begun before
        raw.execute("BEGIN")


def _note_change(connection: Connection, statement: Any, *_rest: object) -> None:
    changed = connection.info.get(_CHANGED)
    table = getattr(statement, "table", None)
    if changed is not None and getattr(statement, "is_dml", False) and table is not None:
        changed.add(table.name)
