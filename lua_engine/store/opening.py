"""The first connections to data.db, which show whether the file is a database."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from pathlib import Path

from lua_engine.base.deadline import Deadline
from lua_engine.store.connections import open_raw
from lua_engine.store.external_writes import ExternalWrites
from lua_engine.store.failures import store_error
from lua_engine.store.waiting import Waiting


def open_file(
    path: Path, waiting: Waiting, deadline: Deadline, *, read_only: bool
) -> tuple[sqlite3.Connection, ExternalWrites]:
    """A connection, in WAL mode unless ``read_only``, and the look at what other programs write. Raises
    :class:`StoreError`; then none stays open.
    """
    connections = ExitStack()

    def connect(*, read_only_file: bool) -> sqlite3.Connection:
        connection = waiting.until_free(
            lambda: open_raw(path, read_only=read_only_file, missing_is_empty=read_only), deadline
        )
        connections.callback(connection.close)
        return connection

    with connections:
        try:
            probe = connect(read_only_file=read_only)
            if not read_only:
                waiting.until_free(lambda: probe.execute("PRAGMA journal_mode = WAL").fetchall(), deadline)
            waiting.until_free(
                lambda: probe.execute("SELECT count(*) FROM sqlite_master").fetchall(), deadline
            )
            monitor = connect(read_only_file=True)
            external = waiting.until_free(lambda: ExternalWrites(monitor), deadline)
        except sqlite3.Error as error:
            raise store_error(error, path) from error
        connections.pop_all()
    return probe, external
