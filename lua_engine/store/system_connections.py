"""The connections for statements of our own, through SQLAlchemy, and the notes of a write transaction: which
tables and rows it changed. :class:`~lua_engine.store.database.Database` imports this when it first needs one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import sqlalchemy
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from lua_engine.base.deadline import Deadline
from lua_engine.base.events import RowChange
from lua_engine.store import missing_system_tables
from lua_engine.store.bounds import Bounds
from lua_engine.store.connections import open_raw
from lua_engine.store.interrupter import Interrupter
from lua_engine.store.waiting import Waiting

_CHANGED = "goop.changed"
_KEYS = "goop.keys"
_BOUNDS = "goop.bounds"


class SystemConnections:
    """As many connections to ``path`` as are needed. Thread-safe. Errors are those of sqlite3. With
    ``read_only`` a missing file is as an empty one.
    """

    def __init__(self, path: Path, waiting: Waiting, interrupter: Interrupter, *, read_only: bool) -> None:
        self._waiting = waiting
        self._interrupter = interrupter
        self._read_only = read_only
        self._engine = self._pool(path)
        self._bounded = self._pool(path)
        event.listen(self._engine, "before_execute", _note_change)
        event.listen(self._bounded, "connect", _bind)

    def _pool(self, path: Path) -> sqlalchemy.Engine:
        made = sqlalchemy.create_engine(
            "sqlite://",
            creator=lambda: open_raw(path, read_only=self._read_only, missing_is_empty=self._read_only),
            poolclass=QueuePool,
            pool_size=4,
            max_overflow=-1,
        )
        event.listen(made, "begin", _begin)
        return made

    @contextmanager
    def reading(self, deadline: Deadline, *, is_bounded: bool) -> Iterator[Connection]:
        """One with a view of the data that stays; nobody keeps it waiting. ``is_bounded``: it runs SQL of
        other people (see :class:`Bounds`).
        """
        with self._connection(deadline, self._bounded if is_bounded else self._engine) as connection:
            if is_bounded:
                connection.info[_BOUNDS].is_over = lambda: deadline.is_over
            raw = raw_connection(connection)
            if self._read_only:
                self._waiting.until_free(lambda: missing_system_tables.complete(connection, raw), deadline)
            raw.execute("BEGIN")
            self._waiting.until_free(lambda: raw.execute("PRAGMA schema_version").fetchone(), deadline)
            yield connection

    @contextmanager
    def writing(
        self,
        deadline: Deadline,
        incoming: Path | None,
        changed: set[str],
        keys: dict[str, Mapping[int, RowChange]],
    ) -> Iterator[Connection]:
        """One that notes into ``changed`` and ``keys`` which tables and rows are written; in no transaction
        yet. ``incoming`` is attached under that name.
        """
        with self._connection(deadline, self._engine) as connection, _attached(connection, incoming):
            connection.info[_CHANGED] = changed
            connection.info[_KEYS] = keys
            try:
                yield connection
            finally:
                connection.info.pop(_CHANGED, None)
                connection.info.pop(_KEYS, None)

    @staticmethod
    def raw(connection: Connection) -> sqlite3.Connection:
        """The connection that it stands on."""
        return raw_connection(connection)

    def close(self) -> None:
        """Close those that nobody uses."""
        self._engine.dispose()
        self._bounded.dispose()

    @contextmanager
    def _connection(self, deadline: Deadline, pool: sqlalchemy.Engine) -> Iterator[Connection]:
        def connect() -> Connection:
            with _plain_errors():
                return pool.connect()

        with (
            _plain_errors(),
            self._waiting.until_free(connect, deadline) as connection,
            self._interrupter.watching(raw_connection(connection), deadline),
        ):
            yield connection


@contextmanager
def _plain_errors() -> Iterator[None]:
    """SQLAlchemy's errors as those of sqlite3 that are in them."""
    try:
        yield
    except DBAPIError as error:
        raise error.orig or error from error


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
def _attached(connection: Connection, incoming: Path | None) -> Iterator[None]:
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


def _bind(raw: sqlite3.Connection, record: Any) -> None:
    record.info[_BOUNDS] = Bounds(raw)


def _begin(connection: Connection) -> None:
    raw = raw_connection(connection)
    if not raw.in_transaction:  # a write transaction was begun before
        raw.execute("BEGIN")


def _note_change(connection: Connection, statement: Any, *_rest: object) -> None:
    changed = connection.info.get(_CHANGED)
    table = getattr(statement, "table", None)
    if changed is not None and getattr(statement, "is_dml", False) and table is not None:
        changed.add(table.name)
