"""The rows of one ORM table, as scripts read and write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.errors import SchemaError, ScriptError
from lua_engine.schema.model import SYSTEM_COLUMNS
from lua_engine.schema.types import ColumnType, automatic_text
from lua_engine.schema.validation import check_insert, check_names, check_update
from lua_engine.store.database import Database
from lua_engine.store.script import sql_text
from lua_engine.store.script.sql_text import Query
from lua_engine.store.script.statements import RowStream, Scope, ScriptWriter, bound, is_beyond_lua
from lua_engine.store.tables.catalog import OrmTable

_ALL = Query()


@dataclass(frozen=True, slots=True)
class Changes:
    """What an update sets: values, and SQL expressions that the script's author wrote (``goop.expr``)."""

    values: Mapping[str, Any]
    expressions: Mapping[str, str]


class OrmRows:
    """Operations on one table on account of one call.

    They raise :class:`SchemaError` for values that do not fit the schema, :class:`ScriptError` with SQLite's
    words for SQL that does not run, :class:`CallKilled` at the end of the call's time. System columns and
    generated ones in given values are left out: ``_owner`` is always the caller, and a row that was read can
    be given back whole. ``warn`` hears of a generated one in values that are no such row.
    """

    def __init__(
        self,
        database: Database,
        table: OrmTable,
        scope: Scope,
        caller: Caller,
        warn: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._database = database
        self._table = table
        self._scope = scope
        self._caller = caller
        self._warn = warn

    # -- reading ---------------------------------------------------------------------------------------------

    def find(self, query: Query) -> RowStream:
        """The rows that match, all columns unless ``query.fields`` names some."""
        return self._rows(", ".join(query.fields) or _listed(self._table), query)

    def first(self, query: Query) -> RowStream:
        """The first row that matches."""
        fields = ", ".join(query.fields) or _listed(self._table)
        return self._rows(fields, Query(query.where, query.args, (), query.order, 1, query.offset))

    def values(self, column: str, query: Query, *, distinct: bool = False) -> RowStream:
        """One column, one value a row; NULLs are left out, since a Lua array has no room for them. Distinct
        values are in order.
        """
        self._check_column(column)
        field = sql_text.name(column)
        present = f"{field} IS NOT NULL"
        where = f"{present} AND {sql_text.condition(query.where)}" if query.where.strip() else present
        order = query.order if query.order.strip() or not distinct else field
        narrowed = Query(where, query.args, (), order, query.limit, query.offset)
        return self._rows(f"DISTINCT {field}" if distinct else field, narrowed)

    def aggregate(self, expression: str, query: Query) -> RowStream:
        return self._rows(expression, query)

    def count(self, query: Query = _ALL) -> int:
        row = self._rows("count(*)", Query(query.where, query.args)).first()
        return 0 if row is None else int(row[0])

    def exists(self, query: Query = _ALL) -> bool:
        return self._rows("1", Query(query.where, query.args, limit=1)).first() is not None

    def by_column(self, column: str, value: Any) -> RowStream:
        """The first row whose ``column`` equals ``value``."""
        self._check_column(column)
        sql = sql_text.select_by(self._table.name, self._table.columns, column)
        return self._database.script_rows(
            self._scope, sql, (bound(value, "value"), 1, 0), self._table.columns
        )

    # -- writing ---------------------------------------------------------------------------------------------

    def validate(self, values: Mapping[str, Any]) -> None:
        """Raise :class:`SchemaError` unless ``values`` could be inserted."""
        check_insert(self._table.schema, self._given(values))

    def insert(self, values: Mapping[str, Any]) -> int:
        """Insert a row and answer its ``_id``."""
        self.validate(values)
        with self._database.script_write(self._scope) as writer:
            return self._insert(writer, values)

    def seed(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert all ``rows`` or none, and only into an empty table; answers how many."""
        for at, values in enumerate(rows, 1):
            try:
                self.validate(values)
            except SchemaError as error:
                raise SchemaError(f"row {at}: {error}") from error
        with self._database.script_write(self._scope) as writer:
            if (
                not rows
                or writer.first(f"SELECT 1 FROM {sql_text.name(self._table.name)} LIMIT 1", ()) is not None
            ):
                return 0
            for values in rows:
                self._insert(writer, values)
        return len(rows)

    def upsert(self, key: str, values: Mapping[str, Any]) -> int:
        """Update the row whose ``key`` column has that value, or insert one; answers its ``_id``."""
        return self.upsert_all(key, [values])[0]

    def upsert_all(self, key: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """:meth:`upsert` of all ``rows`` in one transaction."""
        self._check_column(key)
        rows = [self._given(values) for values in rows]
        for values in rows:
            check_names(self._table.schema, values)
            if values.get(key) is None:
                raise SchemaError(f'column "{key}" is required')
            if key in self._table.schema.by_name:
                check_update(self._table.schema, {key: values[key]})
        with self._database.script_write(self._scope) as writer:
            where = f"{sql_text.name(key)} = ? ORDER BY _id"
            return [self._save(writer, where, (bound(values[key], key),), values, values) for values in rows]

    def save_newest(self, changes: Changes, whole: Mapping[str, Any]) -> int:
        """Update the newest row, or insert ``whole`` into an empty table; answers the ``_id``."""
        self._check_changes(changes)
        with self._database.script_write(self._scope) as writer:
            return self._save(writer, "1 ORDER BY _id DESC", (), changes.values, whole)

    def _save(
        self,
        writer: ScriptWriter,
        where: str,
        args: tuple[Any, ...],
        values: Mapping[str, Any],
        whole: Mapping[str, Any],
    ) -> int:
        """Give ``values`` to the first row of ``where``, or insert ``whole``."""
        found = writer.first(f"SELECT _id FROM {sql_text.name(self._table.name)} WHERE {where} LIMIT 1", args)
        if found is None:
            self.validate(whole)
            return self._insert(writer, whole)
        check_update(self._table.schema, self._given(values))
        self._update(writer, Changes(values, {}), "_id = ?", (found[0],))
        return int(found[0])

    def update(self, row_id: Any, changes: Changes) -> int:
        """Change some columns of one row; answers how many rows there were of that ``_id``."""
        return self.update_where(changes, "_id = ?", (row_id,))

    def update_where(self, changes: Changes, where: str, args: Sequence[Any]) -> int:
        """Change some columns of the rows that match; answers how many."""
        self._check_changes(changes)
        with self._database.script_write(self._scope) as writer:
            return self._update(writer, changes, sql_text.condition(where), args)

    def delete_where(self, where: str, args: Sequence[Any]) -> int:
        """Delete the rows that match; answers how many."""
        with self._database.script_write(self._scope) as writer:
            return writer.write(sql_text.delete(self._table.name, sql_text.condition(where)), tuple(args))

    # -- parts -----------------------------------------------------------------------------------------------

    def _rows(self, fields: str, query: Query) -> RowStream:
        sql, args = sql_text.select(self._table.name, fields, query)
        return self._database.script_rows(self._scope, sql, args)

    def _check_column(self, column: str) -> None:
        if column not in self._table.columns:
            raise SchemaError(f'unknown column "{column}" in table "{self._table.name}"')

    def _given(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """``values`` without generated columns, which a row that was read has too."""
        generated = self._table.generated
        if not generated or generated.isdisjoint(values):
            return values
        if "_id" not in values:
            for name in sorted(generated.intersection(values)):
                self._warn(
                    f"{self._table.name}.{name} is computed by SQLite: the value given for it is left out"
                )
        return {name: value for name, value in values.items() if name not in generated}

    def _check_changes(self, changes: Changes) -> None:
        check_update(self._table.schema, self._given(changes.values))
        check_names(self._table.schema, changes.expressions)

    def _insert(self, writer: ScriptWriter, values: Mapping[str, Any]) -> int:
        row = self._system_values()
        for name, value in self._given(values).items():
            if value is not None and name not in SYSTEM_COLUMNS:
                row[name] = bound(value, name)
        for column in self._table.schema.automatic:
            if row.get(column.name, "") != "":
                continue
            row.pop(column.name, None)
            made = self._automatic(writer, column.name, column.type)
            if made is not None:
                row[column.name] = bound(made, column.name)
        sql = sql_text.insert(self._table.name, tuple(row))
        return writer.insert(sql, tuple(row.values()))

    def _system_values(self) -> dict[str, Any]:
        own = {"_owner": self._caller.id, "_owner_email": self._caller.email}
        return {name: value for name, value in own.items() if name in self._table.columns}

    def _automatic(self, writer: ScriptWriter, column: str, kind: ColumnType) -> Any:
        if kind is not ColumnType.INTEGER:
            return automatic_text(kind)
        highest = writer.first(
            f"SELECT COALESCE(MAX({sql_text.name(column)}), 0) FROM {sql_text.name(self._table.name)}", ()
        )
        value = 0 if highest is None else highest[0]
        if not isinstance(value, (int, float)):
            raise ScriptError(f'column "{column}": no next number, its highest value is {value!r}')
        return int(value) + 1

    def _update(self, writer: ScriptWriter, changes: Changes, where: str, args: Sequence[Any]) -> int:
        assignments, values = [], []
        for name, value in self._given(changes.values).items():
            if name in SYSTEM_COLUMNS:
                continue
            value = bound(value, name)
            if is_beyond_lua(value):
                assignments.append(sql_text.assignment_if_changed(name))
                values += [value, value]
            else:
                assignments.append(f"{sql_text.name(name)} = ?")
                values.append(value)
        for name, expression in changes.expressions.items():
            if name not in SYSTEM_COLUMNS:
                assignments.append(f"{sql_text.name(name)} = {sql_text.condition(expression)}")
        if "_updated_at" in self._table.columns:
            assignments.append("_updated_at = CURRENT_TIMESTAMP")
        if not assignments:
            return 0
        return writer.write(sql_text.update(self._table.name, assignments, where), (*values, *args))


def _listed(table: OrmTable) -> str:
    return sql_text.listed(table.columns)
