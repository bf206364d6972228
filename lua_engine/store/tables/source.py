"""One table or view as something to select from: its columns, and what tells its rows apart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Connection, TableClause, and_, bindparam, column, or_, text

from lua_engine.base.errors import StoreError
from lua_engine.store.changes.identifiers import rowid_name
from lua_engine.store.system_connections import raw_connection
from lua_engine.store.tables.columns import columns_of
from lua_engine.store.tables.ddl import StoredType

RowKey = int | tuple[Any, ...]
"""What tells a row apart: its rowid, or the values of the primary key of a WITHOUT ROWID table."""

STORED = StoredType("")
"""Values go in and come out as SQLite stores them."""


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """One column as the file has it. ``affinity`` is "text" or another word (https://sqlite.org/datatype3.html)."""

    name: str
    affinity: str
    is_generated: bool
    is_required: bool


@dataclass(frozen=True, slots=True)
class Source:
    """``key`` are the columns that identify a row; none for a view. ``has_rowid``: the key is one integer."""

    name: str
    table: TableClause
    columns: tuple[SourceColumn, ...]
    key: tuple[str, ...]
    has_rowid: bool
    is_computed: bool
    """Is SQL that somebody wrote run when it is read: that of a view, or of a generated column?"""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.columns)

    def column(self, name: str) -> SourceColumn:
        """The column ``name``; :class:`StoreError` when there is none."""
        found = next((one for one in self.columns if one.name == name), None)
        if found is None:
            raise StoreError(f"table {self.name} has no column {name}")
        return found

    @property
    def key_columns(self) -> tuple[ColumnElement[Any], ...]:
        return tuple(self.table.c[one] for one in self.key)

    def key_of(self, values: tuple[Any, ...]) -> RowKey:
        """The key from the values of ``key_columns``."""
        return int(values[0]) if self.has_rowid else values

    def has_key(self, key: RowKey) -> ColumnElement[bool]:
        """Is it the row ``key``?"""
        values = key if isinstance(key, tuple) else (key,)
        return and_(*(one == stored(value) for one, value in zip(self.key_columns, values, strict=True)))

    def is_one_of(self, keys: Sequence[RowKey]) -> ColumnElement[bool]:
        """Is it one of the rows ``keys``? To be executed with :meth:`parameters` of them: for rowids it is
        one text
        for any number of them, compiled once.
        """
        if self.has_rowid:
            return self.key_columns[0].in_(text("SELECT value FROM json_each(:keys)"))
        return or_(*(self.has_key(key) for key in keys))

    def parameters(self, keys: Sequence[RowKey]) -> dict[str, Any]:
        return {"keys": json.dumps(list(keys))} if self.has_rowid else {}


def stored(value: Any) -> ColumnElement[Any]:
    """``value`` as a parameter that compares as the stored one does."""
    return bindparam(None, value, type_=STORED)


def describe_source(connection: Connection, name: str) -> Source:
    """The table or view ``name``; :class:`StoreError` when there is none."""
    rows = columns_of(raw_connection(connection), name)
    if not rows:
        raise StoreError(f"there is no table {name}")
    names = tuple(row.name for row in rows)
    listed = connection.exec_driver_sql(
        "SELECT type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ?", (name,)
    ).first()
    key: tuple[str, ...] = ()
    has_rowid = False
    if listed is not None and listed.type != "view":
        if listed.wr:
            key = tuple(one for _place, one in sorted((row.pk, row.name) for row in rows if row.pk))
        else:
            alias = rowid_name(names)
            key, has_rowid = ((alias,), True) if alias is not None else ((), False)
    hidden = [one for one in key if one not in names]
    table = sqlalchemy.table(name, *(column(one, STORED) for one in (*names, *hidden)), schema="main")
    columns = tuple(
        SourceColumn(row.name, affinity(row.type), row.hidden in (2, 3), bool(row.notnull)) for row in rows
    )
    is_stored = listed is not None and listed.type == "table"
    is_computed = not is_stored or any(row.hidden == 2 for row in rows)
    return Source(name, table, columns, key, has_rowid, is_computed)


def affinity(declared: str) -> str:
    """SQLite's rules, in their order."""
    kind = declared.upper()
    if "INT" in kind:
        return "integer"
    if any(word in kind for word in ("CHAR", "CLOB", "TEXT")):
        return "text"
    if not kind or "BLOB" in kind:
        return "blob"
    return "real" if any(word in kind for word in ("REAL", "FLOA", "DOUB")) else "numeric"
