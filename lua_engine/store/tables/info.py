"""Tables and columns described for people: what the Data tab lists."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, func, select, table
from sqlalchemy.exc import DBAPIError

from lua_engine.base.errors import SchemaError
from lua_engine.schema.model import SYSTEM_COLUMNS, Access, TableSchema, parse_schema
from lua_engine.store.system_tables import ORM_SCHEMAS, TABLES

_COUNT_SECONDS = 0.5
"""Counting rows stops after this long; the tables that are left have no count."""


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """One column. ``type`` is the schema's for an ORM table, else as declared; ``values`` are (key, label) of
    an enum.
    """

    name: str
    type: str
    is_system: bool
    is_key: bool
    required: bool
    default: str | None
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One table. ``kind`` is "orm", "classic" or "system"; ``row_count`` None: too many to count quickly."""

    name: str
    kind: str
    columns: tuple[ColumnInfo, ...]
    row_count: int | None
    insert_policy: str = ""
    access: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def describe_all(connection: Connection, path: Path, *, count: bool) -> tuple[TableInfo, ...]:
    """User tables first, then system tables, each sorted by name."""
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    schemas = _schemas(connection, path)
    policies = {
        row.name: row.insert_policy or "owner"
        for row in connection.execute(select(TABLES.c.name, TABLES.c.insert_policy))
    }
    until = time.monotonic() + (_COUNT_SECONDS if count else 0.0)
    infos = [
        _describe(connection, name, schemas.get(name), policies.get(name, "owner"), until)
        for name in names.scalars().all()
    ]
    return tuple(sorted(infos, key=lambda info: (info.kind == "system", info.name)))


def _schemas(connection: Connection, path: Path) -> dict[str, TableSchema]:
    """The schemas that can be read; a table whose schema is broken is shown as a classic one."""
    found = {}
    for row in connection.execute(select(ORM_SCHEMAS.c.table_name, ORM_SCHEMAS.c.schema_json)):
        try:
            found[row.table_name] = parse_schema(row.schema_json, f"{path}: {row.table_name}")
        except SchemaError:
            continue
    return found


def _describe(
    connection: Connection, name: str, schema: TableSchema | None, policy: str, until: float
) -> TableInfo:
    try:
        columns = columns_of(connection, name)
        rows = count_rows(connection, name) if time.monotonic() < until else None
    except (
        DBAPIError
    ):  # a view of a table that is gone, a virtual table of an unknown module: listed, without its columns
        columns, rows = [], None
    if name.startswith("_"):
        return TableInfo(name, "system", tuple(_plain(column, is_system=True) for column in columns), rows)
    access = schema.access if schema is not None else Access.of_insert_policy(policy)
    described = tuple(_column(column, schema) for column in columns)
    levels = MappingProxyType(
        {"read": access.read, "insert": access.insert, "update": access.update, "delete": access.delete}
    )
    return TableInfo(name, "classic" if schema is None else "orm", described, rows, policy, levels)


def columns_of(connection: Connection, name: str) -> list[Any]:
    """Rows of ``table_info``: name, type, notnull, dflt_value, pk; empty for a table that is not there."""
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    return list(connection.exec_driver_sql(f"PRAGMA main.table_info({quoted})"))


def count_rows(connection: Connection, name: str) -> int:
    return int(connection.execute(select(func.count()).select_from(table(name, schema="main"))).scalar_one())


def _column(row: Any, schema: TableSchema | None) -> ColumnInfo:
    column = None if schema is None else schema.by_name.get(row.name)
    if column is None:
        return _plain(row, is_system=row.name in SYSTEM_COLUMNS)
    values = tuple((value.key, value.label or value.key) for value in column.values)
    return ColumnInfo(
        row.name, str(column.type), False, column.key, column.required or column.key, row.dflt_value, values
    )


def _plain(row: Any, *, is_system: bool) -> ColumnInfo:
    return ColumnInfo(row.name, row.type.lower(), is_system, row.pk > 0, bool(row.notnull), row.dflt_value)
