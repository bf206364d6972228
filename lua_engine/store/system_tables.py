"""Goop2's own tables in data.db: made when missing, completed when a column is missing, never changed
otherwise. What they look like is in :mod:`~lua_engine.store.system_shapes`.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable, ExecutableDDLElement
from sqlalchemy.types import TypeEngine, UserDefinedType

from lua_engine.store.system_shapes import SHAPES, Shape, missing_parts

metadata = MetaData()


class _StoredDatetime(UserDefinedType[str]):
    """Declared DATETIME; the text goes in and out as it is stored."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        return "DATETIME"


_TYPES: dict[str, type[TypeEngine[Any]]] = {"TEXT": Text, "INTEGER": Integer, "DATETIME": _StoredDatetime}


def _column(shape: Shape) -> Column[Any]:
    return Column(
        shape.name,
        _TYPES[shape.kind](),
        primary_key=shape.is_key,
        nullable=not shape.required,
        server_default=None if shape.default is None else text(shape.default),
    )


def _table(name: str, **options: Any) -> Table:
    return Table(name, metadata, *map(_column, SHAPES[name]), **options)


META = _table("_meta")
TABLES = _table("_tables")
ORM_SCHEMAS = _table("_orm_schemas")
GROUPS = _table("_groups")
GROUP_MEMBERS = _table("_group_members")
GROUP_SUBSCRIPTIONS = _table("_group_subscriptions")
PEER_CACHE = _table("_peer_cache")
FAVORITES = _table("_favorites")
CHAT_MESSAGES = _table("_chat_messages", sqlite_autoincrement=True)
Index("_chat_messages_peer", CHAT_MESSAGES.c.peer_id, CHAT_MESSAGES.c.ts.desc())
CLUSTER_JOBS = _table("_cluster_jobs")


def complete(connection: Connection, raw: sqlite3.Connection) -> None:
    """Create what is missing; the connection, which stands on ``raw``, is inside a write transaction."""
    tables, columns = missing_parts(raw)
    for name in tables:
        for statement in _making(name):
            connection.exec_driver_sql(statement)
    for table, column in columns:
        added = _added(metadata.tables[table].c[column])
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {added}")


@cache
def _making(name: str) -> tuple[str, ...]:
    """What makes a table with its indexes: SQLAlchemy takes longer to write it than SQLite to do it."""
    table = metadata.tables[name]
    parts: tuple[ExecutableDDLElement, ...] = (CreateTable(table), *map(CreateIndex, table.indexes))
    return tuple(str(part.compile(dialect=sqlite.dialect())) for part in parts)


def _added(column: Column[object]) -> str:
    """SQLite adds no column with a default that is not constant, nor a NOT NULL one without default."""
    described = str(CreateColumn(column).compile(dialect=sqlite.dialect()))
    return described.replace(" DEFAULT CURRENT_TIMESTAMP", "")
