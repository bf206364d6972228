"""Rows written for a page. Values only: no text of a visitor becomes SQL here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.pages.direct.tables import DirectTable
from lua_engine.pages.errors import failed
from lua_engine.schema.model import SYSTEM_COLUMNS
from lua_engine.store.database import Database
from lua_engine.store.script import sql_text
from lua_engine.store.script.rows import Changes, OrmRows
from lua_engine.store.script.statements import Scope, bound


class Writing:
    """Writes one table for one visitor; ``own``: the peer whose rows alone may be touched, empty: all."""

    def __init__(
        self, database: Database, table: DirectTable, scope: Scope, caller: Caller, own: str = ""
    ) -> None:
        self._database = database
        self._table = table
        self._scope = scope
        self._caller = caller
        self._own = own
        self._orm = OrmRows(database, table.orm, scope, caller) if table.orm is not None else None

    def insert(self, values: Mapping[str, Any]) -> int:
        """Insert a row of the visitor's own and answer its ``_id``."""
        if self._orm is not None:
            return self._orm.insert(values)
        row = self._checked(values)
        system = {"_owner": self._caller.id, "_owner_email": self._caller.email}
        row |= {name: value for name, value in system.items() if name in self._table.columns}
        with self._database.script_write(self._scope) as writer:
            if not row:
                return writer.insert(f"INSERT INTO {sql_text.name(self._table.name)} DEFAULT VALUES", ())
            return writer.insert(sql_text.insert(self._table.name, tuple(row)), tuple(row.values()))

    def update(self, row_id: int, values: Mapping[str, Any]) -> int:
        """Change columns of one row; answers 0 when there is none that may be touched."""
        return self.update_where(values, *self._one(row_id))

    def delete(self, row_id: int) -> int:
        """Delete one row; answers 0 when there is none that may be touched."""
        return self.delete_where(*self._one(row_id))

    def update_where(self, values: Mapping[str, Any], where: str, args: tuple[Any, ...]) -> int:
        """Change columns of the rows that match; ``where`` is the site owner's text, or ours."""
        if self._orm is not None:
            return self._orm.update_where(Changes(values, {}), where, args)
        row = self._checked(values)
        set_ = [f"{sql_text.name(name)} = ?" for name in row]
        if "_updated_at" in self._table.columns:
            set_.append("_updated_at = CURRENT_TIMESTAMP")
        if not set_:
            return 0
        sql = sql_text.update(self._table.name, set_, sql_text.condition(where))
        with self._database.script_write(self._scope) as writer:
            return writer.write(sql, (*row.values(), *args))

    def delete_where(self, where: str, args: tuple[Any, ...]) -> int:
        """Delete the rows that match; ``where`` is the site owner's text, or ours."""
        sql = sql_text.delete(self._table.name, sql_text.condition(where))
        with self._database.script_write(self._scope) as writer:
            return writer.write(sql, args)

    def upsert(self, key: str, values: Mapping[str, Any]) -> int:
        """Update the row whose ``key`` column has that value, or insert one; answers its ``_id``."""
        if self._orm is None:
            raise failed(f"not an ORM table: {self._table.name}")
        return self._orm.upsert(key, values)

    def _one(self, row_id: int) -> tuple[str, tuple[Any, ...]]:
        return ("_id = ? AND _owner = ?", (row_id, self._own)) if self._own else ("_id = ?", (row_id,))

    def _checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A classic table's values: names that are columns, system columns left out."""
        for name in values:
            if name not in self._table.columns:
                raise failed(f'unknown column "{name[:64]}" in table "{self._table.name}"')
        return {name: bound(value, name) for name, value in values.items() if name not in SYSTEM_COLUMNS}
