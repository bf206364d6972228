"""CREATE TABLE of a schema, in the shape that Goop2 gives its tables."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.types import UserDefinedType

from lua_engine.schema.model import Column as SchemaColumn
from lua_engine.schema.model import TableSchema
from lua_engine.schema.types import ColumnType
from lua_engine.store.script.sql_text import name

SYSTEM_COLUMN_LINES = (
    "_id INTEGER PRIMARY KEY AUTOINCREMENT",
    "_owner TEXT NOT NULL",
    "_owner_email TEXT DEFAULT ''",
    "_created_at DATETIME DEFAULT CURRENT_TIMESTAMP",
    "_updated_at DATETIME DEFAULT CURRENT_TIMESTAMP",
)
_MOMENTS = {
    ColumnType.DATETIME: "CURRENT_TIMESTAMP",
    ColumnType.DATE: "CURRENT_DATE",
    ColumnType.TIME: "CURRENT_TIME",
}


class StoredType(UserDefinedType[object]):
    """A declared SQLite type whose values go in and out as they are stored."""

    cache_ok = True

    def __init__(self, declared: str) -> None:
        self.declared = declared

    def get_col_spec(self, **_options: object) -> str:
        return self.declared


def create_table(schema: TableSchema) -> str:
    """The statement that makes the table."""
    lines = (*SYSTEM_COLUMN_LINES, *(column_definition(column) for column in schema.columns))
    return f"CREATE TABLE {name(schema.name)} (\n\t" + ",\n\t".join(lines) + "\n)"


def default_text(column: SchemaColumn) -> str | None:
    """The DEFAULT of a column as SQL text."""
    match column.default:
        case None:
            return None
        case bool(value):
            return str(int(value))
        case int(value):
            return str(value)
        case float(value):
            return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
        case str(value) if value.upper() == _MOMENTS.get(column.type):
            return value.upper()
        case str(value):
            return literal(value)


def column_definition(column: SchemaColumn) -> str:
    """Name, type and constraints, as they stand in CREATE TABLE and ALTER TABLE."""
    parts = [name(column.name), column.type.sql]
    if column.required or column.key:
        parts.append("NOT NULL")
    default = default_text(column)
    if default is not None:
        parts.append(f"DEFAULT {default}")
    return " ".join(parts)


def literal(value: str | int | float) -> str:
    """``value`` as SQL text."""
    return str(text(":value").bindparams(value=value).compile(compile_kwargs={"literal_binds": True}))
