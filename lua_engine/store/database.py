"""data.db, opened: who may use which connection, when, and for how long.

* Our own statements go through SQLAlchemy: ``with database.system_read() as connection`` and
  ``with database.system_write(origin="window") as connection``.
* Statements of scripts go through :meth:`Database.script_rows` and :meth:`Database.script_write`, on connections of
  their own with policy, limits and the call's deadline.
* One writer at a time in this process, whichever kind; other processes are waited for. Readers never wait (WAL).
* ``DataChanged`` is published after the commit, once for each transaction.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from lua_engine.deadline import Deadline
from lua_engine.errors import BugError, CallKilled, ErrorKind, StoreError
from lua_engine.events import DataChanged, Event, EventBus, StoreWaiting
from lua_engine.store import system_tables
from lua_engine.store.connections import BEGIN, COMMIT, ROLLBACK, ScriptConnection, open_raw, retry_busy
from lua_engine.store.failures import BUSY_HERE, WAITING, is_busy, store_error
from lua_engine.store.interrupter import Interrupter
from lua_engine.store.outside import OutsideWrites, data_version
from lua_engine.store.statements import SQL_ERRORS, Args, RowStream, Scope, ScriptWriter, failure

SYSTEM_SECONDS = 10.0
"""How long a statement of our own may take, waiting included."""

_IDLE_READERS = 8
_CHANGED = "goop.changed"
_CLOSE_SECONDS = 2.0


class Database:
    """One open data.db. Thread-safe. Made with Goop2's system tables when they are missing.

    Raises :class:`StoreError` naming the file when it is no database, damaged, locked or cannot be written.
    """

    def __init__(self, path: Path, *, read_only: bool = False, bus: EventBus | None = None) -> None:
        self.path = path
        self.read_only = read_only
        self._bus = bus
        self._interrupter = Interrupter()
        self._write_lock = threading.Lock()
        self._writing_thread: int | None = None
        self._state = threading.Condition()
        self._readers: list[ScriptConnection] = []
        self._leased = 0
        self._writer: ScriptConnection | None = None
        self._closed = False
        self._probe_lock = threading.Lock()
        self._probe = self._open_file()
        self._outside = OutsideWrites(open_raw(path, read_only=True))
        self._engine = self._make_engine()
        try:
            self._complete_system_tables()
        except BaseException:
            self.close()
            raise

    # -- our own statements ------------------------------------------------------------------------------------------

    @contextmanager
    def system_read(self, deadline: Deadline | None = None) -> Iterator[Connection]:
        """A connection with one consistent view of the data, for statements of our own."""
        self._refuse_when_closed()
        limit = deadline or Deadline(SYSTEM_SECONDS)
        with self._translated(deadline), self._engine.connect() as connection, self._watched(connection, limit):
            yield connection

    @contextmanager
    def system_write(
        self, deadline: Deadline | None = None, *, origin: str = "system", incoming: Path | None = None
    ) -> Iterator[Connection]:
        """A connection inside the one write transaction; committed at the end of the block, rolled back on an error.

        ``incoming`` is another database file, attached under that name for the block, for reading.

        ``origin`` goes into ``DataChanged`` (a call id, ``"window"``, a service). With the deadline of a call, the end of
        the waiting is the end of the call (:class:`CallKilled`); without, it is a :class:`StoreError`.
        """
        if self.read_only:
            raise StoreError(f"{self.path} is open for reading only")
        self._refuse_when_closed()
        limit = deadline or Deadline(SYSTEM_SECONDS)
        with self._translated(deadline), self._one_writer(limit, is_call=deadline is not None):
            changed: set[str] = set()
            with self._engine.connect() as connection, self._watched(connection, limit), _attached(connection, incoming):
                raw = _raw(connection)
                connection.info[_CHANGED] = changed
                self._begin_write(lambda: raw.execute("BEGIN IMMEDIATE"), limit)
                try:
                    before = self._outside.before(lambda: data_version(raw))
                    with connection.begin():
                        yield connection
                    self._outside.after(lambda: data_version(raw), before)
                finally:
                    connection.info.pop(_CHANGED, None)
                    if raw.in_transaction:
                        raw.rollback()
        self._announce(changed, origin)

    def schema_version(self) -> int:
        """A number that every change of the file's tables changes, whoever makes it."""
        with self._probe_lock:
            self._refuse_when_closed()
            try:
                row = retry_busy(lambda: self._probe.execute("PRAGMA schema_version").fetchone(), Deadline(SYSTEM_SECONDS))
            except sqlite3.Error as error:
                raise store_error(error, self.path) from error
        return int(row[0])

    def was_written_outside(self) -> bool:
        """Has another program written since the last question? Never waits: while a write of our own is under way the answer can wait too."""
        if not self._write_lock.acquire(blocking=False):
            return False
        try:
            return not self._closed and self._outside.take()
        except sqlite3.OperationalError as error:
            if is_busy(error):  # somebody has the file for itself just now: the next look finds out
                return False
            raise store_error(error, self.path) from error
        finally:
            self._write_lock.release()

    # -- statements of scripts ---------------------------------------------------------------------------------------

    def script_rows(self, scope: Scope, sql: str, args: Args = ()) -> RowStream:
        """Run one reading statement of a script; :class:`ScriptError` says why it cannot, in SQLite's words."""
        scope.deadline.check()
        connection = self._lease_reader()
        watch = self._interrupter.begin(connection.raw, scope.deadline)

        def release() -> None:
            self._interrupter.end(watch)
            self._return_reader(connection)

        return RowStream(connection, sql, args, scope, self.path, release)

    @contextmanager
    def script_write(self, scope: Scope) -> Iterator[ScriptWriter]:
        """One write transaction of a script; committed at the end of the block, rolled back on any error."""
        if self.read_only:
            raise StoreError(f"{self.path} is open for reading only")
        scope.deadline.check()
        with self._one_writer(scope.deadline, is_call=True):
            connection = self._script_writer()
            writer = ScriptWriter(connection, scope, self.path)
            with self._interrupter.watching(connection.raw, scope.deadline):
                try:
                    self._begin_write(lambda: connection.control(BEGIN), scope.deadline)
                    before = self._outside.before(connection.version)
                    yield writer
                    scope.deadline.check()
                    retry_busy(lambda: connection.control(COMMIT), scope.deadline)
                    self._outside.after(connection.version, before)
                except SQL_ERRORS as error:
                    raise failure(error, connection, scope.deadline, self.path) from error
                finally:
                    self._roll_back(connection)
        self._announce(writer.changed, scope.origin)

    # -- lifecycle ---------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close every connection, whichever thread made it; statements under way are interrupted and waited for."""
        with self._state:
            self._closed = True
            readers, self._readers = self._readers, []
        for connection in readers:
            connection.close()
        self._wait_for_leased()
        if self._write_lock.acquire(timeout=_CLOSE_SECONDS):
            writer, self._writer = self._writer, None
            if writer is not None:
                writer.close()
            self._write_lock.release()
        with self._probe_lock:
            self._probe.close()
        self._outside.close()
        self._interrupter.close()
        self._engine.dispose()

    def _wait_for_leased(self) -> None:
        end = time.monotonic() + _CLOSE_SECONDS
        with self._state:
            while self._leased and time.monotonic() < end:
                self._interrupter.interrupt_all()
                self._state.wait(0.02)

    # -- parts -------------------------------------------------------------------------------------------------------

    def _open_file(self) -> sqlite3.Connection:
        """A first connection, which shows whether the file is a database."""
        try:
            connection = open_raw(self.path, read_only=self.read_only)
        except sqlite3.Error as error:
            raise store_error(error, self.path) from error
        deadline = Deadline(SYSTEM_SECONDS)
        try:
            if not self.read_only:
                retry_busy(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchall(), deadline)
            retry_busy(lambda: connection.execute("SELECT count(*) FROM sqlite_master").fetchall(), deadline)
        except sqlite3.Error as error:
            connection.close()
            raise store_error(error, self.path) from error
        return connection

    def _make_engine(self) -> Engine:
        engine = sqlalchemy.create_engine(
            "sqlite://",
            creator=lambda: open_raw(self.path, read_only=self.read_only),
            poolclass=QueuePool,
            pool_size=4,
            max_overflow=-1,
        )
        event.listen(engine, "begin", _begin)
        event.listen(engine, "before_execute", _note_change)
        return engine

    def _complete_system_tables(self) -> None:
        if self.read_only:
            return
        with self.system_read() as connection:
            tables, columns = system_tables.missing_parts(connection)
        if tables or columns:
            with self.system_write() as connection:
                system_tables.complete(connection)

    @contextmanager
    def _translated(self, deadline: Deadline | None) -> Iterator[None]:
        """SQLAlchemy's and sqlite3's errors in our words."""
        try:
            yield
        except (DBAPIError, sqlite3.Error, MemoryError) as error:
            cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
            if deadline is not None:
                deadline.check()
            raise store_error(cause, self.path) from error

    @contextmanager
    def _watched(self, connection: Connection, deadline: Deadline) -> Iterator[None]:
        with self._interrupter.watching(_raw(connection), deadline):
            yield

    @contextmanager
    def _one_writer(self, deadline: Deadline, *, is_call: bool) -> Iterator[None]:
        me = threading.get_ident()
        if self._writing_thread == me:
            raise BugError("a write transaction inside a write transaction")
        while not self._write_lock.acquire(timeout=min(0.1, deadline.remaining())):
            if deadline.is_over:  # in slices, so that a cancelled call is seen
                raise CallKilled(deadline.kind) if is_call else StoreError(BUSY_HERE)
        try:
            self._writing_thread = me
            yield
        finally:
            self._writing_thread = None
            self._write_lock.release()

    def _begin_write(self, begin: Callable[[], object], deadline: Deadline) -> None:
        """Begin a write transaction; a person is told when another program keeps us waiting."""
        told = False

        def tell() -> None:
            nonlocal told
            told = True
            self._publish(StoreWaiting(True, WAITING))

        try:
            retry_busy(begin, deadline, tell)
        finally:
            if told:
                self._publish(StoreWaiting(False, ""))

    def _publish(self, event: Event) -> None:
        if self._bus is not None:
            self._bus.publish(event)

    def _announce(self, changed: set[str], origin: str) -> None:
        if changed:
            self._publish(DataChanged(tuple(sorted(changed)), origin))

    def _lease_reader(self) -> ScriptConnection:
        with self._state:
            self._end_when_closed()
            self._leased += 1
            if self._readers:
                return self._readers.pop()
        try:
            return ScriptConnection(self.path, may_write=False, read_only_file=self.read_only)
        except sqlite3.Error as error:
            self._forget_lease()
            raise store_error(error, self.path) from error

    def _return_reader(self, connection: ScriptConnection) -> None:
        with self._state:
            if not self._closed and len(self._readers) < _IDLE_READERS:
                self._readers.append(connection)
                self._leased -= 1
                return
        connection.close()
        self._forget_lease()

    def _forget_lease(self) -> None:
        with self._state:
            self._leased -= 1
            self._state.notify_all()

    def _script_writer(self) -> ScriptConnection:
        self._end_when_closed()
        if self._writer is None:
            try:
                self._writer = ScriptConnection(self.path, may_write=True)
            except sqlite3.Error as error:
                raise store_error(error, self.path) from error
        return self._writer

    def _roll_back(self, connection: ScriptConnection) -> None:
        """Undo what was not committed; a connection that cannot is thrown away."""
        if not connection.raw.in_transaction:
            return
        try:
            connection.control(ROLLBACK)
        except sqlite3.Error:
            self._writer = None
            connection.close()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise StoreError(f"{self.path} is closed")

    def _end_when_closed(self) -> None:
        """The end of a call that is still running when its site is closed."""
        if self._closed:
            raise CallKilled(ErrorKind.CANCELLED)


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)


@contextmanager
def _attached(connection: Connection, incoming: Path | None) -> Iterator[None]:
    """``incoming`` under that name; before a transaction, as SQLite wants it."""
    if incoming is None:
        yield
        return
    raw = _raw(connection)
    raw.execute("ATTACH DATABASE ? AS incoming", (f"{incoming.absolute().as_uri()}?mode=ro",))
    try:
        yield
    finally:
        raw.execute("DETACH DATABASE incoming")


def _begin(connection: Connection) -> None:
    raw = _raw(connection)
    if not raw.in_transaction:  # a write transaction was begun before
        raw.execute("BEGIN")


def _note_change(connection: Connection, statement: Any, *_rest: object) -> None:
    changed = connection.info.get(_CHANGED)
    table = getattr(statement, "table", None)
    if changed is not None and getattr(statement, "is_dml", False) and table is not None:
        changed.add(table.name)
