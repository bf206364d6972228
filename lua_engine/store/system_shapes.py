"""What Goop2's own tables look like, as plain data, and what of them a file lacks.

That is looked at whenever a site is opened, so it is done without SQLAlchemy: ``system_tables.py`` makes its
tables of the shapes here.

The column lists of ``_group_subscriptions`` and ``_cluster_jobs``, which the contract leaves open, are those
that Goop2 itself creates, so that going back to Goop2 finds what it expects.
"""

from __future__ import annotations

import sqlite3
from typing import Final, NamedTuple


class Shape(NamedTuple):
    """A column. ``default`` is SQL text."""

    name: str
    kind: str = "TEXT"
    default: str | None = None
    required: bool = False
    is_key: bool = False


def _key(name: str) -> Shape:
    return Shape(name, is_key=True)  # nullable as in Goop2's DDL, where a TEXT PRIMARY KEY has no NOT NULL


def _text(name: str, default: str | None = None, *, required: bool = False) -> Shape:
    return Shape(name, default=None if default is None else f"'{default}'", required=required)


def _number(name: str, *, required: bool = False, default: int | None = 0) -> Shape:
    return Shape(name, "INTEGER", None if default is None else str(default), required)


def _moment(name: str) -> Shape:
    return Shape(name, "DATETIME", "CURRENT_TIMESTAMP")


_PEER: Final = (
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

SHAPES: Final[dict[str, tuple[Shape, ...]]] = {
    "_meta": (_key("key"), _text("value")),
    "_tables": (
        _key("name"),
        _text("schema", required=True),
        _text("insert_policy", "owner"),
        _moment("created_at"),
    ),
    "_orm_schemas": (_key("table_name"), _text("schema_json", required=True), _moment("created_at")),
    "_groups": (
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
    ),
    "_group_members": (
        Shape("group_id", required=True, is_key=True),
        Shape("peer_id", required=True, is_key=True),
        _text("role", "viewer"),
    ),
    "_group_subscriptions": (
        Shape("host_peer_id", required=True, is_key=True),
        Shape("group_id", required=True, is_key=True),
        _text("group_name", ""),
        _text("group_type", ""),
        _text("role", "member"),
        _moment("subscribed_at"),
        _number("max_members"),
        _number("volatile"),
        _text("host_name", ""),
    ),
    "_peer_cache": _PEER,
    "_favorites": _PEER,
    "_chat_messages": (
        Shape("id", "INTEGER", is_key=True),
        _text("peer_id", required=True),
        _text("from_id", required=True),
        _text("content", required=True),
        _number("ts", required=True, default=None),  # milliseconds since the epoch
    ),
    "_cluster_jobs": (
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
    ),
}

_PRESENT = """
SELECT m.name, lower(c.name)
FROM main.sqlite_master AS m JOIN pragma_table_xinfo(m.name, 'main') AS c
WHERE m.type = 'table' AND substr(m.name, 1, 1) = '_'
"""


def missing_parts(raw: sqlite3.Connection) -> tuple[list[str], list[tuple[str, str]]]:
    """The tables that are not there, by name, and the (table, column) pairs that the others lack."""
    present = set(raw.execute(_PRESENT).fetchall())
    names = {table for table, _ in present}
    tables = [table for table in sorted(SHAPES) if table not in names]
    columns = [
        (table, one.name)
        for table in sorted(SHAPES)
        if table in names
        for one in SHAPES[table]
        if (table, one.name.lower()) not in present
    ]
    return tables, columns
