"""data.db, opened: who may use which connection, when, and for how long.

* Our own statements go through SQLAlchemy: ``with database.system_read() as connection`` and
  ``with database.system_write(origin="window") as connection``. The few questions that every call asks go
  without, through :meth:`Database.plain_read`: SQLAlchemy is imported when it is first needed, since a
  command waits a quarter of a second for it.
* Statements of scripts go through :meth:`Database.script_rows` and :meth:`Database.script_write`, on
  connections of their own with policy, limits and the call's deadline.
* One writer at a time in this process, whichever kind; other processes are waited for. Readers wait only for
  a program that has the file for itself (a recovery, a change of the journal's mode).
* ``DataChanged`` is published after the commit, once for each transaction.
* Nothing is written to a file that has taken the place of the one that was opened.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import BugError, CallKilled, ErrorKind, StoreError
from lua_engine.base.events import DataChanged, Event, EventBus, RowChange
from lua_engine.base.lazy_part import LazyPart
from lua_engine.store.connections import BEGIN, COMMIT, ROLLBACK, ScriptConnection, is_still, open_raw
from lua_engine.store.external_writes import data_version, file_identity
from lua_engine.store.failures import BUSY_HERE, is_busy, replaced_message, store_error
from lua_engine.store.interrupter import Interrupter
from lua_engine.store.opening import open_file
from lua_engine.store.readers import Readers
from lua_engine.store.readers_log import ReadersLog
from lua_engine.store.script.statements import SQL_ERRORS, Args, RowStream, Scope, ScriptWriter, failure
from lua_engine.store.system_shapes import missing_parts
from lua_engine.store.waiting import Waiting

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lua_engine.store.system_connections import SystemConnections

SYSTEM_SECONDS = 10.0
"""How long a statement of our own may take, waiting included."""

_CLOSE_SECONDS = 2.0

Keys = Mapping[str, Mapping[int, RowChange]]


class Database:
    """One open data.db. Thread-safe. Made with Goop2's system tables when they are missing.

    With ``read_only`` nothing is written: a file that is not there is as an empty one, system tables that are
    missing are empty. Raises :class:`StoreError` naming the file when it is no database, damaged, locked or
    cannot be written.
    """

    def __init__(self, path: Path, *, read_only: bool = False, bus: EventBus | None = None) -> None:
        self.path = path
        self.read_only = read_only
        self._bus = bus
        self._interrupter = Interrupter()
        self._waiting = Waiting(self._publish)
        self._write_lock = threading.Lock()
        self._writing_thread: int | None = None
        self._readers = Readers(lambda: ScriptConnection(path, may_write=False, read_only_file=read_only))
        self._plain = Readers(lambda: open_raw(path, read_only=True))
        self._writer: ScriptConnection | None = None
        self._closed = False
        self.own_writes: Callable[[set[str], Keys], object] = lambda _tables, _keys: None
        """Hears of each write of ours before and after its commit, while no other can begin."""
        self._probe_lock = threading.Lock()
        self._log = ReadersLog(path) if read_only else None
        self._probe, self._external = open_file(
            path, self._waiting, Deadline(SYSTEM_SECONDS), read_only=read_only
        )
        self._is_still = read_only and path.exists() and is_still(path)
        self._file = file_identity(path, contents=self._is_still)
        self._is_replaced = False
        try:
            self._complete_system_tables()
        except BaseException:
            self.close()
            raise

    @LazyPart
    def _own(self) -> SystemConnections:
        from lua_engine.store.system_connections import SystemConnections

        return SystemConnections(self.path, self._waiting, self._interrupter, read_only=self.read_only)

    @contextmanager
    def plain_read(self, deadline: Deadline | None = None) -> Iterator[sqlite3.Connection]:
        """A connection with one consistent view of the data, for plain SQL of our own."""
        if self.read_only:  # there the system tables that are missing stand beside the file
            with self.system_read(deadline) as connection:
                yield self._own.raw(connection)
            return
        self._refuse_when_closed()
        limit = deadline or Deadline(SYSTEM_SECONDS)
        with (
            self._translated(deadline),
            self._plain_reader(limit) as raw,
            self._interrupter.watching(raw, limit),
        ):
            raw.execute("BEGIN")
            self._waiting.until_free(lambda: raw.execute("PRAGMA schema_version").fetchone(), limit)
            yield raw

    @contextmanager
    def _plain_reader(self, limit: Deadline) -> Iterator[sqlite3.Connection]:
        raw = self._waiting.until_free(self._plain.lease, limit)
        try:
            yield raw
        finally:
            raw.rollback()
            self._plain.give_back(raw)

    @contextmanager
    def system_read(
        self, deadline: Deadline | None = None, *, is_bounded: bool = False
    ) -> Iterator[Connection]:
        """A connection with one consistent view of the data, for statements of our own. ``is_bounded``: there
        is SQL of other people in them (a condition, a view): no part of it takes much longer than the
        deadline.
        """
        self._refuse_when_closed()
        limit = deadline or Deadline(SYSTEM_SECONDS)
        with self._translated(deadline), self._own.reading(limit, is_bounded=is_bounded) as connection:
            yield connection

    @contextmanager
    def system_write(
        self,
        deadline: Deadline | None = None,
        *,
        origin: str = "system",
        incoming: Path | None = None,
        lock_seconds: float | None = None,
    ) -> Iterator[Connection]:
        """A connection inside the one write transaction; committed at the end of the block, rolled back on an
        error.

        ``incoming`` is another database file, attached under that name for the block, for reading.

        ``origin`` goes into ``DataChanged`` (a call id, ``"window"``, a service). With the deadline of a
        call, the end of the waiting is the end of the call (:class:`CallKilled`); without, it is a
        :class:`StoreError`. ``lock_seconds`` is how long to wait for another writer, when that shall be
        shorter; the end of it is a :class:`StoreError`.
        """
        if self.read_only:
            raise StoreError(f"{self.path} is open for reading only")
        self._refuse_when_closed()
        limit = deadline or Deadline(SYSTEM_SECONDS)
        lock_limit = limit if lock_seconds is None else Deadline(lock_seconds)
        is_call = deadline is not None and lock_seconds is None
        with self._translated(deadline), self._one_writer(lock_limit, is_call=is_call):
            changed: set[str] = set()
            keys: dict[str, Mapping[int, RowChange]] = {}
            with self._own.writing(limit, incoming, changed, keys) as connection:
                raw = self._own.raw(connection)
                self._begin_write(lambda: raw.execute("BEGIN IMMEDIATE"), lock_limit)
                try:
                    before = self._external.before(lambda: data_version(raw))
                    with connection.begin():
                        yield connection
                        self.own_writes(changed, keys)
                        self._external.commit(
                            lambda: self._waiting.until_free(raw.commit, limit),
                            lambda: data_version(raw),
                            before,
                        )
                        self.own_writes(changed, keys)
                finally:
                    if not connection.invalidated and raw.in_transaction:
                        raw.rollback()
        self._announce(changed, origin, keys)

    def schema_version(self) -> tuple[int, int]:
        """What every change of the file's tables changes, whoever makes it, and everything that another
        program writes.
        """
        with self._probe_lock:
            self._refuse_when_closed()
            try:
                return self._waiting.until_free(self._versions, Deadline(SYSTEM_SECONDS))
            except sqlite3.Error as error:
                raise store_error(error, self.path) from error

    def was_written_externally(self) -> bool:
        """Has another program written since the last question?"""
        if self._closed:
            return False
        if not self._is_replaced and file_identity(self.path, contents=self._is_still) != self._file:
            self._is_replaced = True
            return True
        try:
            return self._external.take()
        except sqlite3.Error as error:
            if is_busy(error):  # somebody has the file for itself just now: the next look finds out
                return False
            raise store_error(error, self.path) from error

    def _versions(self) -> tuple[int, int]:
        return int(self._probe.execute("PRAGMA schema_version").fetchone()[0]), self._external.count()

    def script_rows(
        self, scope: Scope, sql: str, args: Args = (), columns: tuple[str, ...] | None = None
    ) -> RowStream:
        """Run one reading statement of a script, whose result has ``columns`` where that is known;
        :class:`ScriptError` says why it cannot, in SQLite's words.
        """
        scope.deadline.check()
        connection = self._lease_reader(scope.deadline)
        watch = self._interrupter.begin(connection.raw, scope.deadline)

        def release() -> None:
            self._interrupter.end(watch)
            self._readers.give_back(connection)

        return RowStream(connection, sql, args, scope, self.path, release, self._waiting.until_free, columns)

    def script_write(self, scope: Scope) -> AbstractContextManager[ScriptWriter]:
        """One write transaction of a script; committed at the end of the block, rolled back on any error."""
        return self._script_write(scope)

    @contextmanager
    def _script_write(self, scope: Scope) -> Iterator[ScriptWriter]:
        if self.read_only:
            raise StoreError(f"{self.path} is open for reading only")
        deadline = scope.deadline
        deadline.check()
        self._become_writer(deadline, is_call=True)
        try:
            connection = self._script_writer(deadline)
            writer = ScriptWriter(connection, scope, self.path)
            watch = self._interrupter.begin(connection.raw, deadline)
            try:
                self._begin_write(lambda: connection.control(BEGIN), deadline)
                before = self._external.before(connection.version)
                self._begin_notes(writer, before)
                yield writer
                self._end_notes(writer)
                deadline.check()
                self.own_writes(writer.changed, writer.keys)
                self._external.commit(
                    lambda: self._waiting.until_free(lambda: connection.control(COMMIT), deadline),
                    connection.version,
                    before,
                )
                self.own_writes(writer.changed, writer.keys)
            except SQL_ERRORS as error:
                raise failure(error, connection, deadline, self.path) from error
            finally:
                self._roll_back(connection)
                self._interrupter.end(watch)
        finally:
            self._end_writing()
        self._announce(writer.changed, scope.origin, writer.keys)

    def _begin_notes(self, writer: ScriptWriter, version: int) -> None:
        """A script's write transaction has begun; ``version`` is the ``data_version`` of its connection."""

    def _end_notes(self, writer: ScriptWriter) -> None:
        """It is about to be committed."""

    def close(self) -> None:
        """Close every connection, whichever thread made it; statements under way are interrupted and waited
        for.
        """
        self._closed = True
        self._readers.close(self._interrupter.interrupt_all)
        self._plain.close(self._interrupter.interrupt_all)
        if self._write_lock.acquire(timeout=_CLOSE_SECONDS):
            writer, self._writer = self._writer, None
            if writer is not None:
                writer.close()
            self._write_lock.release()
        self._interrupter.close()
        if Database._own.is_made(self):
            self._own.close()
        with self._probe_lock:
            self._external.close()
            self._probe.close()  # the last: a connection that may write brings the log home into the file
        if self._log is not None:
            self._log.tidy()

    def _complete_system_tables(self) -> None:
        if self.read_only:
            return
        with self.plain_read() as raw:
            tables, columns = missing_parts(raw)
        if tables or columns:
            from lua_engine.store import system_tables

            with self.system_write() as connection:
                system_tables.complete(connection, self._own.raw(connection))

    @contextmanager
    def _translated(self, deadline: Deadline | None) -> Iterator[None]:
        """SQLite's errors in our words."""
        try:
            yield
        except (sqlite3.Error, MemoryError) as error:
            if deadline is not None:
                deadline.check()
            raise store_error(error, self.path) from error

    @contextmanager
    def _one_writer(self, deadline: Deadline, *, is_call: bool) -> Iterator[None]:
        self._become_writer(deadline, is_call=is_call)
        try:
            yield
        finally:
            self._end_writing()

    def _become_writer(self, deadline: Deadline, *, is_call: bool) -> None:
        me = threading.get_ident()
        if self._writing_thread == me:
            raise BugError("a write transaction inside a write transaction")
        while not self._write_lock.acquire(timeout=min(0.1, deadline.remaining())):
            if deadline.is_over:  # in slices, so that a cancelled call is seen
                raise CallKilled(deadline.kind) if is_call else StoreError(BUSY_HERE)
        self._writing_thread = me

    def _end_writing(self) -> None:
        self._writing_thread = None
        self._write_lock.release()

    def no_own_writes(self) -> AbstractContextManager[None]:
        """Nobody of this process writes during the block: short, since calls wait for it."""
        return self._one_writer(Deadline(SYSTEM_SECONDS), is_call=False)

    def _begin_write(self, begin: Callable[[], object], deadline: Deadline) -> None:
        """Begin a write transaction, on the file that was opened."""
        if file_identity(self.path) != self._file:
            self._is_replaced = True
        self._refuse_when_replaced()
        self._waiting.until_free(begin, deadline)

    def _publish(self, event: Event) -> None:
        if self._bus is not None:
            self._bus.publish(event)

    def _announce(self, changed: set[str], origin: str, keys: Keys) -> None:
        if changed:
            self._publish(DataChanged(tuple(sorted(changed)), origin, keys))

    def _lease_reader(self, deadline: Deadline) -> ScriptConnection:
        self._refuse_when_replaced()
        try:
            return self._waiting.until_free(self._readers.lease, deadline)
        except sqlite3.Error as error:
            raise store_error(error, self.path) from error

    def _script_writer(self, deadline: Deadline) -> ScriptConnection:
        self._end_when_closed()
        if self._writer is None:
            try:
                self._writer = self._waiting.until_free(
                    lambda: ScriptConnection(self.path, may_write=True), deadline
                )
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
        self._refuse_when_replaced()

    def _refuse_when_replaced(self) -> None:
        if self._is_replaced:
            raise StoreError(replaced_message(self.path))

    def _end_when_closed(self) -> None:
        """The end of a call that is still running when its site is closed."""
        if self._closed:
            raise CallKilled(ErrorKind.CANCELLED)
