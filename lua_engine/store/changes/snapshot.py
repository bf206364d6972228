"""A copy of data.db as it is at one moment, while others go on writing: SQLite's backup, never an open
transaction that a person waits in.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import StoreError
from lua_engine.store.connections import open_raw, retry_busy
from lua_engine.store.failures import store_error

_PAGES = 4096  # copied between two looks at `check`: 16 MB
_SECONDS = 5.0  # of waiting for a program that has the file for itself


def copy_database(source: Path, target: Path, check: Callable[[], None] = lambda: None) -> None:
    """Make ``target`` (which must not exist) the data of ``source``; one file, without a write-ahead log.

    ``check`` is called between parts of a large file and may raise to give up. Raises :class:`StoreError`.
    """
    _copy(source, target, check, ("PRAGMA synchronous = OFF",), "PRAGMA journal_mode = DELETE")


def copy_over(source: Path, target: Path, check: Callable[[], None] = lambda: None) -> None:
    """:func:`copy_database` into a file that may be there, which nobody has open and which is worth nothing
    if this fails.

    Writing over it in place, without a journal, costs half of deleting it and making it anew. It has the
    journal mode of ``source``.
    """
    _copy(source, target, check, ("PRAGMA synchronous = OFF", "PRAGMA journal_mode = OFF"), "")


def _copy(
    source: Path, target: Path, check: Callable[[], None], prepare: tuple[str, ...], finish: str
) -> None:
    try:
        reader = open_raw(source, read_only=True)
    except sqlite3.Error as error:
        raise store_error(error, source) from error
    try:
        os.close(os.open(target, os.O_RDWR | os.O_CREAT, 0o600))  # whoever may read the data, not the copy
        writer = sqlite3.connect(target, isolation_level=None)
    except OSError as error:
        reader.close()
        raise StoreError(f"{target}: cannot be written: {error.strerror or error}") from error
    except sqlite3.Error as error:
        reader.close()
        raise store_error(error, target) from error
    path = source
    try:
        # A read transaction keeps one moment's view for all parts, so that a busy writer does not make the
        # copy begin again.
        reader.execute("BEGIN")
        retry_busy(
            lambda: reader.execute("SELECT count(*) FROM sqlite_master").fetchone(), Deadline(_SECONDS)
        )
        path = target
        for statement in prepare:
            writer.execute(statement)
        reader.backup(writer, pages=_PAGES, progress=lambda *_: check())
        writer.execute(finish)
    except sqlite3.Error as error:
        raise store_error(error, path) from error
    finally:
        reader.close()
        writer.close()


def settle_database(path: Path) -> None:
    """Make ``path``, which nobody has open, one file without a write-ahead log, so that it can be attached
    for reading.
    """
    connection = open_raw(path)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise store_error(error, path) from error
    finally:
        connection.close()
