"""How connections to data.db are made: one kind for our own statements, two for those of scripts."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

from lua_engine.base.deadline import Deadline
from lua_engine.store.failures import StillBusy, is_busy
from lua_engine.store.script.policy import MAX_LENGTH, Authorizer, Fence, apply_limits
from lua_engine.store.script.text_functions import TextFunctions

T = TypeVar("T")

# seconds that SQLite itself waits for a lock; longer waits are ours, since nothing interrupts its own
_SQLITE_WAIT = 0.05
_LONGEST_PAUSE = 0.02
LONG_WAIT = 0.5  # seconds of waiting for another program after which a person is told
_CACHED_STATEMENTS = 128
_NO_TABLES: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())

# Transaction control is compiled while the authorizer trusts us, and stays in the connection's statement
# cache: its text must be one that no script can write.
_TOKEN = secrets.token_hex(16)
BEGIN = f"BEGIN IMMEDIATE -- {_TOKEN}"
COMMIT = f"COMMIT -- {_TOKEN}"
VERSION = f"PRAGMA data_version -- {_TOKEN}"
ROLLBACK = f"ROLLBACK -- {_TOKEN}"


class RawText(bytes):
    """A TEXT value that is not UTF-8 (Goop2 stores what it is given), told apart from a BLOB for our own
    statements.
    """

    __slots__ = ()


def _own_text(raw: bytes) -> str | RawText:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return RawText(raw)


def script_text(raw: bytes) -> str | bytes:
    """A text of a script's statement; its bytes when they are no UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def open_raw(path: Path, *, read_only: bool = False, missing_is_empty: bool = False) -> sqlite3.Connection:
    """A connection that any thread may use (one at a time), in autocommit mode, with Goop2's settings.

    ``missing_is_empty``: for reading, a file that is not there is as one without tables. Waits for nobody
    (:func:`retry_busy` does).
    """
    place = (
        ":memory:"
        if missing_is_empty and not path.exists()
        else f"{path.absolute().as_uri()}?{_options(path, read_only)}"
    )
    connection = sqlite3.connect(
        place,
        uri=True,
        timeout=_SQLITE_WAIT,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_CACHED_STATEMENTS,
    )
    try:
        connection.text_factory = _own_text
        connection.execute("PRAGMA foreign_keys = ON")
        if not read_only:
            connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def is_still(path: Path) -> bool:
    """Is ``path`` a database that nobody can have open, in a folder that cannot be written, where SQLite
    cannot make its log?

    SQLite reads such a file only when it is told that the file does not change (``immutable``). That is so as
    long as there is no log: a program that writes makes one first.
    """
    has_log = any(path.with_name(path.name + ending).exists() for ending in ("-wal", "-journal"))
    if has_log or os.access(path.parent, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        return False
    with path.open("rb") as file:
        return file.read(20)[18:] == b"\2\2"  # https://sqlite.org/fileformat.html: write-ahead log


def _options(path: Path, read_only: bool) -> str:
    if not read_only:
        return "mode=rwc"
    try:
        return "mode=ro&immutable=1" if is_still(path) else "mode=ro"
    except OSError:  # SQLite says in its own way why it cannot be read
        return "mode=ro"


class _Trusted(AbstractContextManager[None]):
    """One for all blocks of a connection: each write has some."""

    def __init__(self, authorizer: Authorizer) -> None:
        self._authorizer = authorizer

    def __enter__(self) -> None:
        self._authorizer.is_trusted = True

    def __exit__(self, *_: object) -> None:
        self._authorizer.is_trusted = False


class ScriptConnection:
    """A connection that runs SQL of scripts under the policy, for reading or for writing, never both."""

    def __init__(self, path: Path, *, may_write: bool, read_only_file: bool = False) -> None:
        self.raw = open_raw(path, read_only=read_only_file, missing_is_empty=read_only_file)
        self.raw.text_factory = script_text
        self.authorizer = Authorizer(may_write=may_write)
        self._trusted = _Trusted(self.authorizer)
        self._functions = TextFunctions(MAX_LENGTH, self._check_time)
        self._may_write = may_write
        self._written: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
        if not may_write:
            self.raw.execute("PRAGMA query_only = ON")
        apply_limits(self.raw)
        self._functions.install(self.raw)
        self.raw.set_authorizer(self.authorizer)

    def execute(
        self, sql: str, args: tuple[object, ...], deadline: Deadline, fence: Fence | None = None
    ) -> sqlite3.Cursor:
        """Run one statement of a script up to its first row; :class:`CallKilled` when the time is over
        already.

        A statement with a ``fence`` must have a text of its own: one that is cached is not authorised again.
        """
        deadline.check()  # many short statements may each end before they are interrupted
        self.authorizer.prepare(deadline, fence)
        cursor = self.raw.execute(sql, args)
        if self._may_write:
            self._remember(hash(sql))
        return cursor

    def control(self, sql: str) -> int:
        """Run :data:`BEGIN`, :data:`COMMIT`, :data:`ROLLBACK`, or :data:`VERSION`, whose number is the
        answer.
        """
        self.authorizer.is_trusted = True
        try:
            row = self.raw.execute(sql).fetchone()
        finally:
            self.authorizer.is_trusted = False
        return row[0] if row else 0

    def trusted(self) -> AbstractContextManager[None]:
        """For statements of our own: the policy for scripts does not apply inside the block."""
        return self._trusted

    def version(self) -> int:
        """See :func:`~lua_engine.store.external_writes.data_version`."""
        return self.control(VERSION)

    def tables_written(self, sql: str) -> frozenset[str]:
        """The tables that ``sql``, executed here before, writes:
        a cached statement is not authorised again.
        """
        return self._written.get(hash(sql), _NO_TABLES)[0]

    def tables_inserted(self, sql: str) -> frozenset[str]:
        """Those of them to which it adds rows."""
        return self._written.get(hash(sql), _NO_TABLES)[1]

    def close(self) -> None:
        self.raw.close()
        self._functions.close()

    def _remember(self, key: int) -> None:
        # Kept longer than the statement cache keeps a statement, so that it knows every one that is cached
        # there.
        tables, found = self._written.pop(key, _NO_TABLES), self.authorizer
        if found.written:  # compiled just now
            tables = frozenset(found.written), frozenset(found.inserted)
        self._written[key] = tables
        if len(self._written) > 4 * _CACHED_STATEMENTS:
            del self._written[next(iter(self._written))]

    def _check_time(self) -> None:
        if self.authorizer.is_over:
            raise TimeoutError


def retry_busy(action: Callable[[], T], deadline: Deadline, on_wait: Callable[[], None] = lambda: None) -> T:
    """``action``, again and again while another process holds the file, until shortly before ``deadline``:
    then :class:`StillBusy`.

    The margin lets a script report the error that then comes, instead of dying of its time limit. ``on_wait``
    is called once, when the waiting is long enough to be told (:data:`LONG_WAIT`).
    """
    pause, began, is_reported = 0.001, time.monotonic(), False
    while True:
        if not is_reported and time.monotonic() - began >= LONG_WAIT:
            is_reported = True
            on_wait()
        try:
            return action()
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            if deadline.remaining() <= min(0.25, deadline.limit / 4):
                raise StillBusy(time.monotonic() - began) from error
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
