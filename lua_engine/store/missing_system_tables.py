"""System tables that a database lacks, for those who only read: nothing may be made in the file, so empty
ones stand beside it.

They are temporary objects of one connection, in memory, and SQLite looks there first. A table that lacks
columns is seen through a view which has them, with their defaults. Ask for ``main.NAME`` to see what is in
the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import sqlalchemy
from sqlalchemy import Column, Connection, Table
from sqlalchemy.schema import CreateTable

from lua_engine.store.system_shapes import missing_parts
from lua_engine.store.system_tables import metadata

_VERSION = "goop.missing-system-tables"


def complete(connection: Connection, raw: sqlite3.Connection) -> None:
    """Make ``connection``, which is in no transaction, see every system table with every column. Costs next
    to nothing the next time.
    """
    version = raw.execute("PRAGMA main.schema_version").fetchone()[0]
    if connection.info.get(_VERSION) == version:
        return
    raw.execute("PRAGMA temp_store = MEMORY")
    _drop_all(raw)
    for statement in _statements(connection, raw):
        raw.execute(statement)
    connection.info[_VERSION] = version


def _drop_all(raw: sqlite3.Connection) -> None:
    standing = raw.execute(
        "SELECT type, name FROM sqlite_temp_master "
        "WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'"
    ).fetchall()
    for kind, name in standing:
        raw.execute(f"DROP {kind} temp.{name}")


def _statements(connection: Connection, raw: sqlite3.Connection) -> Iterator[str]:
    tables, columns = missing_parts(raw)
    for name in tables:
        yield str(CreateTable(metadata.tables[name]).compile(dialect=connection.dialect)).replace(
            "CREATE TABLE", "CREATE TEMP TABLE", 1
        )
    lacking: dict[Table, list[Column[object]]] = {}
    for name, column in columns:
        table = metadata.tables[name]
        lacking.setdefault(table, []).append(table.c[column])
    for table, missing in lacking.items():
        added = ", ".join(f"{_default(column)} AS {column.name}" for column in missing)
        yield f"CREATE TEMP VIEW {table.name} AS SELECT rowid, *, {added} FROM main.{table.name}"


def _default(column: Column[object]) -> str:
    """SQL for what a row has in ``column``; NULL where the default is the moment of making it."""
    given = column.server_default
    text = str(given.arg) if isinstance(given, sqlalchemy.DefaultClause) else "NULL"
    return "NULL" if text == "CURRENT_TIMESTAMP" else text
