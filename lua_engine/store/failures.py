"""SQLite's errors in our words: where a person can do something about it, the message says what."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from pathlib import Path

from lua_engine.base.errors import StoreError
from lua_engine.store.bounds import beyond_bounds

# Which program it is cannot be asked: SQLite's locks do not say who has them.
WAITING = "Waiting: Goop2 (or another program) is writing to data.db"
BUSY_HERE = "another call is still writing to data.db; try again in a moment"
OUT_OF_MEMORY = "the statement needs too much memory"

_BINDINGS = re.compile(r"statement uses (\d+), and there are (\d+) supplied")

# Primary result codes (https://sqlite.org/rescode.html) that are about the file, not about the statement.
_FILE_TROUBLE = {
    sqlite3.SQLITE_NOTADB: "is not an SQLite database; restore a backup, or move the file away to start with "
    "an empty one",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore a backup, or repair it with `sqlite3 data.db .recover`",
    sqlite3.SQLITE_READONLY: "cannot be written; check the permissions of the file and its folder",
    sqlite3.SQLITE_PERM: "cannot be opened; check the permissions of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that the folder exists and may be written",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full; free some space and try again",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error",
}

_ROOM_TO_OPEN = 64 * 1024  # bytes: the shared memory file of an open database takes half of it


class StillBusy(sqlite3.OperationalError):
    """Another program had the file for itself all the while; ``waited`` is how long, in seconds."""

    def __init__(self, waited: float) -> None:
        super().__init__(f"busy for {waited:.1f} s")
        self.waited = waited
        self.sqlite_errorcode = sqlite3.SQLITE_BUSY


def primary_code(error: BaseException) -> int:
    """The primary SQLite result code of ``error``, 0 when it has none."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else 0


def is_busy(error: BaseException) -> bool:
    """Has another program the file for itself?
    (PROTOCOL: it was so for too many of SQLite's own attempts.)
    """
    return primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)


def is_interrupted(error: BaseException) -> bool:
    return primary_code(error) == sqlite3.SQLITE_INTERRUPT


def file_trouble(error: BaseException, path: Path) -> str | None:
    """What is wrong with the file, or None when ``error`` is about the statement."""
    trouble = _trouble(error, path)
    return None if trouble is None else f"{path}: {trouble}"


def _trouble(error: BaseException, path: Path) -> str | None:
    code = primary_code(error)
    # Where not even the files beside data.db can be made, SQLite reports a plain fault of the disk.
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and _is_disk_full(path.parent):
        code = sqlite3.SQLITE_FULL
    elif code == sqlite3.SQLITE_CANTOPEN and path.is_file() and not os.access(path, os.R_OK):
        code = sqlite3.SQLITE_PERM
    return _FILE_TROUBLE.get(code)


def _is_disk_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _ROOM_TO_OPEN
    except OSError:  # the folder is gone: that is the trouble, and SQLite has said it
        return False


def busy_message(error: BaseException, path: Path) -> str:
    """Who keeps us waiting, and for how long."""
    waited = error.waited if isinstance(error, StillBusy) else 0.0
    waited_words = f" (waited {waited:.1f}".removesuffix(".0") + " s)" if waited >= 0.1 else ""
    who = "Goop2 (or another program)" if path.name == "data.db" else "another program"
    return f"{who} is writing to {path.name}{waited_words}; try again in a moment"


def replaced_message(path: Path) -> str:
    """The file is not the one that was opened."""
    return (
        f"{path}: another program has replaced, removed or begun to write this file; "
        "close the site and open it again"
    )


def store_error(error: BaseException, path: Path) -> StoreError:
    """The error of a statement of our own (not a script's)."""
    if is_busy(error):
        return StoreError(busy_message(error, path))
    if is_interrupted(error):
        return StoreError(f"{path}: the query took too long and was ended")
    if isinstance(error, MemoryError):
        return StoreError(f"{path}: {OUT_OF_MEMORY}")
    return StoreError(beyond_bounds(error) or file_trouble(error, path) or f"{path}: {error}")


def statement_message(error: BaseException, path: Path) -> str:
    """What a script is told: SQLite's own text, unless it is about the file."""
    if is_busy(error):
        return busy_message(error, path)
    if isinstance(error, MemoryError):
        return OUT_OF_MEMORY
    bindings = _BINDINGS.search(str(error))
    if bindings is not None:
        return (
            f"the statement has {bindings[1]} placeholders (?), {bindings[2]} values were given; "
            "a nil ends a list of values"
        )
    if isinstance(error, UnicodeEncodeError):
        return "the SQL text is not valid UTF-8"
    if "user-defined function raised" in str(error):  # the only ones are those of text_functions.py
        return "instr, replace and trim need text that is valid UTF-8"
    trouble = _trouble(error, path)
    return str(error) if trouble is None else f"{path.name}: {trouble}"
