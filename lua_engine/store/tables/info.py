"""Tables and columns described for people: what the Data tab lists."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from sqlalchemy import Connection, select

from lua_engine.base.errors import SchemaError
from lua_engine.schema.model import SYSTEM_COLUMNS, Access, AccessLevel, RoleAccess, TableSchema, parse_schema
from lua_engine.store.system_connections import raw_connection
from lua_engine.store.system_tables import META, ORM_SCHEMAS, TABLES
from lua_engine.store.tables.columns import ColumnRow, columns_of

TableKind = Literal["orm", "classic", "view", "virtual", "system"]
Generated = Literal["", "virtual", "stored"]

_GENERATED: dict[int, Generated] = {2: "virtual", 3: "stored"}


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """One column. ``type`` is the schema's for an ORM table, else as declared, in lower case; ``values`` are
    (key, label) of an enum. ``auto``: filled on insert when nothing is given. ``generated``: SQLite computes
    it,
    nobody writes it.
    """

    name: str
    type: str
    is_system: bool
    is_key: bool
    required: bool
    default: str | None
    values: tuple[tuple[str, str], ...] = ()
    auto: bool = False
    generated: Generated = ""


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One table. ``kind`` is "orm" (made from a schema), "classic", "view", "virtual" or "system".

    ``origin`` is "template" for a table of the installed template, "owner" for another user table. ``sql`` is
    the statement that made it; ``problem`` says what is wrong with its schema, or why its columns are not
    known.
    """

    name: str
    kind: TableKind
    columns: tuple[ColumnInfo, ...]
    insert_policy: str = ""
    access: Mapping[str, AccessLevel] = field(default_factory=lambda: MappingProxyType({}))
    roles: Mapping[str, RoleAccess] = field(default_factory=lambda: MappingProxyType({}))
    origin: str = ""
    sql: str = ""
    problem: str = ""

    @property
    def is_writable(self) -> bool:
        """May its rows be edited in the console? (Views, virtual and system tables may not.)"""
        return self.kind in ("orm", "classic")


@dataclass(frozen=True, slots=True)
class _Known:
    """What is registered about the tables of a file."""

    schemas: Mapping[str, TableSchema]
    problems: Mapping[str, str]
    policies: Mapping[str, str]
    template: frozenset[str]


def describe_all(connection: Connection, path: Path) -> tuple[TableInfo, ...]:
    """User tables first, then views, then system tables, each sorted by name. Counts nothing and reads no
    rows.
    """
    named = connection.execute(select(META.c.value).where(META.c.key == "template_tables")).scalar()
    template = frozenset(name.strip() for name in str(named or "").split(","))
    listed = connection.exec_driver_sql(
        "SELECT m.name AS name, m.sql AS sql, l.type AS type FROM sqlite_master AS m "
        "JOIN pragma_table_list AS l ON l.schema = 'main' AND l.name = m.name "
        "WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name"
    ).all()
    known = _Known(*_schemas(connection, path), _policies(connection), template)
    infos = [_describe(connection, row.name, row.type, row.sql or "", known) for row in listed]
    return tuple(sorted(infos, key=lambda info: (info.kind == "system", info.kind == "view", info.name)))


def _policies(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(TABLES.c.name, TABLES.c.insert_policy))
    return {row.name: row.insert_policy or "owner" for row in rows}


def _schemas(connection: Connection, path: Path) -> tuple[dict[str, TableSchema], dict[str, str]]:
    """The schemas that can be read, and why the others cannot."""
    found, problems = {}, {}
    for row in connection.execute(select(ORM_SCHEMAS.c.table_name, ORM_SCHEMAS.c.schema_json)):
        try:
            found[row.table_name] = parse_schema(
                row.schema_json, f"{path.name}: _orm_schemas, {row.table_name}"
            )
        except SchemaError as error:
            problems[row.table_name] = str(error)
    return found, problems


def _describe(connection: Connection, name: str, kind: str, sql: str, known: _Known) -> TableInfo:
    problem = known.problems.get(name, "")
    try:
        columns = columns_of(raw_connection(connection), name)
    except sqlite3.Error as error:  # a view of a table that is gone, a virtual table of an unknown module
        columns, problem = [], str(error)
    if name.startswith("_") or kind == "shadow":
        plain = tuple(_plain(column, is_system=True) for column in columns)
        return TableInfo(name, "system", plain, sql=sql, problem=problem)
    if kind in ("view", "virtual"):
        plain = tuple(_plain(column, is_system=column.name in SYSTEM_COLUMNS) for column in columns)
        return TableInfo(name, "view" if kind == "view" else "virtual", plain, sql=sql, problem=problem)
    schema, policy = known.schemas.get(name), known.policies.get(name, "owner")
    access = schema.access if schema is not None else Access.of_insert_policy(policy)
    return TableInfo(
        name,
        "classic" if schema is None else "orm",
        tuple(_column(column, schema) for column in columns),
        policy,
        MappingProxyType(dict(access.levels)),
        MappingProxyType(dict(schema.roles) if schema is not None else {}),
        "template" if name in known.template else "owner",
        sql,
        problem,
    )


def _column(row: ColumnRow, schema: TableSchema | None) -> ColumnInfo:
    column = None if schema is None else schema.by_name.get(row.name)
    if column is None:
        return _plain(row, is_system=row.name in SYSTEM_COLUMNS)
    return ColumnInfo(
        row.name,
        str(column.type),
        False,
        column.key,
        column.required or column.key,
        row.dflt_value,
        tuple((value.key, value.label or value.key) for value in column.values),
        column.auto,
        _GENERATED.get(row.hidden, ""),
    )


def _plain(row: ColumnRow, *, is_system: bool) -> ColumnInfo:
    declared = row.type.lower().removesuffix("generated always").strip()
    generated = _GENERATED.get(row.hidden, "")
    return ColumnInfo(
        row.name, declared, is_system, row.pk > 0, bool(row.notnull), row.dflt_value, generated=generated
    )
