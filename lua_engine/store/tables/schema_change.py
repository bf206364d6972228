"""A table's schema changed: what would happen to the table, and doing it.

SQLite can add a column to a table and little else; what it cannot do is said instead of half done. Nobody's
rows are
touched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from lua_engine.base.errors import SchemaError
from lua_engine.schema.model import Column, TableSchema, parse_schema
from lua_engine.store.changes.identifiers import quoted
from lua_engine.store.database import Database
from lua_engine.store.system_tables import ORM_SCHEMAS
from lua_engine.store.tables import ddl


@dataclass(frozen=True, slots=True)
class SchemaPlan:
    """What a new schema would do. ``changes`` are sentences, ``refusals`` say what cannot be done (then
    nothing is),
    ``warnings`` what one should know. ``statements`` are the SQL.
    """

    schema: TableSchema
    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()

    @property
    def can_apply(self) -> bool:
        return bool(self.changes) and not self.refusals


class SchemaChanges:
    """Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def text(self, table: str) -> str:
        """The schema of an ORM table as JSON for people; :class:`SchemaError` when it has none."""
        with self._database.system_read() as connection:
            return json.dumps(json.loads(_stored(connection, table)), indent=2, ensure_ascii=False)

    def plan(self, table: str, text: str) -> SchemaPlan:
        """What ``text`` would change; :class:`SchemaError` names what is wrong with it."""
        new = parse_schema(text, table)
        with self._database.system_read() as connection:
            old = parse_schema(_stored(connection, table), table)
            rows = connection.exec_driver_sql(f"SELECT 1 FROM main.{quoted(table)} LIMIT 1").first()
            return _planned(old, new, connection, has_rows=rows is not None)

    def apply(self, table: str, text: str, write_file: Callable[[str], None]) -> SchemaPlan:
        """Do it, all or nothing. ``write_file`` puts the schema's JSON into the site's ``schemas`` folder;
        when it
        fails, the table stays as it was.
        """
        new = parse_schema(text, table)
        with self._database.system_write(origin="window") as connection:
            old = parse_schema(_stored(connection, table), table)
            rows = connection.exec_driver_sql(f"SELECT 1 FROM main.{quoted(table)} LIMIT 1").first()
            plan = _planned(old, new, connection, has_rows=rows is not None)
            if plan.refusals:
                raise SchemaError("; ".join(plan.refusals))
            for statement in plan.statements:
                connection.exec_driver_sql(statement)
            stored = json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)
            connection.execute(
                update(ORM_SCHEMAS).where(ORM_SCHEMAS.c.table_name == table).values(schema_json=stored)
            )
            write_file(text if text.endswith("\n") else f"{text}\n")
        return plan


def _stored(connection: Connection, table: str) -> str:
    found = connection.execute(
        select(ORM_SCHEMAS.c.schema_json).where(ORM_SCHEMAS.c.table_name == table)
    ).scalar()
    if found is None:
        raise SchemaError(f"{table} has no schema: it was not made from one")
    return str(found)


def _planned(old: TableSchema, new: TableSchema, connection: Connection, *, has_rows: bool) -> SchemaPlan:
    changes: list[str] = []
    warnings: list[str] = []
    refusals: list[str] = []
    statements: list[str] = []
    if new.name != old.name:
        refusals.append(f"the name stays {old.name}: make a new table instead")
    if new.system_key != old.system_key:
        refusals.append("the key of an existing table cannot be changed")
    for column in new.columns:
        before = old.by_name.get(column.name)
        if before is None:
            refusal = _cannot_add(column, has_rows)
            if refusal:
                refusals.append(refusal)
                continue
            changes.append(f"adds the column {column.name} ({column.type})")
            statements.append(
                f"ALTER TABLE main.{quoted(old.name)} ADD COLUMN {ddl.column_definition(column)}"
            )
            continue
        refusals += _cannot_change(before, column)
        changes += _changed(before, column)
        warnings += _values_in_use(connection, old.name, before, column)
    for name in old.by_name:
        if name not in new.by_name:
            refusals.append(f"{name}: a column is not removed here, its values would be lost")
    if new.access != old.access or new.roles != old.roles:
        changes.append("changes who may do what from a page")
    if new.to_json() != old.to_json() and not changes and not refusals:
        changes.append("changes the schema only, not the table")
    return SchemaPlan(new, tuple(changes), tuple(warnings), tuple(refusals), tuple(statements))


def _cannot_add(column: Column, has_rows: bool) -> str:
    """What SQLite cannot add (https://sqlite.org/lang_altertable.html)."""
    default = ddl.default_text(column)
    if column.key:
        return f"{column.name}: a key column cannot be added to an existing table"
    if column.required and default is None and has_rows:
        return f"{column.name}: the existing rows would have no value: give it a default, or not required"
    if default is not None and default.startswith("CURRENT_"):
        return f"{column.name}: SQLite cannot add a column whose default is {default}; use auto instead"
    if column.required and default is None:
        return f"{column.name}: SQLite adds a required column only with a default"
    return ""


def _cannot_change(before: Column, after: Column) -> Iterator[str]:
    if before.type is not after.type and before.type.sql != after.type.sql:
        yield f"{before.name}: SQLite cannot change the type of a column ({before.type} to {after.type})"
    if before.key != after.key:
        yield f"{before.name}: the key of an existing table cannot be changed"
    if before.default != after.default:
        yield f"{before.name}: SQLite cannot change the default of an existing column"


def _changed(before: Column, after: Column) -> Iterator[str]:
    added = [value.key for value in after.values if value.key not in before.keys]
    gone = [value.key for value in before.values if value.key not in after.keys]
    if added:
        yield f"{after.name}: allows {', '.join(added)} too"
    if gone:
        yield f"{after.name}: no longer allows {', '.join(gone)}"
    if before.type is not after.type and before.type.sql == after.type.sql:
        yield f"{after.name}: is {after.type} now, was {before.type}"
    if before.required != after.required:
        yield (
            f"{after.name}: goop.orm {'no longer' if before.required else 'now'} requires a value; "
            "the table does not"
        )
    if before.auto != after.auto:
        yield f"{after.name}: is {'now' if after.auto else 'no longer'} filled automatically"


def _values_in_use(connection: Connection, table: str, before: Column, after: Column) -> Iterator[str]:
    for value in before.values:
        if value.key in after.keys or not after.values:
            continue
        sql = f"SELECT count(*) FROM main.{quoted(table)} WHERE {quoted(before.name)} = ?"
        rows = connection.exec_driver_sql(sql, (value.key,)).scalar_one()
        if rows:
            noun = "row" if rows == 1 else "rows"
            yield f"{before.name}: {rows:,} {noun} with {value.key}, which would not be allowed"
