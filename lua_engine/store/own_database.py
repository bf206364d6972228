"""Databases of the console's own beside the site: the history of calls, the log. Nobody else reads them, so
they are files with mode 0600, and nothing on the way to them may be a link or a pipe.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from lua_engine.base.errors import StoreError
from lua_engine.site.foreign import check_real, make_own_folder

_ENDINGS = ("", "-wal", "-shm", "-journal")  # SQLite follows links, and waits for pipes


def open_own_database(
    path: Path | None, version: int, ddl: str, upgrades: Mapping[int, str] = MappingProxyType({})
) -> sqlite3.Connection:
    """Open or make the database at ``path`` (None: in memory), with the tables of ``ddl``. ``upgrades`` are
    statements by the version that they bring to the next one.

    Raises :class:`StoreError` for a file of a newer version, which stays untouched, :class:`ForeignFileError`
    for a path that is not a plain file, and ``sqlite3.Error`` or ``OSError`` for what else goes wrong.
    """
    if path is not None:
        _make_private(path)
    connection = sqlite3.connect(path or ":memory:", timeout=5, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > version:
            raise StoreError(
                f"{path}: was written by a newer Goop Console; use that one, or move the file away"
            )
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        steps = "".join(upgrades.get(number, "") for number in range(found, version)) if found else ddl
        if found < version:
            connection.executescript(f"BEGIN;{steps}PRAGMA user_version = {version};COMMIT;")
    except BaseException:
        connection.close()
        raise
    return connection


def read_own_database(path: Path, version: int) -> sqlite3.Connection | None:
    """The database at ``path``, for reading; None when there is none. Raises as :func:`open_own_database`."""
    for ending in _ENDINGS:
        check_real(path.with_name(path.name + ending), path.parent.parent, is_folder=False)
    if not path.exists():
        return None
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] > version:
            raise StoreError(f"{path}: was written by a newer Goop Console; use that one")
    except BaseException:
        connection.close()
        raise
    return connection


def storable(text: str) -> str:
    """Half a surrogate pair, which JSON can say, is no text for SQLite."""
    return text.encode("utf-8", "replace").decode()


def _make_private(path: Path) -> None:
    make_own_folder(path.parent.parent, path.parent.name)
    for ending in _ENDINGS:
        check_real(path.with_name(path.name + ending), path.parent, is_folder=False)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
