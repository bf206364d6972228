"""How tables and columns are described: from SQLite's own list, and from what is registered of them. In plain
SQL: the first tab that a window shows asks for it, and SQLAlchemy takes a third of a start.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from lua_engine.base.errors import SchemaError
from lua_engine.schema.model import SYSTEM_COLUMNS, Access, TableSchema, parse_schema
from lua_engine.store.community.template_meta import read_meta
from lua_engine.store.tables.columns import ColumnRow, columns_of
from lua_engine.store.tables.info import ColumnInfo, Generated, TableInfo

_GENERATED: dict[int, Generated] = {2: "virtual", 3: "stored"}


@dataclass(frozen=True, slots=True)
class _Known:
    """What is registered about the tables of a file."""

    schemas: Mapping[str, TableSchema]
    problems: Mapping[str, str]
    policies: Mapping[str, str]
    template: frozenset[str]


def describe_all(raw: sqlite3.Connection, path: Path) -> tuple[TableInfo, ...]:
    """User tables first, then views, then system tables, each sorted by name. Counts nothing and reads no
    rows.
    """
    named = read_meta(raw, "template_tables").get("template_tables", "")
    template = frozenset(name.strip() for name in named.split(","))
    listed = raw.execute(
        "SELECT m.name AS name, m.sql AS sql, l.type AS type FROM sqlite_master AS m "
        "JOIN pragma_table_list AS l ON l.schema = 'main' AND l.name = m.name "
        "WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name"
    ).fetchall()
    known = _Known(*_schemas(raw, path), _policies(raw), template)
    infos = [_describe(raw, name, kind, sql or "", known) for name, sql, kind in listed]
    return tuple(sorted(infos, key=lambda info: (info.kind == "system", info.kind == "view", info.name)))


def _policies(raw: sqlite3.Connection) -> dict[str, str]:
    rows = raw.execute("SELECT name, insert_policy FROM _tables")
    return {name: policy or "owner" for name, policy in rows}


def _schemas(raw: sqlite3.Connection, path: Path) -> tuple[dict[str, TableSchema], dict[str, str]]:
    """The schemas that can be read, and why the others cannot."""
    found, problems = {}, {}
    for name, text in raw.execute("SELECT table_name, schema_json FROM _orm_schemas"):
        try:
            found[name] = parse_schema(text, f"{path.name}: _orm_schemas, {name}")
        except SchemaError as error:
            problems[name] = str(error)
    return found, problems


def _describe(raw: sqlite3.Connection, name: str, kind: str, sql: str, known: _Known) -> TableInfo:
    problem = known.problems.get(name, "")
    try:
        columns = columns_of(raw, name)
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
