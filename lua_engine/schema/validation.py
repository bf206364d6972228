"""Rows checked against a schema, with the messages of contract section 4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lua_engine.base.errors import SchemaError
from lua_engine.schema.model import SYSTEM_COLUMNS, Column, TableSchema
from lua_engine.schema.types import ColumnType, lua_type


def check_insert(schema: TableSchema, values: Mapping[str, Any]) -> None:
    """Raise :class:`SchemaError` unless ``values`` make a whole row; ``auto`` and ``default`` columns may be
    missing.
    """
    check_names(schema, values)
    for column in schema.columns:
        value = values.get(column.name)
        if value is not None and not (column.auto and value == ""):
            _check_value(column, value)
        elif (column.required or column.key) and not column.auto and column.default is None:
            raise SchemaError(f'column "{column.name}" is required')


def check_update(schema: TableSchema, values: Mapping[str, Any]) -> None:
    """Raise :class:`SchemaError` unless each value given fits its column; nothing else is looked at."""
    check_names(schema, values)
    for name, value in values.items():
        column = schema.by_name.get(name)
        if column is None:
            continue
        if value is not None:
            _check_value(column, value)
        elif column.required or column.key:
            raise SchemaError(f'column "{name}" is required')


def check_names(schema: TableSchema, names: Mapping[str, Any]) -> None:
    """Raise :class:`SchemaError` on a name that is no column; names reach SQL text, so this is also the
    guard.
    """
    for name in names:
        if name not in schema.by_name and name not in SYSTEM_COLUMNS:
            shown = name if isinstance(name, str) else repr(name)
            raise SchemaError(f'unknown column "{shown}" in table "{schema.name}"')


def _check_value(column: Column, value: Any) -> None:
    if not column.type.accepts(value):
        raise SchemaError(f'column "{column.name}" expects {column.type}, got {lua_type(value)}')
    if column.type is ColumnType.ENUM and value not in column.keys:
        shown = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        raise SchemaError(f'column "{column.name}": value "{shown}" is not a valid enum option')
