"""User tables made and removed, with their registration in Goop2's own tables; inside a write transaction."""

from __future__ import annotations

from sqlalchemy import Connection, delete
from sqlalchemy.dialects.sqlite import insert

from lua_engine.base.errors import SchemaError
from lua_engine.schema.model import TableSchema
from lua_engine.store.changes.identifiers import quoted
from lua_engine.store.system_tables import ORM_SCHEMAS, TABLES
from lua_engine.store.tables import ddl


def create_registered(connection: Connection, schema: TableSchema, insert_policy: str) -> None:
    """Make the table in Goop2's shape; :class:`SchemaError` when the name is taken."""
    if _exists(connection, schema.name):
        raise SchemaError(f"table {schema.name} already exists")
    statement = ddl.create_table(schema)
    connection.exec_driver_sql(statement)
    connection.execute(
        insert(TABLES)
        .prefix_with("OR REPLACE")
        .values(name=schema.name, schema=statement, insert_policy=insert_policy)
    )
    connection.execute(
        insert(ORM_SCHEMAS)
        .prefix_with("OR REPLACE")
        .values(table_name=schema.name, schema_json=schema.to_json())
    )


def drop_registered(connection: Connection, name: str) -> bool:
    """Remove it; False when there is none of that name."""
    found = _exists(connection, name)
    if found:
        connection.exec_driver_sql(f"DROP TABLE {quoted(name)}")
    connection.execute(delete(TABLES).where(TABLES.c.name == name))
    connection.execute(delete(ORM_SCHEMAS).where(ORM_SCHEMAS.c.table_name == name))
    return found


def _exists(connection: Connection, name: str) -> bool:
    found = connection.exec_driver_sql(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(?)", (name,)
    )
    return found.first() is not None
