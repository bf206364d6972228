"""Goop2's own tables in data.db: made when missing, completed when a column is missing, never changed
otherwise.

The column lists of ``_group_subscriptions`` and ``_cluster_jobs``, which the contract leaves open, are those
that Goop2 itself creates, so that going back to Goop2 finds what it expects.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, Text, inspect, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateColumn
from sqlalchemy.types import UserDefinedType

metadata = MetaData()


class _StoredDatetime(UserDefinedType[str]):
    """Declared DATETIME; the text goes in and out as it is stored."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        return "DATETIME"


def _key(name: str) -> Column[str]:
    # Nullable as in Goop2's DDL, where a TEXT PRIMARY KEY has no NOT NULL.
    return Column(name, Text, primary_key=True, nullable=True)


def _text(name: str, default: str | None = None, *, required: bool = False) -> Column[str]:
    server_default = None if default is None else text(f"'{default}'")
    return Column(name, Text, nullable=not required, server_default=server_default)


def _number(name: str, *, required: bool = False, default: int | None = 0) -> Column[int]:
    return Column(
        name, Integer, nullable=not required, server_default=None if default is None else text(str(default))
    )


def _moment(name: str) -> Column[str]:
    return Column(name, _StoredDatetime(), server_default=text("CURRENT_TIMESTAMP"))


def _peer_columns() -> tuple[Column[str] | Column[int], ...]:
    return (
        _key("peer_id"),
        _text("content", "", required=True),
        _text("email", "", required=True),
        _text("avatar_hash", "", required=True),
        _number("video_disabled", required=True),
        _text("active_template", "", required=True),
        _number("verified", required=True),
        _text("addrs", "[]", required=True),
        _moment("last_seen"),
        _text("protocols", "[]", required=True),
        _text("public_key", "", required=True),
    )


META = Table("_meta", metadata, _key("key"), _text("value"))

TABLES = Table(
    "_tables",
    metadata,
    _key("name"),
    _text("schema", required=True),
    _text("insert_policy", "owner"),
    _moment("created_at"),
)

ORM_SCHEMAS = Table(
    "_orm_schemas", metadata, _key("table_name"), _text("schema_json", required=True), _moment("created_at")
)

GROUPS = Table(
    "_groups",
    metadata,
    _key("id"),
    _text("name", required=True),
    _text("owner", ""),
    _text("group_type", ""),
    _text("group_context", ""),
    _number("max_members"),
    _moment("created_at"),
    _number("host_joined"),
    _number("volatile"),
    _text("default_role", "viewer"),
    _text("roles", "[]"),
)

GROUP_MEMBERS = Table(
    "_group_members",
    metadata,
    Column("group_id", Text, primary_key=True),
    Column("peer_id", Text, primary_key=True),
    _text("role", "viewer"),
)

GROUP_SUBSCRIPTIONS = Table(
    "_group_subscriptions",
    metadata,
    Column("host_peer_id", Text, primary_key=True),
    Column("group_id", Text, primary_key=True),
    _text("group_name", ""),
    _text("group_type", ""),
    _text("role", "member"),
    _moment("subscribed_at"),
    _number("max_members"),
    _number("volatile"),
    _text("host_name", ""),
)

PEER_CACHE = Table("_peer_cache", metadata, *_peer_columns())
FAVORITES = Table("_favorites", metadata, *_peer_columns())

CHAT_MESSAGES = Table(
    "_chat_messages",
    metadata,
    Column("id", Integer, primary_key=True, nullable=True),
    _text("peer_id", required=True),
    _text("from_id", required=True),
    _text("content", required=True),
    _number("ts", required=True, default=None),  # milliseconds since the epoch
    sqlite_autoincrement=True,
)
Index("_chat_messages_peer", CHAT_MESSAGES.c.peer_id, CHAT_MESSAGES.c.ts.desc())

CLUSTER_JOBS = Table(
    "_cluster_jobs",
    metadata,
    _key("id"),
    _text("group_id", required=True),
    _text("type", required=True),
    _text("mode", "oneshot"),
    _text("payload", "{}"),
    _number("priority"),
    _number("timeout_s"),
    _number("max_retry"),
    _text("status", "pending"),
    _text("worker_id", ""),
    _text("result", "{}"),
    _text("error", ""),
    _number("progress"),
    _text("progress_msg", ""),
    _number("retries"),
    _text("created_at", ""),
    _text("started_at", ""),
    _text("done_at", ""),
    _number("elapsed_ms"),
)


def missing_parts(connection: Connection) -> tuple[list[Table], list[tuple[Table, Column[object]]]]:
    """The tables that are not there, and the columns that the others lack."""
    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    tables = [table for table in metadata.sorted_tables if table.name not in present]
    columns = []
    for table in metadata.sorted_tables:
        if table.name in present:
            names = {column["name"].lower() for column in inspector.get_columns(table.name)}
            columns += [(table, column) for column in table.columns if column.name.lower() not in names]
    return tables, columns


def complete(connection: Connection) -> None:
    """Create what :func:`missing_parts` found; the connection is inside a write transaction."""
    tables, columns = missing_parts(connection)
    metadata.create_all(connection, tables=tables, checkfirst=False)
    for table, column in columns:
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {_added(column)}")


def _added(column: Column[object]) -> str:
    """SQLite adds no column with a default that is not constant, nor a NOT NULL one without default."""
    described = str(CreateColumn(column).compile(dialect=sqlite.dialect()))
    return described.replace(" DEFAULT CURRENT_TIMESTAMP", "")
