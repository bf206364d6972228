"""Which tables there are: user tables with a schema ("ORM"), user tables without ("classic"), Goop2's own
("system").
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, SchemaError, StoreError
from lua_engine.schema.model import TableSchema, parse_schema
from lua_engine.store.database import Database
from lua_engine.store.tables.columns import columns_of

if TYPE_CHECKING:
    from lua_engine.store.tables.info import TableInfo
    from lua_engine.store.tables.paging import RowPage

COUNT_SECONDS = 0.5
"""Counting the rows of one table stops after this long."""


@dataclass(frozen=True, slots=True, eq=False)
class OrmTable:
    """A table that came from a schema. ``columns`` are those in the file, in its order, system columns
    included. It stands for one version of the file's schema, and equals no other.
    """

    schema: TableSchema
    columns: tuple[str, ...]
    generated: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.schema.name


class TableCatalog:
    """What tables exist in a database. Thread-safe; tables are kept until the schema of the file
    changes.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._seen: dict[str, OrmTable] = {}
        self._version = (-1, -1)

    def get(self, name: str, deadline: Deadline | None = None) -> OrmTable | None:
        """The ORM table called ``name``, or None when there is none, or only a classic one.

        Looks at the file first, so a table that another program made or changed is seen.
        Raises :class:`SchemaError` when its schema cannot be read.
        """
        version = self._database.schema_version()
        with self._lock:
            if version != self._version:
                self._seen.clear()
                self._version = version
            known = self._seen.get(name)
        if known is not None:
            return known
        with self._database.plain_read(deadline) as raw:
            return self._load(raw, name)

    def known(self, name: str, deadline: Deadline | None = None) -> OrmTable | None:
        """:meth:`get` without looking at the file when the table was seen before: for the calls on an open
        handle.
        """
        return self._seen.get(name) or self.get(name, deadline)

    def names(self) -> tuple[str, ...]:
        """The user tables, ORM and classic, sorted."""
        return tuple(info.name for info in self.infos() if info.kind != "system")

    def infos(self) -> tuple[TableInfo, ...]:
        """All tables: user tables first, then views, then Goop2's own, each sorted by name."""
        from lua_engine.store.tables.describing import describe_all

        with self._database.plain_read() as raw:
            return describe_all(raw, self._database.path)

    def count(self, table: str, seconds: float = COUNT_SECONDS) -> int | None:
        """How many rows ``table`` has; None ("many") when counting takes longer than ``seconds``. A view that
        cannot be read has none that could be counted: :class:`StoreError`.
        """
        from lua_engine.store.tables.paging import count_rows

        deadline = Deadline(seconds)
        try:
            with self._database.system_read(deadline, is_bounded=True) as connection:
                return count_rows(connection, table)
        except CallKilled:
            return None

    def page(
        self,
        table: str,
        *,
        after: tuple[Any, ...] | None = None,
        limit: int = 256,
        order: str | None = None,
        descending: bool = False,
        contains: str = "",
    ) -> RowPage:
        """One page of rows, by keyset: ``after`` is the ``last`` of the page before. Any table or view.

        ``contains`` keeps rows in which some value contains that text (ASCII letters in either case).
        Raises :class:`StoreError` for a table or column that is not there.
        """
        from lua_engine.store.tables.paging import read_page

        with self._database.system_read() as connection:
            return read_page(
                connection,
                table,
                after=after,
                limit=limit,
                order=order,
                descending=descending,
                contains=contains,
            )

    def create_table(
        self, schema: TableSchema, *, insert_policy: str = "owner", origin: str = "system"
    ) -> OrmTable:
        """Make the table in Goop2's shape and register it; :class:`SchemaError` when the name is taken."""
        from lua_engine.store.tables.registering import create_registered

        with self._database.system_write(origin=origin) as connection:
            create_registered(connection, schema, insert_policy)
        self._forget()
        created = self.get(schema.name)
        if created is None:
            raise StoreError(f"{self._database.path}: table {schema.name} was removed by another program")
        return created

    def drop_table(self, name: str, *, origin: str = "system") -> bool:
        """Remove a user table and its registration; False when there is none of that name."""
        if name.startswith("_") or name.lower().startswith("sqlite_"):
            raise StoreError(f"system table {name} cannot be dropped")
        from lua_engine.store.tables.registering import drop_registered

        with self._database.system_write(origin=origin) as connection:
            found = drop_registered(connection, name)
        self._forget()
        return found

    def _load(self, raw: sqlite3.Connection, name: str) -> OrmTable | None:
        found = raw.execute("SELECT schema_json FROM _orm_schemas WHERE table_name = ?", (name,)).fetchone()
        if found is None or found[0] is None:
            return None
        schema = parse_schema(found[0], f"{self._database.path}: _orm_schemas, table {name}")
        if schema.name != name:
            raise SchemaError(
                f"{self._database.path}: _orm_schemas, table {name}: the schema is of {schema.name}"
            )
        described = columns_of(raw, name)
        if not described:
            return None
        table = OrmTable(
            schema,
            tuple(row.name for row in described),
            frozenset(row.name for row in described if row.hidden),
        )
        with self._lock:
            self._seen[name] = table
        return table

    def _forget(self) -> None:
        with self._lock:
            self._seen.clear()
