"""Classic tables: user tables without a schema, made and widened as Goop2 does it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.dialects.sqlite import insert

from lua_engine.base.errors import SchemaError
from lua_engine.schema.model import SYSTEM_COLUMNS, is_identifier
from lua_engine.store.database import Database
from lua_engine.store.script import sql_text
from lua_engine.store.system_tables import TABLES
from lua_engine.store.tables.ddl import SYSTEM_COLUMN_LINES, literal

_TYPES = ("TEXT", "INTEGER", "REAL", "BLOB", "NUMERIC", "DATETIME", "DATE", "TIME", "BOOLEAN")


@dataclass(frozen=True, slots=True)
class ClassicColumn:
    """A column of a classic table; ``default`` is a value, None for none."""

    name: str
    type: str = "TEXT"
    not_null: bool = False
    default: str | int | float | None = None

    def line(self) -> str:
        """The column in CREATE TABLE. Raises :class:`SchemaError` for a name or type that cannot be one."""
        if not is_identifier(self.name) or self.name.lower() in SYSTEM_COLUMNS:
            raise SchemaError(f"{self.name[:64]!r} cannot be a column's name")
        if self.type.upper() not in _TYPES:
            raise SchemaError(
                f"column {self.name}: unknown type {self.type[:32]!r} (known: {', '.join(_TYPES)})"
            )
        default = "" if self.default is None else f" DEFAULT {literal(self.default)}"
        return (
            f"{sql_text.name(self.name)} {self.type.upper()}{' NOT NULL' if self.not_null else ''}{default}"
        )


def create_classic(database: Database, table: str, columns: list[ClassicColumn], *, origin: str) -> None:
    """Make the table and register it; :class:`SchemaError` when the name is taken or cannot be one."""
    if not is_identifier(table) or table.startswith("_") or table.lower().startswith("sqlite_"):
        raise SchemaError(f"{table[:64]!r} cannot be a table's name")
    if not columns:
        raise SchemaError("at least one column required")
    lines = (*SYSTEM_COLUMN_LINES, *(column.line() for column in columns))
    statement = f"CREATE TABLE {sql_text.name(table)} (\n\t" + ",\n\t".join(lines) + "\n)"
    with database.system_write(origin=origin) as connection:
        taken = "SELECT 1 FROM sqlite_master WHERE lower(name) = lower(?)"
        if connection.exec_driver_sql(taken, (table,)).first() is not None:
            raise SchemaError(f"table {table} already exists")
        connection.exec_driver_sql(statement)
        connection.execute(
            insert(TABLES)
            .prefix_with("OR REPLACE")
            .values(name=table, schema=statement, insert_policy="owner")
        )


def add_column(database: Database, table: str, column: ClassicColumn, *, origin: str) -> None:
    """Widen the table ``table``, which must be there."""
    with database.system_write(origin=origin) as connection:
        connection.exec_driver_sql(f"ALTER TABLE {sql_text.name(table)} ADD COLUMN {column.line()}")
