"""Rows read for a page: SQL conditions that a visitor wrote, over the rows that this visitor may see.

Goop2 glues ``(WHERE) AND _owner = ?`` and so shows everything to ``1=1) OR (1=1``. Here the rows that may be
seen come first, under a name that nobody can guess, and SQLite itself refuses any other way to the table::

    WITH rows_81c2 AS (SELECT * FROM cards WHERE _owner = ?)
    SELECT _id, title FROM rows_81c2 AS cards WHERE (WHERE) LIMIT ? OFFSET ?
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from lua_engine.pages.direct.tables import DirectTable
from lua_engine.pages.errors import failed
from lua_engine.store.database import Database
from lua_engine.store.script import sql_text
from lua_engine.store.script.policy import Fence
from lua_engine.store.script.sql_text import Query
from lua_engine.store.script.statements import Scope

MAX_BYTES = 16 * 1024 * 1024
"""Bytes of rows that one answer may hold."""


class Reading:
    """Reads one table for one visitor; ``own`` is the peer whose rows alone may be seen, empty for all."""

    def __init__(self, database: Database, table: DirectTable, scope: Scope, own: str = "") -> None:
        self._database = database
        self._table = table
        self._own = own
        self._through = f"rows_{secrets.token_hex(8)}"
        self._scope = replace(scope, fence=Fence(table.name, self._through if own else ""))

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """The rows that match, by column; all columns unless ``query.fields`` names some."""
        fields = query.fields or self._table.columns
        columns, values = self._select(", ".join(sql_text.name(field) for field in fields), query)
        return [dict(zip(columns, row, strict=True)) for row in values]

    def values(self, column: str, query: Query, *, distinct: bool = False) -> list[Any]:
        """One column, one value a row."""
        if column not in self._table.columns:
            raise failed(f'unknown column "{column[:64]}" in table "{self._table.name}"')
        field = sql_text.name(column)
        _columns, values = self._select(f"DISTINCT {field}" if distinct else field, query)
        return [row[0] for row in values]

    def count(self, query: Query) -> int:
        _columns, values = self._select("count(*)", query)
        return int(values[0][0])

    def aggregate(self, expression: str, query: Query) -> list[dict[str, Any]]:
        columns, values = self._select(expression, query)
        return [dict(zip(columns, row, strict=True)) for row in values]

    def _select(self, fields: str, query: Query) -> tuple[Sequence[str], list[tuple[Any, ...]]]:
        table = sql_text.name(self._table.name)
        seen = f"SELECT * FROM {table}" + (" WHERE _owner = ?" if self._own else "")
        select, args = sql_text.select(self._table.name, fields, query)
        # ``select`` begins "SELECT fields FROM table": its table becomes the rows that may be seen.
        head = f"SELECT {fields} FROM {table}"
        body = f"SELECT {fields} FROM {self._through} AS {table}" + select.removeprefix(head)
        bound = ((self._own, *args)) if self._own else args
        stream = self._database.script_rows(self._scope, f"WITH {self._through} AS ({seen}) {body}", bound)
        return stream.columns, list(_bounded(iter(stream)))


def _bounded(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    size = 0
    for row in rows:
        plain = tuple(_plain(value) for value in row)
        size += sum(len(value) if isinstance(value, str) else 8 for value in plain)
        if size > MAX_BYTES:
            raise failed(f"the answer is larger than {MAX_BYTES >> 20} MB; use a limit")
        yield plain


def _plain(value: Any) -> Any:
    """As JSON carries it: bytes as Go writes them, in base64; infinities, which JSON has not, as null."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float) and value - value != 0:
        return None
    return value
