"""Which rows of a table differ between two states of the file, on a connection that has both: ``main`` and
``now`` (``store/changes/old_state.py``). SQLite compares: Python sees only what differs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from lua_engine.store.changes.identifiers import quoted, rowid_name
from lua_engine.store.tables.reading import LongValue, cut_cell

MAX_ROWS = 500  # of each kind: added; changed or deleted
_MAX_COLUMNS = 900  # SQLite's limit is 2,000 for a statement, and each is read twice

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The rows of one table that differ, by rowid, long values cut: as they were, and as they are."""

    columns: tuple[str, ...]
    before: Mapping[int, Row]
    after: Mapping[int, Row]


@dataclass(frozen=True, slots=True)
class _Table:
    """``compared`` are the columns that somebody wrote: what SQLite computes follows from them."""

    name: str
    alias: str
    columns: tuple[str, ...]
    compared: tuple[str, ...]


def comparable_tables(connection: sqlite3.Connection) -> list[str]:
    """The tables of the old state whose rows have a number."""
    listed = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT wr "
        "AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name"
    )
    return [row[0] for row in listed]


def difference(connection: sqlite3.Connection, name: str) -> Difference | None:
    """What differs in the table ``name``; None when it has other columns by now, or cannot be compared."""
    table = _described(connection, name)
    if table is None:
        return None
    keys = _keys(connection, _changed(table))
    before, after = (_rows(connection, schema, table, keys) for schema in ("main", "now"))
    gone = len(keys) - len(after) if len(keys) < MAX_ROWS else None
    added = _rows(connection, "now", table, _added(connection, table, gone))
    return Difference(table.columns, before, after | added)


def _described(connection: sqlite3.Connection, name: str) -> _Table | None:
    was, now = (_columns(connection, schema, name) for schema in ("main", "now"))
    columns = tuple(column for column, _is_generated in was)
    compared = tuple(column for column, is_generated in was if not is_generated)
    alias = rowid_name(columns)
    if was != now or alias is None or not compared or len(columns) > _MAX_COLUMNS:
        return None
    return _Table(name, alias, columns, compared)


def _columns(connection: sqlite3.Connection, schema: str, name: str) -> list[tuple[str, bool]]:
    rows = connection.execute(f"PRAGMA {schema}.table_xinfo({quoted(name)})").fetchall()
    return [(row[1], row[6] in (2, 3)) for row in rows if row[6] != 1]


def _changed(table: _Table) -> str:
    """SQL for the numbers of rows that are not there any more, or not the same, byte by byte."""
    name, alias = quoted(table.name), quoted(table.alias)
    own = [quoted(column) for column in table.compared]
    was, now = (", ".join(f"{place}.{one} COLLATE BINARY" for one in own) for place in ("a", "b"))
    was_types, now_types = (", ".join(f"typeof({place}.{one})" for one in own) for place in ("a", "b"))
    return (
        f"SELECT a.{alias} FROM main.{name} AS a LEFT JOIN now.{name} AS b ON b.{alias} = a.{alias} "
        f"WHERE b.{alias} IS NULL OR ({was}) IS NOT ({now}) OR ({was_types}) IS NOT ({now_types}) "
        f"LIMIT {MAX_ROWS}"
    )


def _added(connection: sqlite3.Connection, table: _Table, gone: int | None) -> list[int]:
    """The numbers of rows that were not there. Mostly they are the highest, which needs no second look at the
    whole table: that is made when the numbers of rows do not add up (``gone`` were deleted, None: not known).
    """
    name, alias = quoted(table.name), quoted(table.alias)
    highest = _number(connection, f"SELECT max({alias}) FROM main.{name}")
    above = "1" if highest is None else f"{alias} > {highest}"
    found = _keys(connection, f"SELECT {alias} FROM now.{name} WHERE {above} LIMIT {MAX_ROWS}")
    if highest is None or len(found) == MAX_ROWS:
        return found
    was, now = (_number(connection, f"SELECT count(*) FROM {place}.{name}") for place in ("main", "now"))
    if gone is not None and (was or 0) - gone + len(found) == now:
        return found
    was_there = f"EXISTS (SELECT 1 FROM main.{name} AS a WHERE a.{alias} = b.{alias})"
    return _keys(connection, f"SELECT b.{alias} FROM now.{name} AS b WHERE NOT {was_there} LIMIT {MAX_ROWS}")


def _keys(connection: sqlite3.Connection, sql: str) -> list[int]:
    return [row[0] for row in connection.execute(sql)]


def _number(connection: sqlite3.Connection, sql: str) -> int | None:
    found: int | None = connection.execute(sql).fetchone()[0]
    return found


def _rows(
    connection: sqlite3.Connection, schema: str, table: _Table, keys: Collection[int]
) -> dict[int, Row]:
    parts = [part for column in table.columns for part in cut_cell(column)]
    alias, found = quoted(table.alias), {}
    sql = f"SELECT {alias}, {', '.join(parts)} FROM {schema}.{quoted(table.name)} WHERE {alias} = ?"
    for key in keys:
        row = connection.execute(sql, (key,)).fetchone()
        if row is not None:
            pairs = zip(row[1::2], row[2::2], strict=True)
            found[key] = tuple(value if size is None else LongValue(value, size) for value, size in pairs)
    return found
