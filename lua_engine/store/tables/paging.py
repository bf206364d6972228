"""Pages of rows by keyset: each page begins after the last row of the page before, whatever the order.

OFFSET reads and throws away all the rows before a page, and shows rows twice or never when somebody writes
between two pages; a keyset does neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Text,
    UnaryExpression,
    and_,
    bindparam,
    cast,
    column,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.sql.operators import custom_op

from lua_engine.base.errors import StoreError
from lua_engine.store.connections import RawText
from lua_engine.store.system_connections import raw_connection
from lua_engine.store.tables.columns import columns_of
from lua_engine.store.tables.ddl import StoredType

MAX_PAGE = 10_000

Columns = tuple[ColumnElement[Any], ...]

_STORED = StoredType("")
_NUMBER = "goop row number"


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows of a table. ``first`` and ``last`` are the places of its ends: ``last`` is the ``after`` of
    the next page.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    first: tuple[Any, ...] | None
    last: tuple[Any, ...] | None
    has_more: bool


def read_page(
    connection: Connection,
    name: str,
    *,
    after: tuple[Any, ...] | None,
    limit: int,
    order: str | None,
    descending: bool,
    contains: str,
) -> RowPage:
    """The page; :class:`StoreError` for a table or an ``order`` column that is not there."""
    names = tuple(row.name for row in columns_of(raw_connection(connection), name))
    if not names:
        raise StoreError(f"no table {name}")
    if order is not None and order not in names:
        raise StoreError(f"table {name} has no column {order}")
    limit = max(1, min(limit, MAX_PAGE))
    source, key = _source(connection, name, names, order, contains)
    place = key if order is None else (source.c[order], *key)
    query = select(*(source.c[one] for one in names), *place)
    if contains and _NUMBER not in source.c:
        query = query.where(_has_text(source, names, contains))
    if after is not None:
        query = query.where(_is_after(place, after, descending))
    query = query.order_by(*(part.desc() if descending else part.asc() for part in place)).limit(limit + 1)
    return _page(connection, query, names, limit)


def _page(connection: Connection, query: Select[Any], names: tuple[str, ...], limit: int) -> RowPage:
    found = [tuple(row) for row in connection.execute(query)]
    width = len(names)
    shown = found[:limit]
    first, last = (shown[0][width:], shown[-1][width:]) if shown else (None, None)
    return RowPage(names, tuple(row[:width] for row in shown), first, last, len(found) > limit)


def _source(
    connection: Connection, name: str, names: tuple[str, ...], order: str | None, contains: str
) -> tuple[FromClause, Columns]:
    """What to select from, and the columns that identify a row in it."""
    key = _key_names(connection, name, names)
    hidden = [one for one in key if one not in names]
    table = sqlalchemy.table(name, *(column(one, _STORED) for one in (*names, *hidden)), schema="main")
    if key:
        return table, tuple(table.c[one] for one in key)
    # A view: its rows are numbered in an order that ties cannot change.
    by = [table.c[one] for one in ((order,) if order else ()) + names]
    numbered = select(*table.c, func.row_number().over(order_by=by).label(_NUMBER))
    if contains:
        numbered = numbered.where(_has_text(table, names, contains))
    rows = numbered.subquery("numbered")
    return rows, (rows.c[_NUMBER],)


def _key_names(connection: Connection, name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The rowid, or the primary key of a WITHOUT ROWID table; nothing for a view."""
    listed = connection.exec_driver_sql(
        "SELECT type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ?", (name,)
    ).first()
    if listed is None or listed.type == "view":
        return ()
    if listed.wr:
        keys = sorted((row.pk, row.name) for row in columns_of(raw_connection(connection), name) if row.pk)
        return tuple(key for _place, key in keys)
    taken = {one.lower() for one in names}
    return next(((alias,) for alias in ("rowid", "_rowid_", "oid") if alias not in taken), ())


def _has_text(source: FromClause, names: tuple[str, ...], contains: str) -> ColumnElement[bool]:
    escaped = contains.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(*(source.c[one].like(_bound(f"%{escaped}%"), escape="\\") for one in names))


def _is_after(place: Columns, after: tuple[Any, ...], descending: bool) -> ColumnElement[bool]:
    """Does a row come after that place? The columns are compared one after the other; NULL is the smallest
    value.
    """
    if len(after) != len(place):
        raise StoreError("that place is of another table or order")
    ways = []
    for at, (part, value) in enumerate(zip(place, after, strict=True)):
        same = [_is_same(place[before], after[before]) for before in range(at)]
        ways.append(and_(*same, _is_beyond(part, value, descending)))
    beyond = or_(*ways)
    if not descending and after[0] is not None:
        return and_(place[0] >= _bound(after[0]), beyond)  # lets SQLite begin in the middle of an index
    return beyond


def _is_same(part: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    return part.is_(None) if value is None else part == _bound(value)


def _is_beyond(part: ColumnElement[Any], value: Any, descending: bool) -> ColumnElement[bool]:
    if descending:
        return false() if value is None else or_(part < _bound(value), part.is_(None))
    return part.is_not(None) if value is None else part > _bound(value)


def _bound(value: Any) -> ColumnElement[Any]:
    """``value`` as a parameter that compares as the stored one does."""
    parameter = bindparam(None, value, type_=_STORED)
    if isinstance(value, RawText):  # text that no Python string can be; + takes the affinity of the cast away
        return UnaryExpression(cast(parameter, Text), operator=custom_op("+"))
    return parameter


def count_rows(connection: Connection, table: str) -> int:
    """All rows of a table or view of the file itself."""
    rows = sqlalchemy.table(table, schema="main")
    return int(connection.execute(select(func.count()).select_from(rows)).scalar_one())
